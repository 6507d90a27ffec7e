/** What policies, as they are written, allow: from manifests to the answer of the oracle. */
import { describe, expect, test } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { clusterAtStart, objectKey, policyWorld } from './cluster/cluster.ts';
import { goodPlan } from './testdata/planning.ts';

const pod = (name: string, ports = '', namespace = 'default') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }\nspec: { containers: [ { name: c, image: i, ports: [ ${ports} ] } ] }`;
const policy = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\n${spec}`;
const far = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: far }';

/** `FROM TO PROTOCOL/PORT` of those questions that are answered yes. */
function allowed(documents: readonly string[], questions: readonly string[]): string[] {
  const world = policyWorld(clusterAtStart(goodPlan(...documents)));
  const oracle = prepareOracle(world);
  const addressOf = (text: string): string => {
    const key = text.includes('/') ? text : `default/${text}`;
    return world.pods.find((one) => objectKey(one) === key)?.addresses[0] ?? text;
  };
  return questions.filter((question) => {
    const [from = '', to = '', target = ''] = question.split(' ');
    const [protocol = '', port] = target.split('/');
    return (
      oracle.verdict({
        from: addressOf(from),
        to: addressOf(to),
        protocol: protocol as 'TCP' | 'UDP',
        port: Number(port),
      }) === 'allowed'
    );
  });
}

const both = [pod('red', '{ containerPort: 80 }'), pod('blue', '{ containerPort: 80 }')];

describe('whom a policy selects, and what a rule of nothing allows', () => {
  test.each([
    ['without a podSelector it selects all', 'spec: { ingress: [] }', []],
    ['of null it selects all', 'spec: { podSelector: null, policyTypes: [ Ingress ] }', []],
    ['without a spec it selects all', '', []],
    [
      'a rule of null is one of everything',
      'spec:\n  podSelector: { matchLabels: { app: blue } }\n  ingress:\n  -\n',
      ['red blue TCP/80'],
    ],
    ['no rule allows nothing', 'spec: { podSelector: { matchLabels: { app: blue } } }', []],
  ])('%s', (_, spec, expected) => {
    expect(allowed([...both, policy(spec)], ['red blue TCP/80'])).toEqual(expected);
  });
});

test('an empty entry of ports is every port of TCP, and of nothing else', () => {
  const out = policy(
    'spec: { podSelector: { matchLabels: { app: red } }, policyTypes: [ Egress ], egress: [ { to: [ { podSelector: {} } ], ports: [ {}, { port: 80 } ] } ] }',
  );
  expect(allowed([...both, out], ['red blue TCP/79', 'red blue TCP/80', 'red blue UDP/80'])).toEqual([
    'red blue TCP/79',
    'red blue TCP/80',
  ]);
});

test('a named port of egress without a peer is whatever each receiver calls so, of its protocol, wherever it is', () => {
  const named = [
    pod('near', '{ name: serve, containerPort: 80 }, { name: other, containerPort: 81 }'),
    pod('away', '{ name: other, containerPort: 80 }, { name: serve, containerPort: 81 }', 'far'),
    pod('udp', '{ name: serve, containerPort: 81, protocol: UDP }, { name: t, containerPort: 81 }', 'far'),
  ];
  const out = policy(
    'spec: { podSelector: { matchLabels: { app: red } }, policyTypes: [ Egress ], egress: [ { ports: [ { port: serve } ] } ] }',
  );
  const questions = ['near', 'far/away', 'far/udp', '198.51.100.1'].flatMap((to) =>
    ['TCP/80', 'TCP/81', 'UDP/81'].map((port) => `red ${to} ${port}`),
  );
  expect(allowed([far, pod('red'), ...named, out], questions)).toEqual(['red near TCP/80', 'red far/away TCP/81']);
});

test('a named port of ingress is that of the pod that is selected, not of who sends', () => {
  const door = [
    pod('web', '{ name: door, containerPort: 80 }, { name: spare, containerPort: 666 }'),
    pod('client', '{ name: door, containerPort: 666 }'),
  ];
  const into = policy(
    'spec: { podSelector: { matchLabels: { app: web } }, ingress: [ { from: [ { podSelector: {} }, { ipBlock: { cidr: 172.20.0.0/16 } } ], ports: [ { port: door } ] } ] }',
  );
  const questions = ['client', '172.20.0.9', '172.21.0.9'].flatMap((from) => [
    `${from} web TCP/80`,
    `${from} web TCP/666`,
  ]);
  expect(allowed([...door, into], questions)).toEqual(['client web TCP/80', '172.20.0.9 web TCP/80']);
});

test('what one block excepts, another may allow at one port', () => {
  const out = policy(
    'spec: { podSelector: { matchLabels: { app: red } }, policyTypes: [ Egress ], egress: [ { to: [ { ipBlock: { cidr: 10.244.192.0/18 } } ], ports: [ { port: 8080 } ] }, { to: [ { ipBlock: { cidr: 0.0.0.0/0, except: [ 10.244.192.0/18 ] } } ] } ] }',
  );
  const questions = ['10.244.192.9', '10.244.255.255', '10.245.0.1'].flatMap((to) => [
    `red ${to} TCP/8080`,
    `red ${to} TCP/80`,
  ]);
  expect(allowed([pod('red'), out], questions)).toEqual([
    'red 10.244.192.9 TCP/8080',
    'red 10.244.255.255 TCP/8080',
    'red 10.245.0.1 TCP/8080',
    'red 10.245.0.1 TCP/80',
  ]);
});
