/**
 * What a pod sends past its egress hook: the second guard drops it, at whom a program judges and where it leaves the node; what it cannot
 * see, the books find, and no face of the run calls that a pass.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { Desk, REPOSITORY } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

const SCENARIO = `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: around }
spec:
  manifests: [ cluster.yaml ]
  nodes:
  - name: node-a
    interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ] } ]
  hosts:
  - { name: outside, addresses: [ 172.51.200.1/16, "fd51::200:1/64" ] }
  timeline:
  - name: as everybody sends
    inject: [ { from: attacker, to: victim, frame: datagram, count: 20, family: IPv4 } ]
    expect: [ drops.POLICY_DENIED == 20, drops == 20 ]
  - name: to a sibling
    inject: [ { from: attacker, to: victim, frame: around-egress, count: 30, family: IPv4 } ]
    expect: [ drops.AROUND_EGRESS == 30, drops == 30 ]
  - name: out of the node
    inject: [ { from: attacker, to: "host:outside", frame: around-egress, count: 12, family: IPv6 } ]
    expect: [ drops.AROUND_EGRESS == 12, drops == 12 ]
  - name: what no program judges, and what has passed one
    inject:
    - { from: bystander, to: victim, frame: datagram, count: 7 }
    - { from: victim, to: bystander, frame: datagram, count: 6 }
    - { from: "host:outside", to: victim, frame: datagram, count: 5 }
    - { from: victim, to: "host:outside", frame: datagram, count: 4 }
    expect: [ drops == 0 ]
`;

/** A pod that no program of ours hangs on. */
const BYSTANDER = `
---
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderMultusConfig
metadata: { name: plain, namespace: kube-system }
spec: { cniType: ipvlan, ipvlan: { master: [ ens192 ], ippools: { ipv4: [ four ], ipv6: [ six ] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: bystander, annotations: { v1.multus-cni.io/default-network: kube-system/plain } }
spec: { containers: [ { name: main, image: nginx } ] }
`;

const TO_BYSTANDER = `
  - name: to a sibling that nothing judges
    inject: [ { from: attacker, to: bystander, frame: around-egress, count: 9, family: IPv4 } ]
    expect: [ drops == 0 ]
`;

async function run(desk: Desk, scenario: string) {
  const cluster = readFileSync(join(REPOSITORY, 'scenarios/drops/cluster.yaml'), 'utf8');
  desk.write('cluster.yaml', cluster + BYSTANDER);
  desk.write('scenario.yaml', scenario);
  const words = ['run', 'scenario.yaml', '--kernel', 'uml-virtual', '--plain', '-o', 'out'];
  const said = await desk.ipvlane(words);
  const read = (face: string): string => readFileSync(join(desk.path, 'out', face), 'utf8');
  return { ...said, read, result: JSON.parse(read('result.json')) as Result };
}

it.skipIf(reason !== null)(`the second guard drops what went around, and nothing else${skipped(reason)}`, async () => {
  using desk = new Desk();
  const { exitCode, result } = await run(desk, SCENARIO);
  expect(result.checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(exitCode).toBe(0);
  expect(result.diagnostics).toMatchObject([{ code: 'W503', severity: 'warning' }]);
  expect(result.diagnostics[0]?.message).toContain('at least 42 packets');
  expect(result.diagnostics[0]?.message).toContain('the second guard dropped them');
});

it.skipIf(reason !== null)(`the books find what no guard saw, and the run is no pass${skipped(reason)}`, async () => {
  using desk = new Desk();
  const { exitCode, stdout, read, result } = await run(desk, SCENARIO + TO_BYSTANDER.slice(1));
  expect(exitCode).toBe(1);
  expect(result.verdict).toBe('fail');
  expect(result.checks.filter(({ status }) => status !== 'pass')).toMatchObject([
    { step: 'the books', name: 'default/attacker sends nothing around its programs', expected: 0, measured: 51 },
  ]);
  expect(result.diagnostics).toMatchObject([{ code: 'W503', severity: 'warning' }]);
  expect(stdout).toContain('W503');
  for (const face of [stdout, read('report.html'), read('junit.xml')])
    expect(face).toContain('no program of its egress saw');
});
