/** `ipvlane init`: a Scenario for manifests that have none, and never in the place of one that is there. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Desk } from './ipvlane.ts';

const PODS = `apiVersion: v1
kind: Pod
metadata: { name: alpha, annotations: { kubernetes.io/egress-bandwidth: 10M } }
spec: { containers: [ { name: main, image: nginx, ports: [ { containerPort: 80 } ] } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: beta }
spec: { containers: [ { name: main, image: nginx, ports: [ { containerPort: 80 } ] } ] }
`;

test('what it writes passes `check`, measures the limit, and is not overwritten without --force', async () => {
  using desk = new Desk();
  desk.write('mine/pods.yaml', PODS);
  const place = join(desk.path, 'mine/scenario.yaml');
  expect(await desk.ipvlane(['init', 'mine'])).toMatchObject({ exitCode: 0, stdout: '' });
  const written = readFileSync(place, 'utf8');
  expect(written).toContain('- { from: alpha, to: beta, duration: 5s } # egress 10M of default/alpha');
  expect(await desk.ipvlane(['check', 'mine'])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '2 files, 1 node, 2 pods, 3 steps: no errors',
  });

  writeFileSync(place, `${written}# mine\n`);
  const again = await desk.ipvlane(['init', 'mine']);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('error[E451]: mine/scenario.yaml is there already');
  expect(readFileSync(place, 'utf8')).toContain('# mine');
  expect(await desk.ipvlane(['init', 'mine', '--force'])).toMatchObject({ exitCode: 0 });
  expect(readFileSync(place, 'utf8')).toBe(written);
});

test('`-o -` writes it on standard output and nothing else; a place where nothing can be written is an error', async () => {
  using desk = new Desk();
  desk.write('mine/pods.yaml', PODS);
  const { exitCode, stdout } = await desk.ipvlane(['init', 'mine', '-o', '-']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^# [^]*kind: Scenario/);
  const said = stdout.replaceAll(/\n *# /g, ' ');
  expect(said).toContain(`Files and folders, relative to this file: keep it in ${desk.path}.`);
  expect(stdout).toContain('manifests: [ mine ]');
  expect(existsSync(join(desk.path, 'mine/scenario.yaml'))).toBe(false);
  const nowhere = await desk.ipvlane(['init', 'mine', '-o', 'nowhere/scenario.yaml']);
  expect(nowhere.exitCode).toBe(2);
  expect(nowhere.stderr).toContain('error[E501]: nowhere/scenario.yaml cannot be written: nowhere is no folder');
  expect(nowhere.stderr).toContain('help: make it first, `mkdir -p nowhere`');
  const folder = await desk.ipvlane(['init', 'mine', '-o', 'mine']);
  expect(folder.exitCode).toBe(2);
  expect(folder.stderr).toContain('help: name a file in it: `--out mine/scenario.yaml`');
});

test('a file in place of a folder is told what to write; with --out it is taken', async () => {
  using desk = new Desk();
  desk.write('mine/pods.yaml', PODS);
  const { exitCode, stderr } = await desk.ipvlane(['init', 'mine/pods.yaml']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('mine/pods.yaml is no folder');
  expect(stderr).toContain('`ipvlane init mine`');
  expect(await desk.ipvlane(['init', 'mine/pods.yaml', '--out', 'one.yaml'])).toMatchObject({ exitCode: 0 });
});

test('the Scenario is called as its folder is, however that is given', async () => {
  using desk = new Desk();
  desk.write('shop/pods.yaml', PODS);
  for (const paths of [['shop'], ['./shop/'], ['.'], [], ['./'], ['../shop']]) {
    const from = paths[0]?.includes('shop') === true && paths[0] !== '../shop' ? '.' : 'shop';
    const { stdout } = await desk.ipvlane(['init', ...paths, '-o', '-'], [], from);
    expect(stdout).toContain('metadata: { name: shop }');
  }
});

test('manifests that are wrong are told of, and nothing is written', async () => {
  using desk = new Desk();
  desk.write('mine/pods.yaml', PODS.replace('10M', 'ten'));
  const { exitCode, stderr } = await desk.ipvlane(['init', 'mine']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('mine/pods.yaml:3:');
  expect(existsSync(join(desk.path, 'mine/scenario.yaml'))).toBe(false);
});

const named = (text: string): string | undefined => /^ {2}manifests: \[ (.*) \]$/m.exec(text)?.[1];
const SCENARIO = 'apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec: {}\n';
const ONE = PODS.split('---\n')[0] ?? '';

test.each([
  ['two files', '-f a/p.yaml -f b/pods.yaml', 'a/p.yaml, b/pods.yaml'],
  ['a file, and a folder with a Scenario in it', 'a/p.yaml b', 'a/p.yaml, b'],
  ['a file', 'a/p.yaml', 'a/p.yaml'],
  ['a searched folder', '-R nest', 'nest/deep/p.yaml, nest/deep/q.yaml'],
])('of %s it names what was given, and its own `check` takes it', async (_, line, names) => {
  using desk = new Desk();
  desk.write('a/p.yaml', PODS);
  desk.write('a/not-given.yaml', ONE.replace('alpha', 'delta'));
  desk.write('b/pods.yaml', ONE.replace('alpha', 'gamma'));
  desk.write('b/scenario.yaml', SCENARIO);
  desk.write('nest/deep/p.yaml', PODS);
  desk.write('nest/deep/q.yaml', ONE.replace('alpha', 'gamma'));
  desk.write('nest/deep/s.yaml', SCENARIO);
  const { exitCode, stdout } = await desk.ipvlane(['init', ...line.split(' '), '-o', '-']);
  expect({ exitCode, names: named(stdout) }).toEqual({ exitCode: 0, names });
  desk.write('made.yaml', stdout);
  const check = await desk.ipvlane(['check', 'made.yaml']);
  expect(check.stderr).toContain(`${line.includes('b') || line.includes('nest') ? 3 : 2} pods`);
  expect(check.exitCode).toBe(0);
});

const FLOW =
  '{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "delta" }, "spec": { "containers": [ { "name": "c", "image": "i" } ] } }';

test.each([
  ['in block style', ONE],
  ['in JSON', FLOW],
  ['in a List', `apiVersion: v1\nkind: List\nitems: [ ${FLOW} ]\n`],
  ['further in', ONE.replaceAll(/^/gm, '  ').trimEnd()],
])('a pod beside a Scenario in its file is not left out without a word: %s', async (_, pod) => {
  using desk = new Desk();
  desk.write('pods.yaml', PODS.replace('alpha', 'gamma'));
  desk.write('both.yaml', `${SCENARIO}---\n${pod}\n`);
  const { exitCode, stderr } = await desk.ipvlane(['init', '-f', 'both.yaml', '-f', 'pods.yaml', '-o', '-']);
  expect(stderr).toContain('error[E452]: both.yaml holds a Scenario and other objects');
  expect(exitCode).toBe(2);
});

test('what a Scenario cannot name is refused: standard input, and what its `check` may not read', async () => {
  using desk = new Desk();
  desk.write('work/here.yaml', PODS);
  desk.write('b/pods.yaml', ONE.replace('alpha', 'gamma'));
  for (const more of [[], ['-o', 's.yaml']]) {
    const input = await desk.ipvlane(['init', '-', ...more]);
    expect(input.stderr).toContain('error[E452]: a Scenario names files and folders, and standard input is neither');
    expect(input.stderr).toContain('by -o');
    expect(input.exitCode).toBe(2);
  }
  expect(desk.list('.')).toEqual(['b', 'work']);
  const outside = await desk.ipvlane(['init', '../b/pods.yaml', '-o', 's.yaml'], [], 'work');
  expect(outside.stderr).toContain("error[E573]: ../b/pods.yaml lies outside of the Scenario's folder");
  expect(outside.stderr).toContain('--allow-outside');
  expect(outside.exitCode).toBe(2);
  const allowed = await desk.ipvlane(['init', '../b/pods.yaml', '--allow-outside', '-o', 's.yaml'], [], 'work');
  expect(allowed).toMatchObject({ exitCode: 0 });
  expect(allowed.stderr).toContain('`ipvlane check --allow-outside s.yaml`');
  expect(named(readFileSync(join(desk.path, 'work/s.yaml'), 'utf8'))).toBe('"../b/pods.yaml"');
  expect(await desk.ipvlane(['check', '--allow-outside', 's.yaml'], [], 'work')).toMatchObject({ exitCode: 0 });
});
