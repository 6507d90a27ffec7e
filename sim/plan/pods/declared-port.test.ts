import { expect, test } from 'vitest';
import { found, network, plan, pool } from '../testdata/planning.ts';

const pod = (name: string, ports: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, annotations: { v1.multus-cni.io/default-network: kube-system/ipvlan-conf } }
spec: { containers: [ { name: c, image: i, ports: [ ${ports} ] } ] }`;

const names = '{ name: http, containerPort: 8080 }, { name: dns, containerPort: 53, protocol: UDP }';
/** `web` has a name for both protocols, `db` for none. */
const lab = [
  ...[network, pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [ 172.51.0.1-172.51.0.9 ]')],
  pod('client', ''),
  pod('web', `${names}, { name: both, containerPort: 54, protocol: UDP }, { name: both-tcp, containerPort: 7 }`),
  pod('other', '{ name: http, containerPort: 9090 }'),
  pod('db', '{ containerPort: 5432 }'),
];
const planned = (step: string) =>
  plan(
    ...lab,
    `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec:\n  timeline:\n  - ${step}`,
  );
const asked = (step: string) => {
  const [first] = planned(step).plan?.timeline ?? [];
  return first?.kind === 'probe' ? first.probes.map(({ protocol, port }) => `${protocol}/${port}`) : null;
};
const flowOf = (line: string) => {
  const [first] = planned(`traffic: [ { from: client, to: web, ${line} } ]`).plan?.timeline ?? [];
  return first?.kind === 'traffic' ? first.flows[0] : null;
};

test('a probe takes the name of a container port, with the number that each receiver gives to it', () => {
  expect(asked('probe: [ { from: client, to: [ web, other ], port: http } ]')).toEqual(['TCP/8080', 'TCP/9090']);
  expect(asked('probe: [ { from: client, to: web, ports: [ dns, UDP/dns, dns/UDP, 80 ] } ]')).toEqual([
    ...['UDP/53', 'UDP/53', 'UDP/53', 'TCP/80'],
  ]);
});

test('a flow takes it, and its protocol', () => {
  expect(flowOf('port: http')).toMatchObject({ protocol: 'TCP', port: 8080 });
  expect(flowOf('port: dns, rate: 1M')).toMatchObject({ protocol: 'UDP', port: 53, offeredBps: 1e6 });
  expect(flowOf('port: dns, protocol: UDP, rate: 1M')).toMatchObject({ protocol: 'UDP', port: 53 });
});

test.each([
  ['probe: [ { from: client, to: web, port: htpp } ]', 'E305 htpp', 'default/web declares no port `htpp`'],
  ['probe: [ { from: client, to: web, port: TCP/dns } ]', 'E305 TCP/dns', 'default/web declares no port `TCP/dns`'],
  ['probe: [ { from: client, to: [ db ], ports: [ 80, x ] } ]', 'E305 x', 'default/db declares no port `x`'],
  ['probe: [ { from: web, to: [ db, client ], port: http } ]', 'E305 http', 'none of those 2 declares a port `http`'],
  ['traffic: [ { from: client, to: db, port: http } ]', 'E305 http', 'default/db declares no port `http`'],
  [
    'traffic: [ { from: client, to: web, port: dns, rate: 1M, ecn: true } ]',
    'E417 true',
    '`ecn` is for TCP flows only, and port `dns` of default/web is UDP/53',
  ],
])('%s is refused', (step, place, message) => {
  const { diagnostics } = planned(step);
  const written = diagnostics.map(({ code, span }) => {
    const at = (span?.column ?? 0) - 5;
    return `${code} ${step.slice(at, at + (span?.length ?? 0))}`;
  });
  expect(written).toContain(place);
  expect(diagnostics.map((one) => one.message)).toContain(message);
});

test('a flow to a port of UDP needs a rate, as any other of UDP', () => {
  expect(found(planned('traffic: [ { from: client, to: web, port: dns } ]')).join()).toContain(
    'a UDP flow needs a rate',
  );
});

test('the names that are there are said', () => {
  const help = (name: string) => planned(`probe: [ { from: client, to: web, port: ${name} } ]`).diagnostics[0]?.help;
  expect(help('htpp')).toContain('http');
  expect(help('metrics')).toBe('the names there: http, dns, both, both-tcp');
});

test('a receiver among others that has no port of the name is not asked, which is warned of', () => {
  const step = 'probe: [ { from: client, to: [ web, db ], port: http } ]';
  expect(asked(step)).toEqual(['TCP/8080']);
  expect(found(planned(step)).join('\n')).toMatch(/W405 .*those that declare it: default\/db is not asked/);
});
