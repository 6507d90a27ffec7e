/** A lab that `run --hold` keeps: names, listeners on declared ports, and the commands that ask it in place of booting another. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from '../cli/ipvlane.ts';
import { holdLab } from './held-lab.ts';
import { cannotRun } from './run-in-uml.ts';

/** `web` admits pods of door=open; `client` has a limit; `other` lives in a namespace of its own. */
const MANIFESTS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: default, labels: { app: web } }
spec:
  containers:
  - { name: c, image: x, ports: [{ containerPort: 80 }, { containerPort: 53, protocol: UDP }, { containerPort: 132, protocol: SCTP }] }
---
apiVersion: v1
kind: Pod
metadata:
  { name: client, namespace: default, labels: { door: open }, annotations: { kubernetes.io/egress-bandwidth: 10M } }
spec: { containers: [{ name: c, image: x }] }
---
apiVersion: v1
kind: Pod
metadata: { name: other, namespace: shop }
spec: { containers: [{ name: c, image: x }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: door, namespace: default }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { door: open } } }] }]
`;

const desk = new Desk();
desk.write('all.yaml', MANIFESTS);
let lab: AsyncDisposable;

const inPod = (pod: string, ...words: string[]) => desk.ipvlane(['exec', pod, '--', ...words]);
const bash = (pod: string, script: string) => inPod(pod, 'bash', '-c', script);
const outside = { hosts: readFileSync('/etc/hosts', 'utf8'), hostname: hostname() };

describe.skipIf(cannotRun)('a held lab', () => {
  beforeAll(async () => {
    lab = await holdLab(desk, ['all.yaml']);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    desk[Symbol.dispose]();
  });

  it('has names: the host name is the pod’s, and others are found by theirs', async () => {
    expect((await inPod('client', 'hostname')).stdout).toBe('client');
    expect((await inPod('shop/other', 'hostname')).stdout).toBe('other');
    const known = async (name: string) => (await inPod('client', 'getent', 'hosts', name)).stdout.split(/\s+/)[0];
    expect(await known('web')).toBe(await known('web.default'));
    expect(await known('other')).toBe(await known('other.shop.pod'));
    expect(await known('web')).not.toBe(await known('other'));
  });

  it('leaves the names of the machine alone', () => {
    expect({ hosts: readFileSync('/etc/hosts', 'utf8'), hostname: hostname() }).toEqual(outside);
  });

  it('listens on declared ports: HTTP is answered, all else comes back, and policies hold', async () => {
    const get = 'exec 3<>/dev/tcp/web/80; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3';
    expect((await bash('client', get)).stdout).toMatch(/200 OK[^]*default\/web \S+:80 answers /);
    expect((await bash('client', 'exec 3<>/dev/tcp/web/80; echo hallo >&3; head -1 <&3')).stdout).toBe('hallo');
    expect((await bash('client', 'exec 3<>/dev/udp/web/53; echo hallo >&3; head -1 <&3')).stdout).toBe('hallo');
    // Neither bash nor Node speaks it: the kernel says who listens.
    expect((await bash('web', "awk '$4 == 10 { print $6 }' /proc/net/sctp/eps")).stdout).toBe('132');
    expect((await bash('shop/other', 'timeout 1 bash -c "exec 3<>/dev/tcp/web/80"')).exitCode).toBe(124);
  });

  it('answers probe, reach and explain itself, as its cluster is now', async () => {
    const open = await desk.ipvlane(['probe', 'client', 'web:80']);
    expect(open.stderr).toContain('asking the lab all, held in ');
    expect(open.stdout).toMatch(/^default\/client -> default\/web TCP\/80: allowed/);
    expect((await desk.ipvlane(['probe', 'shop/other', 'web:80', '--expect', 'allowed'])).exitCode).toBe(1);
    await desk.ipvlane(['label', 'pod', 'client', 'door-']);
    const shut = await desk.ipvlane(['probe', 'client', 'web', '--json']);
    const answers = JSON.parse(shut.stdout) as { port: number; wire: string }[];
    expect(answers).toMatchObject([
      { port: 80, wire: 'denied' },
      { port: 53, wire: 'denied' },
      { port: 132, wire: 'denied' },
    ]);
    expect(shut.exitCode).toBe(0);
    const reach = await desk.ipvlane(['reach', '--from', 'client', '--port', '80', '--json']);
    expect(JSON.parse(reach.stdout)).toContainEqual(
      expect.objectContaining({ to: 'default/web', oracle: 'denied', verdict: 'denied', wire: 'denied' }),
    );
    const explained = await desk.ipvlane(['explain', 'client', 'web', '80']);
    expect(explained.stdout.replaceAll(/\n {4}/g, ' ')).toMatch(
      /ingress of default\/web: \d+ packets offered, \d+ passed, 3 dropped: POLICY_DENIED/,
    );
    await desk.ipvlane(['label', 'pod', 'client', 'door=open']);
    // Counters of before are no evidence of this packet.
    expect((await desk.ipvlane(['explain', 'client', 'web', '80'])).stdout).not.toContain('dropped: POLICY_DENIED');
  });

  it('measures a flow beside its limit, and says why one does not come through', async () => {
    const { stdout } = await desk.ipvlane(['traffic', 'client', 'shop/other', '--seconds', '2', '--json']);
    const flow = JSON.parse(stdout) as { configured_bps: number; goodput_bps: number };
    expect(flow.configured_bps).toBe(10e6);
    expect(flow.goodput_bps).toBeLessThan(10e6);
    expect(flow.goodput_bps).toBeGreaterThan(0);
    const shut = await desk.ipvlane(['traffic', 'shop/other', 'web']);
    expect(shut.stdout).toContain('failed: ');
    expect(shut.exitCode).toBe(1);
  });

  it('takes pods that come and go along', async () => {
    desk.write('late.yaml', LATE);
    expect((await desk.ipvlane(['apply', '-f', 'late.yaml'])).exitCode).toBe(0);
    expect((await bash('client', 'exec 3<>/dev/tcp/late/8080; echo hallo >&3; head -1 <&3')).stdout).toBe('hallo');
    expect((await desk.ipvlane(['delete', 'pod', 'late'])).exitCode).toBe(0);
    desk.write('idle.yaml', IDLE);
    const idle = await desk.ipvlane(['apply', '-f', 'idle.yaml']);
    expect(idle.exitCode).toBe(0);
    expect(idle.stderr).toMatch(/^idle\.yaml:4:\d+: warning\[W310\]: default\/idle selects no pod$/m);
    expect((await inPod('client', 'grep', '-c', 'late', '/etc/hosts')).stdout).toBe('0');
  });

  it('is chosen by name, and a name that no lab has is an error with those that run', async () => {
    expect((await desk.ipvlane(['probe', 'client', 'web:80', '--run', 'all'])).exitCode).toBe(0);
    const { exitCode, stderr } = await desk.ipvlane(['probe', 'client', 'web:80', '--run', 'al']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('did you mean `all`?');
  });
});

/** Of a pod that has gone. */
const IDLE = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: idle, namespace: default }
spec: { podSelector: { matchLabels: { app: late } } }
`;

const LATE = `
apiVersion: v1
kind: Pod
metadata: { name: late, namespace: default }
spec: { containers: [{ name: c, image: x, ports: [{ containerPort: 8080 }] }] }
`;
