/** Policies as people write them, from the text to the answer: who is denied what. */
import { describe, expect, test } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { memoryFiles } from '../../sim/manifest/finding/memory-files.ts';
import { readManifests } from '../../sim/manifest/read-manifests.ts';
import { clusterAtStart, policyWorld } from '../../sim/plan/cluster/cluster.ts';
import { makePlan } from '../../sim/plan/make-plan.ts';
import { questionOf } from '../../sim/reach/question.ts';
import { answerOf, cellsOf, oracleMarks } from '../../sim/reach/reachability.ts';

/** `from > to PORT` of every pair that is denied; each pod is asked every port. */
function denied(text: string, ports: readonly string[]): string[] {
  const { manifests, diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  const { plan, diagnostics: planned } = makePlan(manifests);
  const errors = [...diagnostics, ...planned].filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([]);
  const question = questionOf(plan!, { from: [], to: [], ports });
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan!)));
  const cells = [...cellsOf({ question, oracle, marks: { oracle: oracleMarks(oracle, question) } })];
  return cells
    .filter((cell) => answerOf(cell) === 'denied')
    .map(({ from, to, port }) => `${short(from.name)} > ${short(to.name)} ${port.protocol}/${port.port}`)
    .sort();
}

const short = (name: string): string => name.replace(/^default\//, '');

const pod = (name: string, ports = '', namespace = 'default'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }\nspec: { containers: [ { name: c, image: i, ports: [ ${ports} ] } ] }\n`;
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\n${spec}\n`;
const together = (...documents: readonly string[]): string => documents.join('---\n');

const RED_AND_BLUE = [pod('red'), pod('blue')];
const EACH_OTHER = ['blue > red TCP/80', 'red > blue TCP/80'];

describe('what is left out', () => {
  test.each([
    ['a podSelector that is not there', 'spec:\n  policyTypes: [ Ingress ]', EACH_OTHER],
    ['a podSelector of null', 'spec:\n  podSelector:\n  policyTypes: [ Ingress ]', EACH_OTHER],
    ['a spec that is not there', '', EACH_OTHER],
    ['a spec of null', 'spec:', EACH_OTHER],
    ['a rule of null allows all', 'spec:\n  podSelector: { matchLabels: { app: blue } }\n  ingress:\n  -', []],
  ])('%s', (_, spec, expected) => {
    expect(denied(together(...RED_AND_BLUE, policy(spec)), ['TCP/80'])).toEqual(expected);
  });
});

test('an empty port is every port of TCP, and of nothing else', () => {
  const spec =
    'spec: { podSelector: { matchLabels: { app: src } }, policyTypes: [ Egress ], egress: [ { to: [ { podSelector: { matchLabels: { app: dst } } } ], ports: [ {}, { port: 80 } ] } ] }';
  const text = together(pod('src'), pod('dst'), policy(spec));
  expect(denied(text, ['TCP/79', 'TCP/80', 'TCP/81', 'UDP/80'])).toEqual(['src > dst UDP/80']);
});

test('a named port is that of each receiver, by its protocol', () => {
  const text = together(
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: far }\n',
    pod('src'),
    pod('near80', '{ name: serve, containerPort: 80 }, { name: other, containerPort: 81 }'),
    pod('far81', '{ name: other, containerPort: 80 }, { name: serve, containerPort: 81 }', 'far'),
    pod('udp81', '{ name: serve, containerPort: 81, protocol: UDP }, { name: t, containerPort: 81 }', 'far'),
    policy(
      'spec: { podSelector: { matchLabels: { app: src } }, policyTypes: [ Egress ], egress: [ { ports: [ { port: serve } ] } ] }',
    ),
  );
  expect(denied(text, ['TCP/80', 'TCP/81'])).toEqual([
    'src > far/far81 TCP/80',
    'src > far/udp81 TCP/80',
    'src > far/udp81 TCP/81',
    'src > near80 TCP/81',
  ]);
});

test('a named port of an ingress rule is that of the receiver, not of the sender', () => {
  const text = together(
    pod('web', '{ name: door, containerPort: 80 }, { name: spare, containerPort: 666 }'),
    pod('client', '{ name: door, containerPort: 666 }'),
    policy(
      'spec: { podSelector: { matchLabels: { app: web } }, ingress: [ { from: [ { podSelector: {} }, { ipBlock: { cidr: 172.20.0.0/16 } } ], ports: [ { port: door } ] } ] }',
    ),
  );
  expect(denied(text, ['TCP/80', 'TCP/666'])).toEqual(['client > web TCP/666']);
});

test('what one rule excepts, another may allow at a port', () => {
  const hosts =
    'apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec:\n  hosts:\n  - { name: inside, addresses: [ 10.244.200.7/16 ] }\n  - { name: outside, addresses: [ 10.244.100.7/16 ] }\n';
  const spec =
    'spec:\n  podSelector: { matchLabels: { app: src } }\n  policyTypes: [ Egress ]\n  egress:\n  - { to: [ { ipBlock: { cidr: 10.244.192.0/18 } } ], ports: [ { port: 8080 } ] }\n  - { to: [ { ipBlock: { cidr: 0.0.0.0/0, except: [ 10.244.192.0/18 ] } } ] }';
  const ports = ['TCP/8080', 'TCP/8081', 'UDP/8080', 'ICMP'];
  expect(denied(together(hosts, pod('src'), policy(spec)), ports)).toEqual([
    'src > host:inside ICMP/0',
    'src > host:inside TCP/8081',
    'src > host:inside UDP/8080',
  ]);
});
