/**
 * A step that puts another queue on the wire loses what waits in the one before: every datagram that does not arrive was a queue's drop,
 * none is taken for a loss of the wire, and none is without a reason. A few other packets wait there too.
 */
import { expect, it } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { Desk } from '../cli/ipvlane.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';
import { skipped } from '../report/skipped.ts';
import { writeScenario } from './pods-on-nodes.ts';

/** Below the delay line another discipline and the first once more; then no delay line. */
const SCENARIO = `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: s }
spec:
  manifests: [ network.yaml, pods.yaml ]
  nodes:
  - { name: node-a, interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ] } ] }
  - { name: node-b, interfaces: [ { name: ens192, addresses: [ 172.51.0.220/16 ] } ] }
  underlay: { rate: 10M, delay: 20ms, queue: { bytes: 262144 } }
  timeline:
  - wait: { timeout: 30s }
  - background: true
    traffic: [ { from: a, to: b, protocol: UDP, rate: 12M, duration: 6s } ]
  - sleep: 2s
  - underlay: { queue: { discipline: fq_codel } }
  - sleep: 1s
  - underlay: { queue: { discipline: fifo, bytes: 262144 } }
  - sleep: 2s
  - underlay: { delay: 0ms }
`;

/** 0, 2 and 1 of them with the seeds 1, 2 and 4; 1 with another build of the agent. */
const MOST_OTHERS = 8;

it.skipIf(reason !== null)(`what waits in a queue that is replaced is counted${skipped(reason)}`, async () => {
  using desk = new Desk();
  writeScenario(desk, SCENARIO, { a: 'node-a', b: 'node-b' });
  const said = await desk.ipvlane(['run', 's.yaml', '--kernel', 'uml-virtual', '--json', '-o', 'out']);
  expect(said.exitCode, said.stdout + said.stderr).toBe(0);
  const { flows, drops } = JSON.parse(said.stdout) as Result;
  // A full queue of 262144 bytes holds 181 of these datagrams, which are lost whenever it goes.
  expect(flows[0]?.lost_packets).toBeGreaterThan(2 * 181);
  expect([...new Set(drops.map(({ reason: why }) => why))]).toEqual(['WIRE_QUEUE']);
  // What pods say by themselves waits with them (--pcap shows listener reports, neighbour and router solicitations), and is lost by its draw.
  const others = drops.reduce((sum, { packets }) => sum + packets, 0) - (flows[0]?.lost_packets ?? Infinity);
  expect(others).toBeGreaterThanOrEqual(0);
  expect(others).toBeLessThanOrEqual(MOST_OTHERS);
});
