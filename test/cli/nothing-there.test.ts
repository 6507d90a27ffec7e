/** A command that finds nothing to work on, or two of what must be one, says so before it does anything. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Desk } from './ipvlane.ts';

const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [ { name: c, image: i, ports: [ { containerPort: 80 } ] } ] }\n`;
const scenario = (name: string): string =>
  `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: ${name} }\nspec: { manifests: [ pod.yaml ] }\n`;
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: b }\n';

test.each([['report', 'd'], ['report'], ['report', '.'], ['report', 'd/a.txt/in']])(
  '`%s` of plain files and no run says that it holds none',
  async (...words) => {
    using desk = new Desk();
    desk.write('d/a.txt', 'a');
    desk.write('a.txt', 'a');
    const { exitCode, stderr } = await desk.ipvlane(words);
    expect(stderr).toMatch(/^error\[E503\]: (d|\.) holds no run|^error\[E503\]: d\/a\.txt\/in is not there/);
    expect(exitCode).toBe(2);
  },
);

test('`report` of a folder whose name is no UTF-8 finds nothing by that name', async () => {
  using desk = new Desk();
  mkdirSync(Buffer.concat([Buffer.from(`${desk.path}/`), Buffer.from([0xff])]));
  const said = await desk.ipvlane(['report', '\ufffd']);
  expect(said.stderr).toContain('error[E503]: \ufffd is not there');
  expect(said.exitCode).toBe(2);
});

test.each([
  ['probe', 'client', 'client:80'],
  ['reach', '--from', 'client', '--to', 'client'],
])('`%s` of a pod to itself has nobody to ask', async (...words) => {
  using desk = new Desk();
  desk.write('d/pods.yaml', `${pod('client')}---\n${pod('web')}`);
  const said = await desk.ipvlane([...words, 'd']);
  expect(said.stderr).toContain('error[E461]: there is nobody to ask: default/client has nobody else to reach');
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
});

test('two Scenarios of one name are as wrong to `check` as to `run`', async () => {
  using desk = new Desk();
  desk.write('d/pod.yaml', pod('a'));
  for (const file of ['one', 'two']) desk.write(`d/${file}.yaml`, scenario('same'));
  const check = await desk.ipvlane(['check', 'd']);
  expect(check.stderr).toContain('error[E530]: two scenarios are called `same`: d/one.yaml, d/two.yaml');
  expect(check).toMatchObject({ exitCode: 2, stdout: '' });
  const run = await desk.ipvlane(['run', 'd']);
  expect(run.stderr).toContain('error[E530]: two scenarios are called `same`: d/one.yaml, d/two.yaml');
  expect(run.exitCode).toBe(2);
  desk.write('d/two.yaml', scenario('other'));
  expect(await desk.ipvlane(['check', 'd'])).toMatchObject({ exitCode: 0 });
});

test.each([['run'], ['compare'], ['matrix', '--kernels', 'uml']])(
  '`%s` of manifests that make no pod boots nothing; `check` takes them',
  async (...words) => {
    using desk = new Desk();
    desk.write('d/config.yaml', CONFIG);
    const said = await desk.ipvlane([...words, 'd']);
    expect(said.stderr).toContain('error[E461]: there is nothing to run: the manifests of `d` make no pod');
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(desk.list('.')).toEqual(['d']);
    expect(await desk.ipvlane(['check', 'd'])).toMatchObject({ exitCode: 0 });
  },
);

test('-R that finds a link to a folder alone says that it does not follow it', async () => {
  using desk = new Desk();
  desk.write('real/pod.yaml', pod('a'));
  mkdirSync(join(desk.path, 'sym'));
  symlinkSync('../real', join(desk.path, 'sym/link'));
  const searched = await desk.ipvlane(['check', '-R', 'sym']);
  expect(searched.stderr).toContain(': -R does not follow links to folders');
  expect(searched.stderr).not.toContain('-R to search');
  expect((await desk.ipvlane(['check', 'sym'])).stderr).toContain('or -R to search the folders inside it too');
});
