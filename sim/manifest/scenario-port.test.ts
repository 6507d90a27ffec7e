import { expect, test } from 'vitest';
import { memoryFiles } from './memory-files.ts';
import { readManifests } from './read-manifests.ts';
import { parsePort } from './scenario-port.ts';

test.each([
  [80, 'TCP', 80],
  ['80', 'TCP', 80],
  ['TCP/80', 'TCP', 80],
  ['80/TCP', 'TCP', 80],
  ['UDP/53', 'UDP', 53],
  ['132/SCTP', 'SCTP', 132],
  ['ICMP', 'ICMP', 0],
] as const)('%s is a port', (written, protocol, port) => {
  expect(parsePort(written, [])).toEqual({ protocol, port, path: [] });
});

test.each([0, -1, 1.5, 65536, '0', '65536', 'TCP/80/UDP', 'TCP', '', 'http', 'ICMP/8'])('`%s` is none', (written) => {
  expect(parsePort(written, [])).toBeNull();
});

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [ { name: c, image: i } ] }\n';
const probing = (port: string): string =>
  `${pod}---\napiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec: { timeline: [ { probe: [ { from: a, to: a, ${port} } ] } ] }\n`;

test.each(['port: 80', 'port: "80"', "ports: [ 80, 'UDP/53' ]"])('a probe takes `%s`', (written) => {
  const { diagnostics, manifests } = readManifests(['s.yaml'], memoryFiles({ 's.yaml': probing(written) }));
  expect(diagnostics).toEqual([]);
  const [step] = manifests.scenario?.spec.timeline ?? [];
  expect(step?.verb === 'probe' ? step.probes[0]?.ports[0] : null).toMatchObject({ protocol: 'TCP', port: 80 });
});

test.each(['port: 70000', 'port: 0', 'port: 8.5', 'port: http'])('a probe refuses `%s`', (written) => {
  const { diagnostics } = readManifests(['s.yaml'], memoryFiles({ 's.yaml': probing(written) }));
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.help ?? diagnostics[0]?.message).toContain('`TCP/80`');
});
