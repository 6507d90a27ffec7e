/** `ipvlane apply`, `delete`, `label`, `annotate` and `scale` from another terminal, into a lab that runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, REPOSITORY } from '../cli/ipvlane.ts';
import { holdLab } from './held-lab.ts';
import { cannotRun } from './run-in-uml.ts';

const desk = new Desk();
let lab: AsyncDisposable;

const ask = (...words: string[]) => desk.ipvlane([...words, '--run', 'out']);
const reach = () =>
  desk.ipvlane(['exec', '--run', 'out', 'client', '--', 'ping', '-c', '1', '-W', '1', '172.51.0.101']);

describe.skipIf(cannotRun)('a lab that runs', () => {
  beforeAll(async () => {
    lab = await holdLab(desk, [join(REPOSITORY, 'scenarios/live/relabel'), '--out', 'out', '--allow-outside']);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    desk[Symbol.dispose]();
  });

  it('follows labels: the policy admits whom it refused', async () => {
    expect((await reach()).exitCode).toBe(1);
    const { exitCode, stdout } = await ask('label', 'pod', 'client', 'door=open');
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^label pod default\/client \{app=client, door=open\}: in force after [\d.]+ ms/,
      ) as string,
    });
    expect((await reach()).exitCode).toBe(0);
    expect((await ask('label', '--overwrite', 'pod', 'client', 'door=shut')).exitCode).toBe(0);
    expect((await ask('label', 'po', 'client', 'door-')).exitCode).toBe(0);
    expect((await reach()).exitCode).toBe(1);
  });

  it('takes policies away and brings them again, by name and by file', async () => {
    const file = join(REPOSITORY, 'scenarios/live/relabel/door.yaml');
    expect((await ask('delete', 'netpol', 'door')).exitCode).toBe(0);
    expect((await reach()).exitCode).toBe(0);
    expect((await ask('apply', '-f', file)).exitCode).toBe(0);
    expect((await reach()).exitCode).toBe(1);
    expect((await ask('delete', '-f', file)).exitCode).toBe(0);
    expect((await reach()).exitCode).toBe(0);
  });

  it('scales, and its new pods can be entered', async () => {
    const { stdout } = await ask('scale', 'deployment/web', '--replicas=3');
    const pod = /pod (default\/web-\S+?):/.exec(stdout)![1]!;
    expect((await desk.ipvlane(['exec', '--run', 'out', pod, '--', 'true'])).exitCode).toBe(0);
    expect((await ask('scale', 'deploy/web', '--replicas=2')).stdout).toContain(`- pod ${pod}`);
    expect((await desk.ipvlane(['exec', '--run', 'out', pod, '--', 'true'])).exitCode).toBe(2);
  });

  it('changes limits', async () => {
    const { exitCode, stdout } = await ask('annotate', 'pod', 'client', 'kubernetes.io/egress-bandwidth=20M');
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('egress 20M') as string,
    });
    expect((await ask('annotate', 'pod', 'client', 'kubernetes.io/egress-bandwidth-')).exitCode).toBe(0);
  });

  it.each([
    [['label', 'pod', 'klient', 'a=b'], 'E305', /there is no pod default\/klient[^]*help: .*client/],
    [
      ['label', 'pod', 'client', 'app=other'],
      'E316',
      /pod default\/client has app=client already\n {2}help: write --overwrite/,
    ],
    [['label', 'pod', 'client', 'a'], 'E216', /nothing is set: write `key=value`/],
    [['label', 'pot', 'client', 'a=b'], 'E216', /`pot` is no kind/],
    [['delete', 'networkpolicy', 'nothing'], 'E310', /no NetworkPolicy default\/nothing is in force/],
    [['apply', '-f', 'nothing.yaml'], 'E101', /nothing.yaml does not exist/],
    [['annotate', 'pod', 'client', 'kubernetes.io/egress-bandwidth=fast'], 'E410', /bandwidth `fast`/],
    [['scale', 'deployment/wep', '--replicas=1'], 'E305', /there is no Deployment default\/wep/],
  ] as const)('refuses %j with %s and changes nothing', async (words, code, says) => {
    const { exitCode, stderr } = await ask(...words);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(code) as string });
    expect(stderr).toMatch(says);
  });
});

it('says so where no lab runs', async () => {
  using elsewhere = new Desk();
  const { exitCode, stderr } = await elsewhere.ipvlane(['label', 'pod', 'client', 'a=b']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('E515') as string });
  expect(existsSync(join(elsewhere.path, 'ipvlane-out'))).toBe(false);
});
