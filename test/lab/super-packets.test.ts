/**
 * The largest super-packet of a pod is what its interface is told, and one that is larger than the node's NIC takes leaves it as single
 * frames: seen in captures of both ends.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parsePcap } from '../../sim/capture/pcap-file.ts';
import { Desk } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';
import { writeScenario } from './pods-on-nodes.ts';

const SCENARIO = `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: s }
spec:
  manifests: [ network.yaml, pods.yaml ]
  nodes:
  - name: node-a
    interfaces: [ { name: ens192, podGsoMaxSize: 8192, addresses: [ 172.51.0.230/16 ] } ]
  - name: node-b
    interfaces: [ { name: ens192, gsoMaxSize: 4096, addresses: [ 172.51.0.220/16 ] } ]
  timeline:
  - traffic: [ { from: small, to: plain, rate: 1G, duration: 100ms } ]
  - traffic: [ { from: plain, to: small, rate: 1G, duration: 100ms } ]
`;

const ETHERNET_HEADER = 14;
const IPV4_SOURCE = ETHERNET_HEADER + 12;

/** Bytes of the largest IPv4 packet that came from the address into the capture. */
function largest(desk: Desk, of: string, from: string): number {
  const { packets } = parsePcap(readFileSync(join(desk.path, `out/default.${of}.pcap`)));
  const own = packets.filter(({ data }) => [...data.subarray(IPV4_SOURCE, IPV4_SOURCE + 4)].join('.') === from);
  return Math.max(...own.map(({ length }) => length - ETHERNET_HEADER));
}

it.skipIf(reason !== null)(`super-packets have the size that is said${skipped(reason)}`, async () => {
  using desk = new Desk();
  writeScenario(desk, SCENARIO, { plain: 'node-b', small: 'node-a' });
  const said = await desk.ipvlane(['run', 's.yaml', '--kernel', 'uml-virtual', '--plain', '--pcap', '-o', 'out']);
  expect(said.exitCode, said.stdout + said.stderr).toBe(0);
  const [plain, small] = ['172.51.0.100', '172.51.0.101'];
  expect(said.stdout).toContain(`plain is running on node-b with ${plain}`);
  // As large as is said, less the room for headers and what is no whole segment; and whole on the other side.
  expect(largest(desk, 'small', small)).toBeGreaterThan(8192 - 1500);
  expect(largest(desk, 'small', small)).toBeLessThanOrEqual(8192);
  expect(largest(desk, 'plain', small)).toBe(largest(desk, 'small', small));
  // Its own interface inherits nothing of the NIC's 4096, and the NIC makes single frames of what it does not take.
  expect(largest(desk, 'plain', plain)).toBeGreaterThan(8192);
  expect(largest(desk, 'small', plain)).toBe(1500);
});
