import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { makePlan } from '../make-plan.ts';
import { hasTemplateOf, plannedAtStart } from './planned-cluster.ts';
import type { ClusterChange } from './cluster.ts';
import { PLAIN_WIRE } from '../wire/underlay.ts';

const DEPLOYMENT = (replicas: number, image = 'a') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [ { name: c, image: ${image} } ] }
`;
const NETWORK = `apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: net, namespace: kube-system }
spec:
  config: '{"cniVersion":"0.3.1","name":"spidernet-chainer","plugins":[{"type":"ipvlan","master":"eth0","ipam":{"type":"spiderpool","default_ipv4_ippool":["pool"]}},{"type":"cilium-cni"}]}'
---
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderIPPool
metadata: { name: pool }
spec: { subnet: 10.0.0.0/24, ips: [ 10.0.0.1-10.0.0.4 ] }
`;
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: client
  labels: { app: client, old: x }
  annotations: { v1.multus-cni.io/default-network: kube-system/net }
spec: { containers: [ { name: c, image: a } ] }
`;
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {} }
`;

/** `spec`: more lines of the Scenario's. */
function planned(steps: readonly string[], files: Readonly<Record<string, string>> = {}, spec = '') {
  const scenario = `apiVersion: ipvlane.dev/v1alpha1\nkind: Scenario\nmetadata: { name: s }\nspec:\n  manifests: [ web.yaml, client.yaml, net.yaml ]\n${spec === '' ? '' : `  ${spec}\n`}  timeline:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
  const all = {
    'scenario.yaml': scenario,
    'web.yaml': DEPLOYMENT(2),
    'client.yaml': POD,
    'net.yaml': NETWORK,
    ...files,
  };
  const read = readManifests(['scenario.yaml'], memoryFiles(all));
  const made = makePlan(read.manifests);
  const errors = [...read.diagnostics, ...made.diagnostics].filter(({ severity }) => severity === 'error');
  const changes = (made.plan?.timeline ?? []).flatMap((step): ClusterChange[] =>
    'change' in step ? [step.change] : [],
  );
  const warnings = made.diagnostics.filter(({ severity }) => severity === 'warning');
  return {
    warned: warnings.map(({ code, message }) => `${code} ${message}`),
    plan: made.plan,
    live: made.live,
    changes,
    said: errors.map(({ code, message, span }) => `${code} ${span?.line}:${span?.column} ${message}`),
  };
}

const names = (pods: ClusterChange['createPods']) => (pods ?? []).map(({ name }) => name);
const addresses = (pods: ClusterChange['createPods']) =>
  (pods ?? []).map(({ interfaces }) => interfaces[0]!.addresses[0]);

describe('a Deployment that is paused', () => {
  const halted = (replicas: number, image = 'a') =>
    DEPLOYMENT(replicas, image).replace('spec:', 'spec:\n  paused: true');

  test('rolls no template out, and is scaled', () => {
    const files = { 'paused.yaml': halted(3, 'b'), 'goes-on.yaml': DEPLOYMENT(3, 'b') };
    const { plan, changes, warned } = planned(['apply: [ paused.yaml ]', 'apply: [ goes-on.yaml ]'], files);
    const hash = plan?.pods.find(({ owner }) => owner?.name === 'web')?.labels['pod-template-hash'];
    const [more, rolled] = changes;
    expect(more?.createPods?.map(({ labels }) => labels['pod-template-hash'])).toEqual([hash]);
    expect(more?.deletePods ?? []).toEqual([]);
    expect(warned).toEqual([
      expect.stringMatching(/^W452 .*default\/web is paused: its new template is not rolled out/),
    ]);
    expect([rolled?.createPods?.length, rolled?.deletePods?.length]).toEqual([3, 3]);
    expect(rolled?.createPods?.map(({ labels }) => labels['pod-template-hash'])).not.toContain(hash);
  });

  test('from its beginning has no pods, whatever its scale, until it goes on', () => {
    const steps = ['scale: { deployment: web, replicas: 3 }', 'apply: [ goes-on.yaml ]'];
    const { plan, changes, warned } = planned(steps, { 'web.yaml': halted(2), 'goes-on.yaml': DEPLOYMENT(2) });
    expect(plan?.pods.map(({ name }) => name)).toEqual(['client']);
    expect(changes.map(({ createPods = [] }) => createPods.length)).toEqual([0, 2]);
    expect(warned).toEqual([expect.stringContaining('W451')]);
  });
});

describe('scale', () => {
  test('puts new replicas where the rules of those that are there leave room', () => {
    const apart = DEPLOYMENT(1).replace(
      'spec: { containers',
      `spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } } ] } }, containers`,
    );
    const steps = (replicas: number) => [`scale: { deployment: web, replicas: ${replicas} }`];
    const three = (timeline: readonly string[]) =>
      planned(timeline, { 'web.yaml': apart }, 'nodes: [ { name: n1 }, { name: n2 }, { name: n3 } ]');
    const { plan, changes } = three(steps(3));
    const first = plan?.pods.find(({ owner }) => owner?.name === 'web')?.node;
    const others = changes[0]?.createPods?.map(({ node }) => node) ?? [];
    expect([first, ...others].sort()).toEqual(['n1', 'n2', 'n3']);
    expect(three(steps(4)).said).toEqual([
      expect.stringContaining("0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules"),
    ]);
  });

  test('brings pods with addresses, names and numbers nobody had, takes the newest away, and later names are new', () => {
    const { plan, changes, said } = planned([
      'scale: { deployment: web, replicas: 3 }',
      'scale: { deployment: web, replicas: 1 }',
      'scale: { deployment: web, replicas: 2 }',
    ]);
    expect(said).toEqual([]);
    const first = plan!.pods.filter(({ owner }) => owner !== null);
    const [up, down, again] = changes;
    expect(up!.createPods).toMatchObject([{ endpointId: 4, labels: { app: 'web' } }]);
    expect(down!.deletePods!.map(({ name }) => name)).toEqual([first[1]!.name, names(up!.createPods)[0]]);
    expect(first.map(({ name }) => name)).not.toContain(names(again!.createPods)[0]);
    expect(
      new Set([...plan!.pods, ...up!.createPods!, ...again!.createPods!].map(({ endpointId }) => endpointId)).size,
    ).toBe(5);
  });

  test('a pool that is used out is an error at the step; what went gives its addresses back, last of all', () => {
    const annotations = '{ v1.multus-cni.io/default-network: kube-system/net }';
    const web = DEPLOYMENT(2).replace(
      'labels: { app: web } }\n    spec',
      `labels: { app: web }, annotations: ${annotations} }\n    spec`,
    );
    const full = planned(['scale: { deployment: web, replicas: 4 }'], { 'web.yaml': web });
    expect(full.said[0]).toContain('all IP addresses used out');
    const turned = planned(['scale: { deployment: web, replicas: 0 }', 'scale: { deployment: web, replicas: 3 }'], {
      'web.yaml': web,
    });
    expect(turned.said).toEqual([]);
    expect(addresses(turned.changes[1]!.createPods)).toEqual(['10.0.0.4/24', '10.0.0.2/24', '10.0.0.3/24']);
  });
});

describe('label and annotate', () => {
  test('labels of a pod are merged, null takes one away; a namespace keeps its name', () => {
    const { changes } = planned([
      'label: { pod: client, labels: { door: open, old: null } }',
      'label: { namespace: default, labels: { team: red } }',
      'label: [ { deployment: web, labels: { tier: front } }, { pod: client, labels: { tier: back } } ]',
    ]);
    expect(changes[0]!.labelPods).toEqual([
      { namespace: 'default', name: 'client', labels: { app: 'client', door: 'open' } },
    ]);
    expect(changes[1]!.setNamespaces![0]!.labels).toMatchObject({
      team: 'red',
      'kubernetes.io/metadata.name': 'default',
    });
    expect(changes[2]!.labelPods!.map(({ labels }) => labels['tier'])).toEqual(['front', 'front', 'back']);
  });

  test('a limit comes, changes one direction only, and goes', () => {
    const { changes, said } = planned([
      'annotate: { pod: client, annotations: { kubernetes.io/egress-bandwidth: 20M } }',
      'annotate: { pod: client, annotations: { kubernetes.io/ingress-bandwidth: 10M } }',
      'annotate: { pod: client, annotations: { kubernetes.io/egress-bandwidth: null } }',
    ]);
    expect(said).toEqual([]);
    expect(changes.map(({ limitPods }) => limitPods![0]!.limits)).toEqual([
      { ingressBps: null, egressBps: 20e6 },
      { ingressBps: 10e6, egressBps: 20e6 },
      { ingressBps: 10e6, egressBps: null },
    ]);
  });
});

describe('apply and delete', () => {
  test('a pod of a Deployment that is deleted is replaced, and the Deployment itself takes its pods along', () => {
    const { plan, changes } = planned(['delete: [ { pod: "web[0]" } ]', 'delete: [ { deployment: web } ]']);
    const first = plan!.pods.find(({ owner }) => owner !== null)!.name;
    expect(changes[0]!.deletePods).toMatchObject([{ name: first }]);
    expect(changes[0]!.createPods).toHaveLength(1);
    expect(changes[1]!.deletePods).toHaveLength(2);
    expect(changes[1]!.deletePods!.map(({ name }) => name)).not.toContain(first);
  });

  test('files bring namespaces, pods, workloads and policies; another template makes other pods', () => {
    const more = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: red } }\n---\n${POD.replace('name: client', 'name: late\n  namespace: shop')}---\n${POLICY}`;
    const { changes, said } = planned(
      ['apply: [ more.yaml ]', 'apply: [ other.yaml ]', 'delete: [ default/deny, { namespace: shop } ]'],
      {
        'more.yaml': more,
        'other.yaml': DEPLOYMENT(3, 'b'),
      },
    );
    expect(said).toEqual([]);
    expect(changes[0]).toMatchObject({
      setNamespaces: [{ name: 'shop' }],
      createPods: [{ namespace: 'shop', name: 'late' }],
      applyPolicies: [{ name: 'deny' }],
    });
    expect([changes[1]!.deletePods, changes[1]!.createPods].map((pods) => pods!.length)).toEqual([2, 3]);
    expect(changes[2]).toEqual({
      deletePolicies: [{ namespace: 'default', name: 'deny' }],
      deleteNamespaces: ['shop'],
    });
  });

  test('what later steps name is there by then, and what is gone is an error at its place', () => {
    const { said } = planned([
      'scale: { deployment: web, replicas: 3 }',
      'wait: { pods: [ "web[2]" ] }',
      'scale: { deployment: web, replicas: 1 }',
      'wait: { pods: [ "web[2]" ] }',
      'delete: [ default/nothing, { pod: klient }, { namespace: default } ]',
      'scale: { deployment: wep, replicas: 1 }',
      'label: { namespace: shop, labels: { a: b } }',
      'annotate: { pod: client, annotations: { kubernetes.io/egress-bandwidth: "20" } }',
    ]);
    expect(said).toEqual([
      expect.stringMatching(/^E305 10:21 default\/web has 1 replica, so no \[2\]/),
      expect.stringMatching(/^E310 11:15 no NetworkPolicy default\/nothing/),
      expect.stringMatching(/^E305 11:39 there is no pod default\/klient/),
      expect.stringMatching(/^E312 11:62 namespace default cannot be deleted/),
      expect.stringMatching(/^E305 12:26 there is no Deployment default\/wep/),
      expect.stringMatching(/^E312 13:25 there is no namespace shop/),
      expect.stringMatching(/^E410 14:77 bandwidth `20`/),
    ]);
  });
});

describe('a command that sets a value', () => {
  const web = 'metadata: { labels: { app: web }, annotations: { kubernetes.io/egress-bandwidth: 10M } }';
  const texts = {
    'web.yaml': DEPLOYMENT(1).replace('metadata: { labels: { app: web } }', web),
    'client.yaml': POD,
    'net.yaml': NETWORK,
  };
  const { live } = makePlan(readManifests(['web.yaml', 'client.yaml', 'net.yaml'], memoryFiles(texts)).manifests);
  const say = (
    verb: 'label' | 'annotate',
    [kind, name]: readonly ['Pod' | 'Deployment' | 'Namespace', string],
    values: Readonly<Record<string, string | null>>,
    overwrite?: boolean,
  ): string[] => {
    const namespace = kind === 'Namespace' ? name : 'default';
    const target = {
      kind,
      namespace,
      name,
      replica: null,
      path: [],
      values,
      ...(overwrite === undefined ? {} : { overwrite }),
    };
    return live
      .planCommand({ verb, targets: [target] }, PLAIN_WIRE)
      .diagnostics.filter(({ severity }) => severity === 'error')
      .map(({ code, message }) => `${code} ${message}`);
  };
  const limit = 'kubernetes.io/egress-bandwidth';

  test.each([
    ['label', ['Pod', 'client'], { app: 'x', new: '1' }, 'E316 pod default/client has app=client already'],
    ['label', ['Deployment', 'web'], { app: 'x' }, 'E316 Deployment default/web has app=web already'],
    [
      ...(['label', ['Namespace', 'default'], { 'kubernetes.io/metadata.name': 'x' }] as const),
      'E316 namespace default has kubernetes.io/metadata.name=default already',
    ],
    ['annotate', ['Deployment', 'web'], { [limit]: '1M' }, `E316 Deployment default/web has ${limit}=10M already`],
  ] as const)('%s %j %j is refused where another one is there, and not with --overwrite', (verb, of, values, said) => {
    expect(say(verb, of, values, false)).toEqual([said]);
    expect(say(verb, of, values, true)).toEqual([]);
    expect(say(verb, of, values)).toEqual([]);
  });

  test('takes one that is new, the same, or taken away', () => {
    expect(say('label', ['Pod', 'client'], { app: 'client', old: null, new: '1', constructor: '1' }, false)).toEqual(
      [],
    );
    expect(say('annotate', ['Pod', 'client'], { [limit]: '1M' }, false)).toEqual([]);
  });
});

test('a command is planned on the cluster as the lab says it stands', () => {
  const { live } = planned(['delete: [ { pod: client } ]']);
  const target = { kind: 'Pod', namespace: 'default', name: 'client', replica: null, path: [] } as const;
  const before = live.planCommand({ verb: 'delete', targets: [target] }, PLAIN_WIRE);
  expect(before.resolved!.change.deletePods).toHaveLength(1);
  live.stepDone(0);
  expect(live.planCommand({ verb: 'delete', targets: [target] }, PLAIN_WIRE).diagnostics).toMatchObject([
    { code: 'E305' },
  ]);
});

describe('a restart', () => {
  const named = (name: string) => (made: ReturnType<typeof planned>) =>
    made.plan?.pods.filter((pod) => pod.name.startsWith(name)) ?? [];

  test('of a pod that is nobody’s makes another one of its name, as it stands, with another address', () => {
    const made = planned(['label: { pod: client, labels: { door: open } }', 'restart: { pod: client }']);
    expect(made.said).toEqual([]);
    const before = named('client')(made);
    const [, change] = made.changes;
    expect(names(change?.createPods)).toEqual(['client']);
    expect(change?.deletePods).toEqual([{ namespace: 'default', name: 'client' }]);
    expect(change?.createPods?.[0]).toMatchObject({
      endpointId: before[0]!.endpointId,
      labels: { app: 'client', old: 'x', door: 'open' },
    });
    expect(addresses(change?.createPods)).not.toEqual(addresses(before));
  });

  test('of a Deployment makes as many others, of other names', () => {
    const made = planned(['restart: { deployment: web }']);
    const before = names(named('web')(made));
    const [change] = made.changes;
    expect((change?.deletePods ?? []).map(({ name }) => name).sort()).toEqual([...before].sort());
    expect(names(change?.createPods)).toHaveLength(2);
    expect(names(change?.createPods).filter((name) => before.includes(name))).toEqual([]);
  });

  const stateful = DEPLOYMENT(2)
    .replace('kind: Deployment', 'kind: StatefulSet')
    .replace(
      'metadata: { labels',
      'metadata: { annotations: { v1.multus-cni.io/default-network: kube-system/net }, labels',
    );

  test.each(['restart: { statefulSet: web }', 'delete: [ { pod: web-0 }, { pod: web-1 } ]'])(
    'of a StatefulSet keeps names and addresses: %s',
    (step) => {
      const made = planned([step], { 'web.yaml': stateful });
      expect([made.said, made.warned.filter((one) => !one.startsWith('W401'))]).toEqual([[], []]);
      const before = named('web')(made);
      const [change] = made.changes;
      expect(names(change?.createPods)).toEqual(['web-0', 'web-1']);
      expect(addresses(change?.createPods)).toEqual(addresses(before));
      expect(change?.deletePods).toHaveLength(2);
    },
  );

  test('of a StatefulSet whose addresses are not of Spiderpool gives it another', () => {
    const ranges = NETWORK.replace(
      '{"type":"spiderpool","default_ipv4_ippool":["pool"]}',
      '{"type":"host-local","ranges":[[{"subnet":"10.0.0.0/24"}]]}',
    );
    const made = planned(['restart: { statefulSet: web }'], { 'web.yaml': stateful, 'net.yaml': ranges });
    expect(made.said).toEqual([]);
    expect(names(made.changes[0]?.createPods)).toEqual(['web-0', 'web-1']);
    expect(addresses(made.changes[0]?.createPods)).not.toEqual(addresses(named('web')(made)));
  });

  test('of what is not there is told', () => {
    expect(planned(['restart: { pod: nobody }']).said).toEqual([
      expect.stringMatching(/^E305 .*there is no pod default\/nobody at this step/),
    ]);
    expect(planned(['restart: { deployment: nobody }']).said).toEqual([
      expect.stringMatching(/^E305 .*there is no Deployment default\/nobody at this step/),
    ]);
  });
});

test('a command that comes to nothing leaves addresses and names to the next', () => {
  const { live } = planned(['sleep: 1s']);
  const target = { kind: 'Pod', namespace: 'default', name: 'client', replica: null, path: [] } as const;
  const come = () => {
    const { manifests } = readManifests(
      ['n.yaml'],
      memoryFiles({ 'n.yaml': POD.replace('name: client', 'name: new') }),
    );
    const { pods, workloads, namespaces, networkPolicies, services } = manifests;
    const objects = { pods, workloads, namespaces, networkPolicies };
    const { resolved, undo } = live.planCommand({ verb: 'apply', objects, services }, PLAIN_WIRE);
    return { undo, addresses: resolved?.change.createPods?.flatMap(({ interfaces }) => interfaces[0]!.addresses) };
  };
  const first = come();
  expect(first.addresses).toHaveLength(1);
  first.undo();
  expect(come().addresses).toEqual(first.addresses);
  // What a refused one would have freed is not free.
  const gone = live.planCommand({ verb: 'delete', targets: [target] }, PLAIN_WIRE);
  gone.undo();
  expect(come().addresses).not.toEqual(first.addresses);
});

test('of the template that a workload was applied with no copy is kept, and another one is told from it', () => {
  const texts = { 'a.yaml': DEPLOYMENT(1), 'b.yaml': DEPLOYMENT(2), 'c.yaml': DEPLOYMENT(1, 'b') };
  const [first, scaled, changed] = Object.keys(texts).map(
    (file) => readManifests([file], memoryFiles(texts)).manifests.workloads[0]!,
  );
  const empty = { namespaces: new Map(), pods: new Map(), policies: new Map() };
  const workload = plannedAtStart(empty, [], [first!]).workloads.get('Deployment default/web')!;
  expect(workload.applied).toBe(first!.spec.template);
  expect(hasTemplateOf(workload, scaled!)).toBe(true);
  expect(hasTemplateOf(workload, changed!)).toBe(false);
});
