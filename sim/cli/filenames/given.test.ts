import { describe, expect, test } from 'vitest';
import { DiagnosticError, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import type { FilenameOptions } from './filename-options.ts';
import { foldersPassedOver } from './folders-passed-over.ts';
import { type Given, readGiven } from './given.ts';
import type { ToolEnd } from './render.ts';

const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [ { name: c, image: i } ] }\n`;
const SCENARIO = 'apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec: {}\n';

interface Desk {
  readonly files: Readonly<Record<string, string>>;
  readonly options?: Partial<FilenameOptions>;
  readonly input?: string;
  /** By program; one that is not named here is not on the PATH. */
  readonly tools?: Readonly<Record<string, ToolEnd>>;
  /** A folder that may be entered and not listed. */
  readonly closed?: string;
}

async function give({ files, options = {}, input = '', tools = {}, closed }: Desk) {
  const disk = memoryFiles(files);
  const list = (folder: string): readonly string[] => {
    if (folder === closed) throw new Error(`EACCES: permission denied, scandir '${folder}'`);
    return disk.list(folder);
  };
  const ran: string[] = [];
  const said: string[] = [];
  const given: Given = await readGiven(
    { paths: [], kustomizations: [], recursive: false, reading: {}, ...options },
    {
      command: 'check',
      disk: { ...disk, list },
      cwd: '/',
      standardInput: () => Promise.resolve(new TextEncoder().encode(input)),
      runTool: (program, args) => {
        ran.push([program, ...args].join(' '));
        return tools[program] ?? { kind: 'missing' };
      },
      say: (words) => said.push(words),
    },
  );
  const { manifests, diagnostics } = readManifests(given.paths.length === 0 ? ['.'] : given.paths, given.files);
  const pods = manifests.pods.map(({ name }) => name);
  return { given, ran, said, pods, scenario: manifests.scenario?.name ?? null, diagnostics };
}

const containing = (text: string): string => expect.stringContaining(text) as string;
const printed = (text: string): ToolEnd => ({ kind: 'printed', bytes: new TextEncoder().encode(text) });

async function refusal(desk: Desk): Promise<readonly Diagnostic[]> {
  try {
    await give(desk);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('it was taken');
}

describe('standard input', () => {
  test('is read beside files, and diagnostics call it <stdin>', async () => {
    const { pods, diagnostics } = await give({
      files: { 'b.yaml': pod('b') },
      options: { paths: ['-', 'b.yaml', '-'] },
      input: `${pod('a')}---\nkind: [\n`,
    });
    expect(pods).toEqual(['a', 'b']);
    expect(diagnostics[0]).toMatchObject({ code: 'E106', span: { file: '<stdin>' } });
  });

  test('a Scenario that comes by it brings no folder along', async () => {
    const desk = { files: { 'b.yaml': pod('b') }, options: { paths: ['-'] }, input: `${SCENARIO}---\n${pod('a')}` };
    const { pods, scenario } = await give(desk);
    expect({ pods, scenario }).toEqual({ pods: ['a'], scenario: 's' });
  });

  test('10 MB of it are one stream', async () => {
    const filler = `# ${'x'.repeat(98)}\n`.repeat(100_000);
    const { pods } = await give({
      files: {},
      options: { paths: ['-'] },
      input: `${pod('a')}${filler}---\n${pod('b')}`,
    });
    expect(pods).toEqual(['a', 'b']);
  });
});

describe('-R', () => {
  const files = {
    'd/z.yaml': pod('z'),
    'd/in/a.yml': pod('a'),
    'd/in/deep/b.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'b' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    }),
    'd/node_modules/p/package.json': '{}',
    'd/ipvlane-out/x/run.json': '{}',
    'd/out/trace.ndjson': '',
    'd/out/result.json': '{}',
  };

  test('reads the folders inside a folder too, but not what runs have left there', async () => {
    const { pods, diagnostics } = await give({ files, options: { paths: ['d'], recursive: true } });
    expect({ pods, diagnostics }).toEqual({ pods: ['a', 'b', 'z'], diagnostics: [] });
  });

  test('searches the current folder when no path is named', async () => {
    const { pods } = await give({ files, options: { recursive: true } });
    expect(pods).toEqual(['a', 'b', 'z']);
  });

  test('renders nothing by itself, and says so', async () => {
    const { given, pods, ran } = await give({
      files: {
        'd/chart/Chart.yaml': 'name: c',
        'd/chart/templates/t.yaml': 'kind: {{ x }}',
        'd/k/kustomization.yaml': 'resources: [p.yaml]',
        'd/k/p.yaml': pod('p'),
      },
      options: { paths: ['d'], recursive: true },
    });
    expect({ pods, ran }).toEqual({ pods: ['p'], ran: [] });
    expect(given.diagnostics).toMatchObject([
      {
        code: 'W121',
        message: containing('1 chart below d left out'),
        help: containing('-f d/chart'),
      },
      {
        code: 'W121',
        message: containing('1 kustomization below d'),
        help: containing('-k d/k'),
      },
    ]);
  });

  test.each([
    { top: {}, isEmpty: true, code: 'E120' },
    { top: { 'd/top.yaml': pod('top') }, isEmpty: false, code: 'W120' },
  ])('left out, manifests in folders inside are $code', async ({ top, isEmpty, code }) => {
    const { given } = await give({
      files: { ...top, 'd/in/a.yaml': pod('a'), 'd/in/values.yaml': 'a: b' },
      options: { paths: ['d'] },
    });
    expect(foldersPassedOver(['d'], given, isEmpty)).toMatchObject([
      { code, message: containing('d/in/a.yaml'), help: containing('`ipvlane check -R d`') },
    ]);
    expect(foldersPassedOver(['d'], { ...given, recursive: true }, isEmpty)).toEqual([]);
  });

  test('of kustomizations and charts alone one is named to be rendered', async () => {
    const { given } = await give({
      files: {
        'd/k/kustomization.yaml': 'resources: [p.yaml]',
        'd/k/p.yaml': pod('p'),
        'd/c/Chart.yaml': 'name: c',
        'd/c/templates/t.yaml': 'kind: {{ x }}',
      },
      options: { paths: ['d'] },
    });
    expect(foldersPassedOver(['d'], given, true)).toMatchObject([
      { code: 'E120', message: containing('2 of them, d/k the first'), help: containing('`ipvlane check d/k`') },
    ]);
  });

  test('a folder with other YAML inside has nothing that is passed over', async () => {
    const { given } = await give({
      files: { 'd/a.yaml': pod('a'), 'd/in/values.yaml': 'a: b' },
      options: { paths: ['d'] },
    });
    expect(foldersPassedOver(['d'], given, false)).toEqual([]);
  });
});

describe('a kustomization', () => {
  const files = { 'k/kustomization.yaml': 'resources: [p.yaml]', 'k/p.yaml': pod('p') };

  test.each([
    { options: { paths: ['k'] }, tools: { kubectl: printed(pod('x-p')) }, ran: ['kubectl kustomize k'] },
    { options: { kustomizations: ['k/'] }, tools: { kubectl: printed(pod('x-p')) }, ran: ['kubectl kustomize k'] },
    {
      options: { paths: ['k'] },
      tools: { kustomize: printed(pod('x-p')) },
      ran: ['kubectl kustomize k', 'kustomize build k'],
    },
  ])('is what its tool prints: $ran', async ({ options, tools, ran }) => {
    const read = await give({ files, options, tools });
    expect(read).toMatchObject({ pods: ['x-p'], ran, diagnostics: [] });
    expect(read.said).toEqual([`k is a kustomization: read as \`${ran.at(-1)}\` prints it`]);
  });

  test('with a Scenario beside it is run by that, rendered once', async () => {
    const desk = { files: { ...files, 'k/scenario.yaml': SCENARIO }, tools: { kubectl: printed(pod('x-p')) } };
    for (const paths of [['k'], ['k/scenario.yaml']])
      expect(await give({ ...desk, options: { paths } })).toMatchObject({
        pods: ['x-p'],
        scenario: 's',
        ran: ['kubectl kustomize k'],
      });
  });

  test('faults of what was printed are found in it', async () => {
    const { diagnostics } = await give({ files, options: { paths: ['k'] }, tools: { kubectl: printed('kind: [\n') } });
    expect(diagnostics[0]).toMatchObject({ code: 'E106', span: { file: 'k/<kubectl kustomize>' } });
  });

  test('that cannot be rendered is one error, in the tool’s words', async () => {
    const tools = { kubectl: { kind: 'failed', words: 'error: no such file p.yaml' } as const };
    const { diagnostics, pods } = await give({ files, options: { paths: ['k'] }, tools });
    expect(pods).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'E121', message: containing('no such file p.yaml') }]);
  });

  test('is what -k takes, and nothing else', async () => {
    expect(await refusal({ files: { 'd/a.yaml': pod('a') }, options: { kustomizations: ['d'] } })).toMatchObject([
      { code: 'E123', message: 'd holds no kustomization.yaml' },
    ]);
  });
});

describe('a chart', () => {
  const files = { 'c/Chart.yaml': 'name: c', 'c/templates/t.yaml': 'kind: {{ x }}\n{{- if }}\n' };

  test('is what helm prints', async () => {
    const { pods, ran } = await give({ files, options: { paths: ['c'] }, tools: { helm: printed(pod('p')) } });
    expect({ pods, ran }).toEqual({ pods: ['p'], ran: ['helm template c --skip-tests'] });
  });

  test.each([
    { path: 'c', help: '`helm template c --skip-tests | ipvlane check -`' },
    { path: 'c/templates', help: 'give the chart: c' },
  ])('$path without helm is one error, with the command to run', async ({ path, help }) => {
    const { diagnostics } = await give({ files, options: { paths: [path] } });
    expect(diagnostics).toMatchObject([{ code: 'E122', help: containing(help) }]);
  });
});

test.each([
  { path: 'https://example.org/a.yaml', help: '`curl -sSfL https://example.org/a.yaml | ipvlane check -`' },
  { path: '', help: 'a variable of the shell may be unset' },
])('`$path` is no path', async ({ path, help }) => {
  expect(await refusal({ files: {}, options: { paths: [path] } })).toMatchObject([
    { code: 'E124', help: containing(help) },
  ]);
});

test('-R refuses a folder inside that cannot be read, as kubectl does, and passes none over in silence', async () => {
  const files = { 'a/p.yaml': pod('p'), 'a/closed/q.yaml': pod('q') };
  expect(await refusal({ files, options: { paths: ['a'], recursive: true }, closed: 'a/closed' })).toMatchObject([
    { code: 'E102', message: "a/closed cannot be read: EACCES: permission denied, scandir 'a/closed'" },
  ]);
  expect((await give({ files, options: { paths: ['a'] }, closed: 'a/closed' })).pods).toEqual(['p']);
});
