/** What a pod sends past its egress hook: the books find it, and no face of the run calls that a pass. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import type { Result } from '../../sim/measure/result.ts';
import { Desk, REPOSITORY } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';

const reason = builtUmlVirtual().release === null ? 'uml-virtual is not built: ipvlane kernels says how' : null;

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
  - name: out of the node
    inject: [ { from: attacker, to: "host:outside", frame: around-egress, count: 12, family: IPv6 } ]
`;

it.skipIf(reason !== null)(`a frame around the egress hook is found by the books${skipped(reason)}`, async () => {
  using desk = new Desk();
  desk.write('cluster.yaml', readFileSync(join(REPOSITORY, 'scenarios/drops/cluster.yaml')));
  desk.write('scenario.yaml', SCENARIO);
  const words = ['run', 'scenario.yaml', '--kernel', 'uml-virtual', '--plain', '-o', 'out'];
  const { exitCode, stdout, stderr } = await desk.ipvlane(words);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
  const result = JSON.parse(readFileSync(join(desk.path, 'out/result.json'), 'utf8')) as Result;
  expect(result.verdict).toBe('fail');
  const failed = result.checks.filter(({ status }) => status === 'fail');
  expect(failed).toMatchObject([
    { step: 'the books', name: 'default/attacker sends nothing around its programs', expected: 0, measured: 42 },
  ]);
  expect(result.diagnostics).toMatchObject([{ code: 'W503', severity: 'warning' }]);
  expect(stdout).toContain('its interface sent at least 42 packets that no program of its egress saw');
  expect(stdout).toContain('W503');
  for (const face of ['report.html', 'junit.xml'])
    expect(readFileSync(join(desk.path, 'out', face), 'utf8')).toContain('that no program of its egress saw');
});
