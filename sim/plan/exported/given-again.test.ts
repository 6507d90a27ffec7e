import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { makePlan } from '../make-plan.ts';

/** A cluster's objects, and manifests of the same, in either order of reading. */
function both(exported: string, manifests: string) {
  return [
    { 'a-dump.yaml': exported, 'b.yaml': manifests },
    { 'a.yaml': manifests, 'b-dump.yaml': exported },
  ].map((files) => {
    const read = readManifests(Object.keys(files), memoryFiles(files));
    const made = makePlan(read.manifests);
    return {
      pods: (made.plan?.pods ?? []).map(
        ({ name, node, interfaces }) => `${name} ${node} ${interfaces.flatMap(({ addresses }) => addresses).join(' ')}`,
      ),
      labels: made.plan?.pods[0]?.labels,
      said: [...new Set([...read.diagnostics, ...made.diagnostics].map(({ code, message }) => `${code} ${message}`))],
    };
  });
}

const hadPod = `
apiVersion: v1
kind: Pod
metadata:
  name: db
  uid: u1
  labels: { app: db, by: controller, gone: x }
  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"metadata":{"labels":{"app":"db","gone":"x"}}}' }
spec:
  nodeName: n2
  enableServiceLinks: true
  serviceAccountName: default
  tolerations: [ { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300 } ]
  containers: [ { name: c, image: i, ports: [ { containerPort: 80, protocol: TCP } ], terminationMessagePath: /x } ]
status: { phase: Running, podIP: 10.244.3.9, hostIP: 192.168.1.11 }
`;
const writtenPod = (more = '', port = 80) => `
apiVersion: v1
kind: Pod
metadata: { name: db, labels: { app: db, tier: data } }
spec: { ${more} containers: [ { name: c, image: i, ports: [ { containerPort: ${port} } ] } ] }
`;

describe('a pod of an exported cluster that a manifest gives again', () => {
  it('stays on its node with its address; labels of both, without those that the manifest gave up', () => {
    for (const { pods, labels, said } of both(hadPod, writtenPod())) {
      expect(said).toEqual([]);
      expect(pods).toEqual(['db n2 10.244.3.9/16']);
      expect(labels).toEqual({ app: 'db', by: 'controller', tier: 'data' });
    }
  });

  it('may tolerate more, and nothing else may be another', () => {
    for (const { said } of both(hadPod, writtenPod('tolerations: [ { key: gpu, operator: Exists } ],'))) {
      expect(said).toEqual([]);
    }
    const refused = 'E303 a second Pod named `default/db`, which is another one';
    for (const { said } of both(hadPod, writtenPod('', 81))) expect(said).toEqual([refused]);
    for (const { said } of both(hadPod, writtenPod('nodeName: n1,'))) expect(said).toEqual([refused]);
  });

  it('of two exports the later one holds', () => {
    const [first] = both(hadPod, hadPod.replace('10.244.3.9', '10.244.3.10').replace('uid: u1', 'uid: u2'));
    expect(first).toMatchObject({ pods: ['db n2 10.244.3.10/16'], said: [] });
  });
});

const template = (labels: string, more = '') =>
  `template: { metadata: { labels: { ${labels} } }, spec: { ${more} containers: [ { name: c, image: i } ] } }`;
const hadWeb = (replicas = 2) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, uid: u-web }
spec: { replicas: ${replicas}, selector: { matchLabels: { app: web } }, ${template('app: web', 'restartPolicy: Always, dnsPolicy: ClusterFirst,')} }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-6d4cf56db6
  uid: u-set
  labels: { app: web, pod-template-hash: 6d4cf56db6 }
  ownerReferences: [ { apiVersion: apps/v1, kind: Deployment, name: web, uid: u-web, controller: true } ]
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web, pod-template-hash: 6d4cf56db6 } }
  ${template('app: web, pod-template-hash: 6d4cf56db6')}
`;
const podsOfWeb = ['aaaaa', 'bbbbb']
  .map(
    (suffix, i) => `---
apiVersion: v1
kind: Pod
metadata:
  name: web-6d4cf56db6-${suffix}
  uid: u-${suffix}
  labels: { app: web, pod-template-hash: 6d4cf56db6 }
  ownerReferences: [ { apiVersion: apps/v1, kind: ReplicaSet, name: web-6d4cf56db6, uid: u-set, controller: true } ]
spec: { nodeName: n1, containers: [ { name: c, image: i } ] }
status: { phase: Running, podIP: 10.244.1.${i + 5} }
`,
  )
  .join('');
const writtenWeb = (more: string, labels = 'app: web') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { ${more} selector: { matchLabels: { app: web } }, ${template(labels)} }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-6d4cf56db6, labels: { pod-template-hash: 6d4cf56db6 } }
spec: { replicas: 2, selector: { matchLabels: { app: web } }, ${template('app: web, pod-template-hash: 6d4cf56db6')} }
`;
const there = ['web-6d4cf56db6-aaaaa n1 10.244.1.5/16', 'web-6d4cf56db6-bbbbb n1 10.244.1.6/16'];

describe('a workload of an exported cluster that a manifest gives again', () => {
  it('makes no pods a second time', () => {
    for (const { pods, said } of both(hadWeb() + podsOfWeb, writtenWeb(''))) {
      expect(said).toEqual([]);
      expect(pods).toEqual(there);
    }
  });

  it('keeps its pods where the manifest asks for others, which is said', () => {
    for (const { pods, said } of both(hadWeb() + podsOfWeb, writtenWeb('replicas: 3,', 'app: web, v: "2"'))) {
      expect(pods).toEqual(there);
      expect(said).toEqual([
        expect.stringMatching(/^W204 .*`default\/web` asks for other pods than the cluster had/),
        expect.stringMatching(/^W432 Deployment default\/web asks for 3 pods, and the cluster had 2/),
      ]);
    }
  });

  it('that is paused makes no ReplicaSet: its pods are those of the one that it has', () => {
    const paused = writtenWeb('paused: true, replicas: 1,', 'app: web, v: "2"');
    for (const { pods, labels, said } of both(hadWeb(), paused)) {
      expect(pods).toEqual([expect.stringMatching(/^web-6d4cf56db6-/)]);
      expect(labels).toEqual({ app: 'web', 'pod-template-hash': '6d4cf56db6' });
      expect(said.join('\n')).not.toContain('W451');
    }
  });

  it('a Job that had ended stays so', () => {
    const job = (metadata: string, status: string) =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: { name: j${metadata} }\nspec: { ${template('a: b', 'restartPolicy: Never,')} }\n${status}`;
    const ended = 'status: { conditions: [ { type: Complete, status: "True" } ] }';
    const other = `apiVersion: v1\nkind: Pod\nmetadata: { name: other }\nspec: { containers: [ { name: c, image: i } ] }\n---\n`;
    for (const { pods, said } of both(other + job(', uid: u', ended), job('', ''))) {
      expect(said).toEqual([expect.stringMatching(/^W451 Job default\/j had ended by its status/)]);
      expect(pods).toHaveLength(1);
    }
  });
});

it('a Node and a Namespace given again keep addresses and labels', () => {
  const had = `
apiVersion: v1
kind: Node
metadata: { name: n2, uid: u, labels: { zone: z } }
spec: { taints: [ { key: k, effect: NoSchedule } ] }
status: { addresses: [ { type: InternalIP, address: 192.168.1.7 } ] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, uid: u, labels: { team: a } }
---${hadPod}`;
  const written = `
apiVersion: v1
kind: Node
metadata: { name: n2, labels: { disk: ssd } }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;
  const files = { 'a.yaml': had, 'b.yaml': written };
  const { manifests, diagnostics } = readManifests(Object.keys(files), memoryFiles(files));
  expect(diagnostics).toEqual([]);
  const [node] = manifests.nodes;
  expect(node).toMatchObject({ addresses: ['192.168.1.7'], labels: { zone: 'z', disk: 'ssd' } });
  expect(node?.spec.taints).toHaveLength(1);
  expect(manifests.namespaces[0]?.labels).toEqual({ team: 'a' });
});

describe('addresses of one IP version where there are pools of two', () => {
  const pools = ['10.244.0.0/16', 'fd00::/64'].map(
    (subnet, i) => `
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderIPPool
metadata: { name: p${i} }
spec: { subnet: "${subnet}", ips: [ "${i === 0 ? '10.244.0.2-10.244.255.250' : 'fd00::2-fd00::ff'}" ], default: true }
---`,
  );
  it('is said of the pod, which gets none', () => {
    const [first] = both(pools.join(''), hadPod);
    expect(first?.pods).toEqual(['db n2 10.244.3.9/16']);
    expect(first?.said).toEqual([
      'W434 default/db had no IPv6 address on eth0, and IPPool p1 would give it one now: it gets none',
    ]);
  });
});
