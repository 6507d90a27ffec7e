/** What comes to a cluster that lives is warned of as `check` would warn of the same text among its manifests. */
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ValuesTarget } from '../../manifest/scenario/change-request.ts';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readApplied } from '../../manifest/read-applied.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { makePlan } from '../make-plan.ts';
import { PLAIN_WIRE } from '../wire/underlay.ts';

const BASE = `apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [ { name: c, image: i, ports: [ { containerPort: 8080, name: http } ] } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: agent, labels: { app: agent } }
spec: { hostNetwork: true, containers: [ { name: c, image: i } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: loose, labels: { app: loose }, annotations: { v1.multus-cni.io/default-network: kube-system/plain } }
spec: { containers: [ { name: c, image: i } ] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [ { port: 80, targetPort: 8080 } ] }
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: plain, namespace: kube-system }
spec:
  config: '{"cniVersion":"0.3.1","name":"plain","plugins":[{"type":"ipvlan","master":"eth0","ipam":{"type":"spiderpool","default_ipv4_ippool":["pool"]}}]}'
---
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderIPPool
metadata: { name: pool }
spec: { subnet: 10.9.0.0/24, ips: [ 10.9.0.1-10.9.0.9 ] }
`;

const SCENARIO = `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: s }
spec:
  manifests: [ base.yaml ]
  nodes: [ { name: n1 } ]
  underlay: { rate: 100M }
  timeline: [ { wait: { timeout: 1s } } ]
`;

const lines = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ code, span, message }) => `${code} ${span?.file ?? '-'}:${span?.line ?? 0} ${message}`);

function checked(more: Readonly<Record<string, string>>) {
  const names = ['base.yaml', ...Object.keys(more)];
  const scenario = SCENARIO.replace('[ base.yaml ]', `[ ${names.join(', ')} ]`);
  const read = readManifests(['scenario.yaml'], memoryFiles({ 'scenario.yaml': scenario, 'base.yaml': BASE, ...more }));
  const { live, diagnostics } = makePlan(read.manifests);
  return { live, said: lines([...read.diagnostics, ...diagnostics]) };
}

const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
const pod = (name: string, metadata: string, spec = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, ${metadata} }\nspec: { ${spec} containers: [ { name: c, image: i } ] }\n`;
const peer = (labels: string) =>
  `{ podSelector: {}, ingress: [ { from: [ { podSelector: { matchLabels: ${labels} } } ] } ] }`;
const port = (text: string) =>
  `{ podSelector: { matchLabels: { app: web } }, ingress: [ { ports: [ { port: ${text} } ] } ] }`;

describe('apply', () => {
  test.each([
    ['W310', policy('p', '{ podSelector: { matchLabels: { app: wbe } } }')],
    ['W311', policy('p', peer('{ app: nobody }'))],
    ['W312', policy('p', port('https'))],
    ['W313', policy('p', port('80'))],
    ['W314', policy('p', peer('{ app: agent }'))],
    ['W314', policy('p', peer('{ app: late }')) + '---\n' + pod('late', 'labels: { app: late }', 'hostNetwork: true,')],
    ['W411', policy('p', '{ podSelector: {}, policyTypes: [ Ingress, Egress ], ingress: [ {} ] }')],
    ['W401', policy('p', '{ podSelector: { matchLabels: { app: loose } } }')],
    ['W211', pod('late', 'labels: { kubernetes.io/egress-bandwidth: 1M }')],
    ['W212', pod('late', 'annotations: { kubernetes.io/egress-bandwith: 1M }')],
    ['W213', pod('late', 'annotations: { kubernetes.io/egress-burst: 1M }')],
    ['W413', pod('late', 'annotations: { kubernetes.io/egress-bandwidth: 1G }')],
    [
      'W401',
      pod(
        'late',
        'annotations: { kubernetes.io/egress-bandwidth: 1M, v1.multus-cni.io/default-network: kube-system/plain }',
      ),
    ],
  ])('%s', (code, text) => {
    const { live, said: before } = checked({});
    const wanted = checked({ 'late.yaml': text }).said.filter((line) => !before.includes(line));
    expect(wanted).toContainEqual(expect.stringMatching(`^${code} `));
    const read = readApplied(['late.yaml'], memoryFiles({ 'late.yaml': text }));
    const planned = live.planCommand(
      { verb: 'apply', objects: read.objects, services: read.services },
      { ...PLAIN_WIRE, rateBps: 100e6 },
    );
    expect(lines([...read.diagnostics, ...planned.diagnostics])).toEqual(wanted);
    expect(planned.resolved).not.toBeNull();
  });

  test('a policy that says something of somebody is not warned of', () => {
    const { live } = checked({});
    const text = policy('p', port('http'));
    const { objects } = readApplied(['late.yaml'], memoryFiles({ 'late.yaml': text }));
    expect(live.planCommand({ verb: 'apply', objects }, PLAIN_WIRE).diagnostics).toEqual([]);
  });
});

describe('label and annotate', () => {
  const set = (verb: 'label' | 'annotate', values: ValuesTarget['values'], kind: 'Pod' | 'Namespace' = 'Pod') => {
    const [namespace, name] = kind === 'Pod' ? ['default', 'web'] : ['default', 'default'];
    const target = { kind, namespace, name, replica: null, path: [], values };
    const { diagnostics } = checked({}).live.planCommand(
      { verb, targets: [target] },
      { ...PLAIN_WIRE, rateBps: 100e6 },
    );
    return diagnostics.map(({ code, message, help }) => `${code} ${message}; ${help}`);
  };
  test.each([
    [
      'label',
      { 'kubernetes.io/egress-bandwidth': '1M' },
      /^W211 label .* limits nothing as a label.*; write it as an annotation$/,
    ],
    [
      'annotate',
      { 'kubernetes.io/egress-bandwith': '1M' },
      /^W212 .* limits nothing.*; write `kubernetes.io\/egress-bandwidth` as an annotation$/,
    ],
    ['annotate', { 'qos.projectcalico.org/egressBandwidth': '1M' }, /^W213 .*Calico/],
    ['annotate', { 'kubernetes.io/egress-bandwidth': '1G' }, /^W413 the wire is slower/],
    ['annotate', { 'example.com/note': 'x' }, /^W409 /],
  ] as const)('%s %j', (verb, values, words) => {
    expect(set(verb, values)).toEqual([expect.stringMatching(words)]);
  });

  test('a limit that is right, or one that goes, is not warned of', () => {
    expect(set('annotate', { 'kubernetes.io/egress-bandwidth': '1M' })).toEqual([]);
    expect(set('label', { 'kubernetes.io/egress-bandwidth': null })).toEqual([]);
  });

  test('of a namespace', () => {
    expect(set('label', { 'kubernetes.io/egress-bandwidth': '1M' }, 'Namespace')).toEqual([
      expect.stringMatching(/^W211 label .* on a Namespace itself.*; write it as an annotation of each pod$/),
    ]);
  });
});
