/** `matrix` and `merge` as a person types them. No kernel boots: what a matrix is without one is the same everywhere. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Desk } from './ipvlane.ts';

const FILES = ['matrix.json', 'report.html', 'summary.md', 'junit.xml'];

/** The seed scenario under other names too. */
function scenarios(desk: Desk, ...names: readonly string[]): void {
  desk.seed();
  for (const name of names) {
    cpSync(join(desk.path, 'seed'), join(desk.path, name), { recursive: true });
    const text = readFileSync(join(desk.path, 'seed/scenario.yaml'), 'utf8');
    desk.write(join(name, 'scenario.yaml'), text.replace('name: seed', `name: ${name}`));
  }
}

/** Nothing that a kernel is started with is found: on every machine all end the same way, at once. */
const NO_PROGRAMS = ['env', 'PATH='];
const KERNELS = ['--kernels', 'host,uml,uml-virtual'];

describe('shards, as processes of their own', () => {
  test('and merged, give byte for byte what one run gives', async () => {
    using desk = new Desk();
    scenarios(desk, 'again');
    const words = ['matrix', 'seed', 'again', ...KERNELS];
    const one = await desk.ipvlane([...words, '--out', 'one'], NO_PROGRAMS);
    expect(one.exitCode).toBe(3);
    expect(one.stdout).toContain('ERROR  6 ERROR');
    const shards = [1, 2, 3, 4].map((index) => `shard-${index}`);
    await Promise.all(
      shards.map((out, at) => desk.ipvlane([...words, '--shard', `${at + 1}/4`, '--out', out], NO_PROGRAMS)),
    );
    const merged = await desk.ipvlane(['merge', ...shards, '--out', 'merged']);
    expect(merged.exitCode).toBe(3);
    for (const file of FILES)
      expect(readFileSync(join(desk.path, 'merged', file), 'utf8')).toBe(
        readFileSync(join(desk.path, 'one', file), 'utf8'),
      );
  }, 60_000);

  test('of which one is missing are a part, not the whole', async () => {
    using desk = new Desk();
    scenarios(desk);
    const words = ['matrix', 'seed', ...KERNELS];
    await desk.ipvlane([...words, '--shard', 'job/3', '--out', 'a'], ['env', 'JOB_COMPLETION_INDEX=0', 'PATH=']);
    await desk.ipvlane([...words, '--shard', '3/3', '--out', 'c'], NO_PROGRAMS);
    const merged = await desk.ipvlane(['merge', 'a', 'c', '--out', 'merged', '--json']);
    expect(JSON.parse(merged.stdout)).toMatchObject({
      shards: [
        { index: 1, count: 3 },
        { index: 3, count: 3 },
      ],
      cells: [{ kernel: 'host' }, { kernel: 'uml-virtual' }],
    });
  }, 60_000);
});

describe('bad input to matrix and merge', () => {
  test.each<[string, readonly string[], number, string]>([
    ['no scenario', ['matrix', 'empty', '--kernels', 'uml'], 2, 'empty holds no .yaml, .yml or .json file'],
    ['no kernel', ['matrix', 'seed'], 2, "required option '--kernels <list>' not specified"],
    ['a kernel that is none', ['matrix', 'seed', '--kernels', 'uml,debain:6.12'], 3, 'did you mean `debian:6.12`'],
    ['an empty kernel', ['matrix', 'seed', '--kernels', 'uml,'], 2, '--kernels has an empty name'],
    ['a kernel twice', ['matrix', 'seed', '--kernels', 'uml,uml'], 2, '--kernels names uml twice'],
    ['a scenario twice', ['matrix', 'seed', 'seed', '--kernels', 'uml'], 2, 'two scenarios are called `seed`'],
    ['a scenario that is not there', ['matrix', 'sead', '--kernels', 'uml'], 2, 'error[E101]'],
    ['a clock that the kernel has not', ['matrix', 'seed', '--kernels', 'uml', '--clock', 'virtual'], 3, 'error[E516]'],
    ['a shard that is none', ['matrix', 'seed', '--kernels', 'uml', '--shard', '5/4'], 2, 'there is no shard 5 of 4'],
    ['a job without its index', ['matrix', 'seed', '--kernels', 'uml', '--shard', 'job/4'], 2, 'is not set'],
    ['no job at a time', ['matrix', 'seed', '--kernels', 'uml', '--jobs', '0'], 2, 'it must be a whole number above 0'],
    ['a baseline of another schema', ['matrix', 'seed', '--kernels', 'uml', '--baseline', 'v2.json'], 2, 'matrix/v2'],
    [
      'a baseline that is not there',
      ['matrix', 'seed', '--kernels', 'uml', '--baseline', 'no.json'],
      2,
      'is not there',
    ],
    [
      'a tolerance of nothing',
      ['matrix', 'seed', '--kernels', 'uml', '--baseline', 'v1.json', '--tolerance', 'speed=1'],
      ...([2, '"speed" is none of error_pct'] as const),
    ],
    [
      'a tolerance without a baseline',
      ['matrix', 'seed', '--kernels', 'uml', '--tolerance', 'p99_us=1'],
      2,
      'says nothing',
    ],
    ['merging what is no matrix', ['merge', 'seed'], 2, 'seed/matrix.json is not there'],
    ['merging a matrix twice', ['merge', 'v1.json', 'v1.json'], 2, 'they are no shards of one matrix'],
  ])('%s', async (_, words, exitCode, said) => {
    using desk = new Desk();
    desk.seed();
    desk.write('empty/README', '');
    desk.write('v2.json', '{"schema": "ipvlane.matrix/v2"}');
    const cell = { kernel: 'uml', scenario: 'seed', status: 'pass', release: null, clock: 'real' };
    const whole = { ...cell, reason: null, quote: [], measures: [], folder: 'cells/uml/seed' };
    const matrix = { schema: 'ipvlane.matrix/v1', clock: null, kernels: ['uml'], scenarios: ['seed'], shards: null };
    desk.write('v1.json', JSON.stringify({ ...matrix, cells: [whole] }));
    const result = await desk.ipvlane(words);
    expect(result.stderr).toContain(said);
    expect(result.exitCode).toBe(exitCode);
    expect(desk.list('ipvlane-out')).toEqual([]);
  });

  test('an earlier matrix is replaced, and files that are not ours stay', async () => {
    using desk = new Desk();
    scenarios(desk, 'old');
    const words = ['--kernels', 'uml', '--out', 'out'];
    await desk.ipvlane(['matrix', 'seed', 'old', ...words], NO_PROGRAMS);
    writeFileSync(join(desk.path, 'out/notes.txt'), 'mine');
    await desk.ipvlane(['matrix', 'seed', ...words], NO_PROGRAMS);
    expect(desk.list('out')).toEqual([...FILES, 'cells', 'ipvlane-files.json', 'notes.txt'].sort());
    // What it said of a kernel that did not start, and nothing of the earlier one.
    expect(desk.list('out/cells/uml')).toEqual(['seed']);
    expect(desk.list('out/cells/uml/seed')).toEqual(['console.log', 'ipvlane-files.json']);
  });

  test('what no matrix of ours wrote is in the way', async () => {
    using desk = new Desk();
    desk.seed();
    desk.write('out/matrix.json', '{}');
    desk.write('out/cells/uml/seed/notes.txt', 'mine');
    const { exitCode, stderr } = await desk.ipvlane(
      ['matrix', 'seed', '--kernels', 'uml', '--out', 'out'],
      NO_PROGRAMS,
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('out/matrix.json is in the way')]);
    expect(desk.list('out')).toEqual(['cells', 'matrix.json']);
  });
});
