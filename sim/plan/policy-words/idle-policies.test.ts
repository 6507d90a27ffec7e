import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { Collector } from '../../diagnostics/collector.ts';
import { clusterAtStart } from '../cluster/cluster.ts';
import { makePlan } from '../make-plan.ts';
import { warnOfIdlePolicies } from './idle-policies.ts';

const pod = (name: string, labels: string, ports = '', more = '') => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { ${labels} } }
spec: { ${more} containers: [ { name: c, image: i, ports: [ ${ports} ] } ] }
---
`;
const web = pod('web', 'app: web', '{ containerPort: 8080, name: http }');
const client = pod('client', 'app: client');
const policy = (spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p }
spec: { ${spec} }
---
`;
const service = (ports: string) => `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [ ${ports} ] }
---
`;

test('pods and namespaces are not looked at where there is no policy', () => {
  const states = new Proxy([], {
    get: () => {
      throw new Error('looked at');
    },
  });
  expect(() => {
    warnOfIdlePolicies([], { states, hostNetwork: [], services: [] }, new Collector());
  }).not.toThrow();
});

test('what a policy means is not made out again where it is known', () => {
  const { manifests } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': web + policy('podSelector: {}') }));
  const plan = makePlan(manifests).plan!;
  const unread = manifests.networkPolicies.map((manifest) => ({
    ...manifest,
    get spec(): never {
      throw new Error('looked at');
    },
  }));
  const around = { states: [clusterAtStart(plan)], hostNetwork: [], services: [] };
  const diagnostics = new Collector();
  warnOfIdlePolicies(unread, around, diagnostics, plan.policies);
  expect(diagnostics.sorted()).toEqual([]);
  expect(() => {
    warnOfIdlePolicies(unread, around, diagnostics);
  }).toThrow('looked at');
});

function warnings(text: string, more: Record<string, string> = {}): string[] {
  const read = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text, ...more }));
  const { diagnostics } = makePlan(read.manifests);
  expect([...read.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error')).toEqual([]);
  return diagnostics
    .filter(({ code }) => /^W31/.test(code))
    .map(({ code, message, span, help }) => {
      expect(help).toBeDefined();
      return `${code} ${text.slice(span!.offset, span!.offset + span!.length)} | ${message}`;
    });
}

describe('a policy that selects no pod', () => {
  test('is told, and only that', () => {
    expect(
      warnings(
        web +
          policy(
            'podSelector: { matchLabels: { app: wbe } }, ingress: [ { from: [ { podSelector: { matchLabels: { a: b } } } ] } ]',
          ),
      ),
    ).toEqual(['W310 { matchLabels: { app: wbe } } | default/p selects no pod']);
  });

  test('is told once where there is no pod at all', () => {
    const two = policy('podSelector: {}') + policy('podSelector: {}').replace('name: p', 'name: q');
    expect(warnings(two)).toEqual(['W310 p | none of 2 policies selects a pod: there is none']);
  });

  test('holds for no pod of the host network', () => {
    const host = pod('agent', 'app: agent', '', 'hostNetwork: true,');
    expect(warnings(web + host + policy('podSelector: { matchLabels: { app: agent } }'))).toEqual([
      'W310 { matchLabels: { app: agent } } | default/p selects only pods of the host network (default/agent): no policy holds for them',
    ]);
  });

  test('is not idle where its pods come later', () => {
    const scenario = `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: s }
spec: { manifests: [ a.yaml ], timeline: [ { apply: [ later.yaml ] } ] }
`;
    const later = pod('late', 'app: late');
    const read = readManifests(
      ['s.yaml'],
      memoryFiles({
        's.yaml': scenario,
        'a.yaml': web + policy('podSelector: { matchLabels: { app: late } }'),
        'later.yaml': later,
      }),
    );
    const said = [...read.diagnostics, ...makePlan(read.manifests).diagnostics];
    expect(said.map(({ code }) => code)).toEqual([]);
  });
});

describe('a peer', () => {
  const from = (peer: string) =>
    policy(`podSelector: { matchLabels: { app: web } }, ingress: [ { from: [ ${peer} ] } ]`);

  test.each([
    ['that matches no pod', '{ podSelector: { matchLabels: { app: clinet } } }', 'no pod has such labels there'],
    [
      'in a namespace that is not there',
      '{ namespaceSelector: { matchLabels: { team: red } } }',
      'no namespace has such labels',
    ],
  ])('%s', (_, peer, why) => {
    expect(warnings(web + client + from(peer))).toEqual([
      `W311 ${peer} | default/p: this peer matches nothing: ${why}`,
    ]);
  });

  test('of the host network is matched by no selector', () => {
    const host = pod('gate', 'app: gate', '', 'hostNetwork: true,');
    const peer = '{ podSelector: { matchLabels: { app: gate } } }';
    const [only, ...others] = warnings(web + client + host + from(peer));
    expect(only).toMatch(/^W314 \{ podSelector.* only pods of the host network by their labels \(default\/gate\)/);
    expect(others).toEqual([]);
    expect(warnings(web + client + host + from('{ podSelector: {} }'))).toEqual([]);
  });

  test.each([
    '{ podSelector: { matchLabels: { app: client } } }',
    '{ ipBlock: { cidr: 192.0.2.0/24 } }',
    '{ namespaceSelector: {} }',
  ])('%s is right', (peer) => {
    expect(warnings(web + client + from(peer))).toEqual([]);
  });
});

describe('a port', () => {
  const into = (port: string) =>
    policy(`podSelector: { matchLabels: { app: web } }, ingress: [ { ports: [ { port: ${port} } ] } ]`);
  const outTo = (port: string) =>
    policy(
      `podSelector: { matchLabels: { app: client } }, policyTypes: [ Egress ], egress: [ { to: [ { podSelector: { matchLabels: { app: web } } } ], ports: [ { port: ${port} } ] } ]`,
    );

  test('whose name no container has', () => {
    for (const text of [into('https'), outTo('https')]) {
      expect(warnings(web + client + text)).toEqual([
        'W312 https | default/p: port `https` (TCP) matches nothing: no container of the pods that it is asked of has a port of that name',
      ]);
    }
    expect(warnings(web + client + into('http') + outTo('http').replace('name: p', 'name: q'))).toEqual([]);
  });

  test('of another protocol', () => {
    expect(warnings(web + into('http, protocol: UDP'))).toMatchObject([expect.stringMatching(/^W312 http .*\(UDP\)/)]);
  });

  test('that is a Service’s and not the pods’', () => {
    for (const ports of ['{ port: 80, targetPort: 8080 }', '{ port: 80, targetPort: http }']) {
      for (const text of [into('80'), outTo('80')]) {
        expect(warnings(web + client + service(ports) + text)).toEqual([
          'W313 80 | default/p: port 80 is that of Service default/web; its pods listen on 8080, and a policy is about the ports of pods',
        ]);
      }
    }
  });

  test.each([
    ['of the pods, whatever a Service has', '{ port: 80, targetPort: 8080 }', '8080'],
    ['that a Service passes on as it is', '{ port: 9090 }', '9090'],
    ['of a Service of another protocol', '{ port: 80, targetPort: 8080, protocol: UDP }', '80'],
  ])('%s', (_, ports, port) => {
    expect(warnings(web + service(ports) + into(port))).toEqual([]);
  });
});
