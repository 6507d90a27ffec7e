import { expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { violationsOf } from './pod-security.ts';
import { readManifests } from '../read-manifests.ts';

const GOOD = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
};

const pod = (spec: object, container: object = {}) => ({
  annotations: {},
  spec: { containers: [{ name: 'c', image: 'i', ...container }], ...spec },
});
const context = (securityContext: object, spec: object = {}) => pod(spec, { securityContext });
const whats = (...args: Parameters<typeof violationsOf>) => violationsOf(...args).map(({ what }) => what);

test.each<[object, object, string]>([
  [{ hostNetwork: true }, {}, 'hostNetwork: true'],
  [{ hostPID: true }, {}, 'hostPID: true'],
  [{ hostIPC: true }, {}, 'hostIPC: true'],
  [{ volumes: [{ name: 'v', hostPath: { path: '/' } }] }, {}, 'a hostPath volume'],
  [{ securityContext: { sysctls: [{ name: 'net.core.somaxconn' }] } }, {}, 'sysctl net.core.somaxconn'],
  [{ securityContext: { seccompProfile: { type: 'Unconfined' } } }, {}, 'seccompProfile Unconfined'],
  [{ securityContext: { windowsOptions: { hostProcess: true } } }, {}, 'hostProcess: true'],
  [{}, { ports: [{ containerPort: 80, hostPort: 80 }] }, 'hostPort: 80'],
  [{}, { livenessProbe: { httpGet: { host: 'x', port: 1 } } }, 'host `x` of a probe or lifecycle handler'],
  [{}, { lifecycle: { preStop: { tcpSocket: { host: 'x' } } } }, 'host `x` of a probe or lifecycle handler'],
  [{}, { securityContext: { privileged: true } }, 'privileged: true'],
  [{}, { securityContext: { capabilities: { add: ['NET_ADMIN'] } } }, 'capability NET_ADMIN'],
  [{}, { securityContext: { procMount: 'Unmasked' } }, 'procMount: Unmasked'],
  [{}, { securityContext: { seLinuxOptions: { type: 'spc_t' } } }, 'seLinuxOptions'],
  [{}, { securityContext: { appArmorProfile: { type: 'Unconfined' } } }, 'appArmorProfile Unconfined'],
])('baseline forbids %j %j', (spec, container, what) => {
  expect(whats(pod(spec, container), 'baseline')).toEqual([what]);
  expect(whats(pod(spec, container), 'privileged')).toEqual([]);
});

test('restricted asks for more than baseline', () => {
  expect(whats(pod({}), 'baseline')).toEqual([]);
  expect(whats(context({}), 'restricted')).toEqual([
    'no `allowPrivilegeEscalation: false`',
    'no `runAsNonRoot: true`',
    'no `seccompProfile`',
    'no `drop: [ ALL ]` of capabilities',
  ]);
  expect(whats(context(GOOD), 'restricted')).toEqual([]);
  const { runAsNonRoot, seccompProfile, ...rest } = GOOD;
  expect(whats(context(rest, { securityContext: { runAsNonRoot, seccompProfile } }), 'restricted')).toEqual([]);
  expect(whats(context({ ...GOOD, runAsUser: 0 }), 'restricted')).toEqual(['runAsUser: 0']);
  expect(whats(context({ ...GOOD, runAsUser: 0 }, { hostUsers: false }), 'restricted')).toEqual([]);
  expect(whats(context(GOOD, { volumes: [{ name: 'v', nfs: {} }] }), 'restricted')).toEqual(['a volume of type nfs']);
  expect(whats(context({ ...GOOD, capabilities: { drop: ['ALL'], add: ['CHOWN'] } }), 'restricted')).toEqual([
    'capability CHOWN',
  ]);
});

test('by the version that is enforced', () => {
  const sysctl = pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } });
  expect([whats(sysctl, 'baseline', 31), whats(sysctl, 'baseline', 32)]).toEqual([['sysctl net.ipv4.tcp_rmem'], []]);
  const probe = pod({}, { livenessProbe: { tcpSocket: { host: 'x', port: 1 } } });
  expect(whats(probe, 'baseline', 33)).toEqual([]);
});

function said(labels: string, ...objects: string[]): string[] {
  const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ns, labels: { ${labels} } }\n`;
  const text = [namespace, ...objects].join('---\n');
  return readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text })).diagnostics.map(
    ({ code, message, span }) =>
      `${code} ${message} <${text.slice(span?.offset ?? 0, (span?.offset ?? 0) + (span?.length ?? 0))}>`,
  );
}

const written = (metadata = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: ns, ${metadata} }\nspec: { hostPID: true, containers: [ { name: c, image: i, securityContext: { privileged: true } } ] }\n`;
const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d, namespace: ns }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { hostPID: true, containers: [ { name: c, image: i } ] } } }\n';

test('a Pod is refused, and of a workload it is said that its pods are', () => {
  const enforce = 'pod-security.kubernetes.io/enforce: baseline';
  expect(said(enforce, written())).toEqual([
    'E444 the API server refuses pod ns/p: namespace ns enforces `baseline`: hostPID: true, privileged: true <true>',
  ]);
  expect(said(enforce, deployment)).toEqual([
    'W453 the API server refuses the pods of Deployment ns/d, which the lab makes: namespace ns enforces `baseline`: hostPID: true <true>',
  ]);
  expect(said(enforce, written('uid: u'))).toEqual([]);
  expect(said('pod-security.kubernetes.io/warn: baseline', written(), deployment)).toEqual([]);
});

test.each([
  ['enforce: Baseline', 'Baseline'],
  ['warn: none', 'none'],
  ['audit-version: "1.30"', '"1.30"'],
  ['enforce-version: v1.030', 'v1.030'],
])('a namespace may not have the label %s', (label, place) => {
  expect(said(`pod-security.kubernetes.io/${label}`)).toEqual([
    expect.stringMatching(new RegExp(`^E209 .* is refused by the API server <${place}>$`)),
  ]);
});
