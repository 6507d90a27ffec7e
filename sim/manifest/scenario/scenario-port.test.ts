import { expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';
import { parsePort, parseWrittenPort } from './scenario-port.ts';

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

test.each(['port: 70000', 'port: 0', 'port: 8.5', 'port: icmp', 'port: HTTP', 'port: UDP/-dns'])(
  'a probe refuses `%s`',
  (written) => {
    const { diagnostics } = readManifests(['s.yaml'], memoryFiles({ 's.yaml': probing(written) }));
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.help ?? diagnostics[0]?.message).toContain('`TCP/80`');
  },
);

test.each([
  ['http', 'http', null],
  ['UDP/dns', 'dns', 'UDP'],
  ['dns/UDP', 'dns', 'UDP'],
  ['8080-tcp', '8080-tcp', null],
] as const)('%s is the name of a port', (written, name, protocol) => {
  expect(parseWrittenPort(written, [])).toEqual({ name, protocol, path: [] });
});

test.each(['80', 'ICMP', 'TCP/80'])('%s is a number all the same', (written) => {
  expect(parseWrittenPort(written, [])).toEqual(parsePort(written, []));
});

test.each(['TCP/80', '"80"', '0', '70000', 'HTTP', 'UDP/dns'])('a flow refuses `port: %s`', (written) => {
  const text = probing('port: 80').replace(
    'probe: [ { from: a, to: a, port: 80',
    `traffic: [ { from: a, to: a, port: ${written}`,
  );
  const { diagnostics } = readManifests(['s.yaml'], memoryFiles({ 's.yaml': text }));
  expect(diagnostics).toMatchObject([{ code: 'E211' }]);
});
