/**
 * The files for CI engines that docs/ci/ offers, against what the engines themselves publish (the Kubernetes API's schema and
 * types, GitHub's parser of workflows) and against what the command takes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { type IJob, Job as ModelledJob } from 'kubernetes-models/batch/v1';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseShard } from '../../sim/matrix/shard.ts';
import { Desk, REPOSITORY } from './ipvlane.ts';

const read = (name: string): string => readFileSync(join(REPOSITORY, 'docs/ci', name), 'utf8');

describe('the Indexed Job', () => {
  const text = read('indexed-job.yaml');
  const job = parse(text) as Job;
  const pod = job.spec?.template.spec;
  const [container] = pod?.containers ?? [];

  test('is a Job by the schema of the Kubernetes API, which knows every field of it', () => {
    expect(faultsOf(text)).toEqual([]);
    expect(job.spec?.completionMode).toBe('Indexed');
  });

  test.each([
    { from: 'completions: 8', to: 'completions: eight', says: 'spec/completions must be integer' },
    { from: '- name: ipvlane\n', to: '- title: ipvlane\n', says: 'containers/0 must have required property name' },
    { from: 'completions: 8', to: 'completion: 8', says: '"completion"\' does not exist' },
    { from: 'readOnly: true', to: 'readonly: true', says: '"readonly"\' does not exist' },
    { from: 'Indexed', to: 'Index', says: 'spec/completionMode must be equal to one of the allowed values' },
  ])('would be none with `$to`', ({ from, to, says }) => {
    expect(text).toContain(from);
    expect(faultsOf(text.replace(from, to)).join('\n')).toContain(says);
  });

  test('divides the matrix by as many as it has completions', () => {
    const completions = job.spec?.completions ?? 0;
    const shard = /--shard (\S+)/.exec(container?.args?.[0] ?? '')?.[1] ?? '';
    expect(completions).toBeGreaterThan(1);
    for (let index = 0; index < completions; index += 1)
      expect(parseShard(shard, { JOB_COMPLETION_INDEX: String(index) })).toEqual({
        index: index + 1,
        count: completions,
      });
  });

  test('mounts the volumes it has, all of them', () => {
    const mounts = container?.volumeMounts?.map(({ name }) => name).sort();
    expect(mounts).toEqual(pod?.volumes?.map(({ name }) => name).sort());
  });
});

/** What the API server would refuse: values by the published schema, unknown fields by the published types. */
function faultsOf(text: string): string[] {
  const data: unknown = parse(text);
  try {
    new ModelledJob(data as IJob).validate();
  } catch (error) {
    return [(error as Error).message];
  }
  return typeFaultsOf(data);
}

/** The compiler refuses a field of an object literal that its type has not, at any depth. */
function typeFaultsOf(data: unknown): string[] {
  const name = join(import.meta.dirname, 'job-as-a-literal.ts');
  const source = `import type { Job } from 'kubernetes-types/batch/v1.d.ts';\nexport const job: Job = ${JSON.stringify(data)};\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    fileExists: (file) => file === name || files.fileExists(file),
    readFile: (file) => (file === name ? source : files.readFile(file)),
    getSourceFile: (file, version) =>
      file === name ? ts.createSourceFile(file, source, version) : files.getSourceFile(file, version),
  };
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('the GitHub Actions workflow', () => {
  const text = read('github-matrix.yaml');
  const { jobs } = parse(text) as Workflow;
  const linesOf = (job: string): string[] => jobs[job]?.steps.flatMap(({ run }) => run ?? []) ?? [];

  test('is one by the parser and schema that GitHub publishes', async () => {
    expect(await refusalsOf(text)).toEqual([]);
  });

  test.each([
    { from: 'fail-fast', to: 'fail-fst', says: "Unexpected value 'fail-fst'" },
    { from: 'runs-on', to: 'runs-onn', says: 'Required property is missing: runs-on' },
    { from: 'needs: shard', to: 'needs: shards', says: "depends on unknown job 'shards'" },
    { from: 'matrix.shard }}', to: 'matrix.shard }', says: 'The expression is not closed' },
  ])('would be none with `$to`', async ({ from, to, says }) => {
    expect(text).toContain(from);
    expect((await refusalsOf(text.replace(from, to))).join('\n')).toContain(says);
  });

  test('runs each part once, and all of them', () => {
    const line = linesOf('shard').find((run) => run.includes(' matrix ')) ?? '';
    const of = Number(/--shard \$\{\{ matrix\.shard \}\}\/(\d+)/.exec(line)?.[1]);
    expect(jobs.shard?.strategy?.matrix.shard).toEqual(Array.from({ length: of }, (_, at) => at + 1));
  });

  test('merges what it uploads', () => {
    expect(linesOf('page').some((run) => run.includes(' merge shards/shard-*'))).toBe(true);
  });
});

/** What of a workflow is looked at here; that it is one, GitHub's parser says. */
interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
        readonly steps: readonly { readonly run?: string }[];
      }
    >
  >;
}

async function refusalsOf(content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name: 'kernels.yaml', content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}
/** Options of npx, apt-get and runuser. */
const OF_OTHERS: ReadonlySet<string> = new Set(['--yes', '--package', '--no-install-recommends', '--']);

describe('their command lines', () => {
  test.each(['indexed-job.yaml', 'github-matrix.yaml'])('of %s hold options that the commands have', async (name) => {
    using desk = new Desk();
    const text = readFileSync(join(REPOSITORY, 'docs/ci', name), 'utf8');
    const used = [...text.matchAll(/(?<=\s)--[a-z]+(?=[ \n])/g)].map(([option]) => option);
    const own = used.filter((option) => !OF_OTHERS.has(option));
    const help = `${(await desk.ipvlane(['matrix', '--help'])).stdout}${(await desk.ipvlane(['merge', '--help'])).stdout}`;
    expect(own.filter((option) => !help.includes(option))).toEqual([]);
    expect(own.length).toBeGreaterThan(2);
  });
});
