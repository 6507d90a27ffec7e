/**
 * The commands of the files in docs/ci, as they stand there, in the folder of another repository, with the packed package in
 * place of the one that npm has, as a user without privilege where this one may become another.
 */
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { partOf } from '../../sim/matrix/shard.ts';
import { Desk, REPOSITORY } from '../cli/ipvlane.ts';

const PODS = ['a', 'b']
  .map(
    (name) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [ { name: c, image: i } ] }\n`,
  )
  .join('---\n');
const scenario = (name: string, files = ''): string =>
  `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: ${name} }\nspec: { ${files}timeline: [ { wait: { timeout: 60s } }, { probe: [ { from: a, to: b, port: 80 } ] } ] }\n`;

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const desk = new Desk();
let tarball = '';

beforeAll(async () => {
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', desk.path];
  const { stdout } = await execa('npm', pack, { cwd: REPOSITORY });
  tarball = join(desk.path, stdout.trim().split('\n').at(-1) ?? '');
  desk.write('home/.keep', '');
  // The virtual kernel is built once a machine, by who prepares it for the tests.
  const kernels = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ipvlane/kernels/uml-virtual');
  cpSync(kernels, join(desk.path, 'home/.cache/ipvlane/kernels/uml-virtual'), { recursive: true });
});
afterAll(() => desk[Symbol.dispose]());

/** A step of a workflow or a container's script, by a shell that stops at the first error, as both run it. */
async function shell(line: string, folder: string, variables: Readonly<Record<string, string>>) {
  const home = join(desk.path, 'home');
  const env = { PATH: process.env.PATH ?? '', HOME: home, IPVLANE: tarball, KERNELS: 'uml-virtual', ...variables };
  const become = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  if (isRoot) giveTo(desk.path);
  const words = [...become, 'sh', '-ec', line];
  const how = { cwd: join(desk.path, folder), env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  const { exitCode, stdout, stderr } = await execa(words[0] ?? '', words.slice(1), { ...how, timeout: 900_000 });
  return { exitCode, said: `${stdout}\n${stderr}` };
}

function giveTo(path: string): void {
  chownSync(path, NOBODY, NOBODY);
  chmodSync(path, 0o755);
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    chownSync(join(path, entry), NOBODY, NOBODY);
}

describe('the GitHub Actions workflow', () => {
  const { env, jobs } = parse(readFileSync(join(REPOSITORY, 'docs/ci/github-matrix.yaml'), 'utf8')) as {
    readonly env: Readonly<Record<string, string>>;
    readonly jobs: Readonly<
      Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
    >;
  };
  const line = (job: string, name: string): string => jobs[job]?.steps.find((step) => step.name === name)?.run ?? '';

  test('runs every part of a folder of Scenarios, and makes one page of them', async () => {
    for (const name of ['one', 'two']) {
      desk.write(`repo/scenarios/${name}/scenario.yaml`, scenario(name));
      desk.write(`repo/scenarios/${name}/pods.yaml`, PODS);
    }
    const written = line('shard', 'matrix');
    expect(written.startsWith('runuser -u node -- npx ')).toBe(true);
    for (const shard of ['1', '2', '3', '4']) {
      const ran = await shell(
        // Becoming `node` is done here by other means; an expression is GitHub's to fill in.
        written.replace('runuser -u node -- ', '').replace('${{ matrix.shard }}', shard),
        'repo',
        { SCENARIOS: env.SCENARIOS ?? '' },
      );
      expect(ran.exitCode, ran.said).toBe(0);
      mkdirSync(join(desk.path, 'page/shards'), { recursive: true });
      cpSync(join(desk.path, 'repo/shard'), join(desk.path, `page/shards/shard-${shard}`), { recursive: true });
    }
    const merged = await shell(line('page', 'merge'), 'page', {});
    expect(merged.exitCode, merged.said).toBe(0);
    desk.write('page/step-summary.md', '');
    const summary = join(desk.path, 'page/step-summary.md');
    await shell(line('page', 'summary'), 'page', { GITHUB_STEP_SUMMARY: summary });
    expect(readFileSync(summary, 'utf8')).toMatch(/Passed: 2 PASS/);
  });
});

test('the Indexed Job runs the Scenarios of a flat ConfigMap', async () => {
  const job = parse(readFileSync(join(REPOSITORY, 'docs/ci/indexed-job.yaml'), 'utf8')) as {
    readonly spec: {
      readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } };
    };
  };
  desk.write('mount/scenarios/one.yaml', scenario('one'));
  desk.write('mount/scenarios/two.yaml', scenario('two'));
  desk.write('mount/scenarios/pods.yaml', PODS);
  mkdirSync(join(desk.path, 'mount/shards'));
  const script = job.spec.template.spec.containers[0]?.args[0] ?? '';
  const here = script.replace('/scenarios', 'scenarios').replace('/shards', 'shards');
  // The two parts of eight that have a Scenario of the two, and one that has none.
  const parts = Array.from({ length: 8 }, (_, index) => partOf(['one', 'two'], { index: index + 1, count: 8 }));
  const empty = parts.findIndex((part) => part.length === 0);
  const indexes = [...parts.keys()].filter((index) => parts[index]?.length !== 0 || index === empty).map(String);
  expect(indexes).toHaveLength(3);
  for (const index of indexes) {
    const ran = await shell(here, 'mount', { JOB_COMPLETION_INDEX: index });
    expect(ran.exitCode, ran.said).toBe(0);
    expect(existsSync(join(desk.path, 'mount/shards', index, 'matrix.json'))).toBe(true);
  }
  const folders = indexes.map((index) => join(desk.path, 'mount/shards', index, 'cells/uml-virtual'));
  const cells = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  expect(cells.sort()).toEqual(['one', 'two']);
});
