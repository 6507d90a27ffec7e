import { describe, expect, it, test } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import { makePlan } from '../make-plan.ts';
import { found, goodPlan, network, onNetwork, plan, pool, scenario, seedPool } from '../testdata/planning.ts';

const template = (app: string, hash?: string) =>
  `template: { metadata: { creationTimestamp: null, labels: { app: ${app}${hash === undefined ? '' : `, pod-template-hash: ${hash}`} } },
     spec: { containers: [ { name: c, image: i, ports: [ { containerPort: 80 } ], resources: {} } ], terminationGracePeriodSeconds: 30 } }`;

const ending = template('x').replace('{ containers', '{ restartPolicy: Never, containers');

/** `kind name` with the uid `uid-name`, as a cluster prints it. */
function workload(kind: string, name: string, spec: string, owner = '', more = ''): string {
  const group = kind.endsWith('Job') ? 'batch/v1' : 'apps/v1';
  return `
apiVersion: ${group}
kind: ${kind}
metadata: { name: ${name}, uid: uid-${name}, generation: 3, resourceVersion: "7", managedFields: [ { manager: kubectl } ], ${owner} ${more} }
spec: { ${spec} }
${/^(DaemonSet|Job|CronJob)$/.test(kind) ? 'status: {}' : 'status: { observedGeneration: 3, replicas: 2 }'}`;
}

const ownedBy = (kind: string, name: string, uid = `uid-${name}`) =>
  `ownerReferences: [ { apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: ${uid}, controller: true, blockOwnerDeletion: true } ],`;

interface Exported {
  readonly labels?: string;
  readonly owner?: string;
  readonly node?: string;
  readonly ips?: readonly string[];
  readonly host?: string;
  readonly phase?: string;
  readonly annotations?: string;
  readonly metadata?: string;
  readonly spec?: string;
}

function pod(name: string, it: Exported = {}): string {
  const {
    labels = '',
    owner = '',
    node = 'n1',
    ips = [],
    host,
    phase = 'Running',
    annotations = '',
    metadata = '',
  } = it;
  const status = [
    `phase: ${phase}`,
    ...(ips[0] === undefined
      ? []
      : [`podIP: "${ips[0]}", podIPs: [ ${ips.map((ip) => `{ ip: "${ip}" }`).join(', ')} ]`]),
    ...(host === undefined ? [] : [`hostIP: ${host}, hostIPs: [ { ip: ${host} } ]`]),
  ];
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, uid: uid-${name}, ${metadata} labels: { ${labels} }, ${owner} annotations: { ${annotations} } }
spec: { ${node === '' ? '' : `nodeName: ${node},`} ${it.spec ?? ''} containers: [ { name: c, image: i, ports: [ { containerPort: 80 } ] } ] }
status: { ${status.join(', ')} }`;
}

const deployment = (replicas: number) =>
  workload('Deployment', 'web', `replicas: ${replicas}, selector: { matchLabels: { app: web } }, ${template('web')}`);

const replicaSet = (hash: string, replicas: number, revision: number) =>
  workload(
    'ReplicaSet',
    `web-${hash}`,
    `replicas: ${replicas}, selector: { matchLabels: { app: web, pod-template-hash: ${hash} } }, ${template('web', hash)}`,
    ownedBy('Deployment', 'web'),
    `labels: { app: web, pod-template-hash: ${hash} }, annotations: { deployment.kubernetes.io/revision: "${revision}" }`,
  );

const webPod = (suffix: string, it: Exported = {}) =>
  pod(`web-6d4cf56db6-${suffix}`, {
    labels: 'app: web, pod-template-hash: 6d4cf56db6',
    owner: ownedBy('ReplicaSet', 'web-6d4cf56db6'),
    ...it,
  });

const sets = [replicaSet('6d4cf56db6', 2, 2), replicaSet('5b59bb7f4f', 0, 1)];

const where = (...documents: string[]) =>
  Object.fromEntries(
    goodPlan(...documents).pods.map(({ name, node, interfaces }) => [
      name,
      `${node} ${interfaces.flatMap(({ addresses }) => addresses).join(' ')}`,
    ]),
  );

const two = [
  webPod('abcde', { ips: ['10.244.1.5'], host: '192.168.1.10' }),
  webPod('fghij', { node: 'n2', ips: ['10.244.2.7'], host: '192.168.1.11' }),
];

describe('an exported cluster', () => {
  it('owners make their children: two pods, not seven, with the addresses that they had', () => {
    const once = pod('once-xyz12', { node: 'n2', phase: 'Succeeded' });
    const planned = plan(deployment(2), ...sets, ...two, once);
    expect(found(planned)).toEqual([
      expect.stringMatching(
        /^W431 .* a pod had ended when the cluster was exported and is left out: default\/once-xyz12$/,
      ),
    ]);
    expect(where(deployment(2), ...sets, ...two, once)).toEqual({
      'web-6d4cf56db6-abcde': 'n1 10.244.1.5/16',
      'web-6d4cf56db6-fghij': 'n2 10.244.2.7/16',
    });
    const [first] = planned.plan?.pods ?? [];
    expect(first?.owner).toEqual({ kind: 'Deployment', name: 'web' });
    expect(first?.labels['pod-template-hash']).toBe('6d4cf56db6');
    const nics = planned.plan?.nodes.map(({ name, masters }) => [name, masters[0]?.addresses]);
    expect(nics).toEqual([
      ['n1', ['192.168.1.10/32']],
      ['n2', ['192.168.1.11/32']],
    ]);
  });

  it.each([
    ['without the ReplicaSets', [deployment(2), ...two]],
    [
      'with a manifest of the Deployment in place of the exported one',
      [deployment(2).replace('uid: uid-web, ', ''), ...sets, ...two],
    ],
    ['of ReplicaSets and pods alone', [...sets, ...two]],
    ['of pods alone', two],
  ])('%s: the same pods, called by the name of their Deployment', (_, documents) => {
    const { pods } = goodPlan(...documents);
    expect(pods.map(({ name }) => name)).toEqual(['web-6d4cf56db6-abcde', 'web-6d4cf56db6-fghij']);
    expect(new Set(pods.map(({ owner }) => owner?.name)).size).toBe(1);
  });

  it('a Deployment with its ReplicaSets and no pods: its own number, with the hash of the newest', () => {
    const { pods } = goodPlan(deployment(2), ...sets);
    expect(pods).toHaveLength(2);
    expect(pods.every(({ name }) => name.startsWith('web-6d4cf56db6-'))).toBe(true);
    expect(pods[0]?.labels['pod-template-hash']).toBe('6d4cf56db6');
  });

  it('replicas that are missing are said, and not made', () => {
    const planned = plan(deployment(3), ...sets, ...two);
    expect(found(planned)).toEqual([
      expect.stringMatching(
        /^W432 .* Deployment default\/web asks for 3 pods, and the cluster had 2 when it was exported$/,
      ),
    ]);
    expect(planned.plan?.pods).toHaveLength(2);
  });

  it('Jobs that have ended make none, which one line says', () => {
    const ended = (name: string) =>
      workload('Job', name, ending).replace(
        'status: {',
        'status: { conditions: [ { type: Complete, status: "True" } ],',
      );
    expect(found(plan(ended('a'), pod('x', {})))).toEqual([
      expect.stringMatching(/^W451 .* Job default\/a had ended by its status: it makes no pods$/),
    ]);
    expect(found(plan(ended('a'), ended('b'), pod('x', {})))).toEqual([
      expect.stringMatching(/^W451 .* 2 Jobs had ended by their status and make no pods: default\/a, default\/b$/),
    ]);
    const pods = [pod('a-aaaaa', { owner: ownedBy('Job', 'a'), phase: 'Succeeded' }), pod('x', {})];
    expect(found(plan(ended('a'), ...pods))).toEqual([expect.stringMatching(/^W431 /)]);
  });

  it('a pod of another owner of the same name, made later, is not counted for it', () => {
    const orphan = pod('web-1', { owner: ownedBy('StatefulSet', 'web', 'uid-older'), ips: ['10.244.1.9'] });
    const set = workload(
      'StatefulSet',
      'web',
      `replicas: 1, serviceName: web, selector: { matchLabels: { app: web } }, ${template('web')}`,
    );
    expect(Object.keys(where(set, orphan)).sort()).toEqual(['web-0', 'web-1']);
  });

  it('StatefulSet, DaemonSet, Job and CronJob make no others beside theirs', () => {
    const selector = 'selector: { matchLabels: { app: x } }';
    const documents = [
      workload('StatefulSet', 'db', `replicas: 2, serviceName: db, ${selector}, ${template('x')}`),
      pod('db-10', { owner: ownedBy('StatefulSet', 'db'), ips: ['10.244.0.20'] }),
      pod('db-9', { owner: ownedBy('StatefulSet', 'db'), ips: ['10.244.0.19'] }),
      workload('DaemonSet', 'agent', `${selector}, ${template('x')}`),
      pod('agent-aaaaa', { owner: ownedBy('DaemonSet', 'agent'), ips: ['10.244.0.30'] }),
      workload('CronJob', 'backup', `schedule: "* * * * *", jobTemplate: { spec: { ${ending} } }`),
      workload('Job', 'backup-29411520', ending, ownedBy('CronJob', 'backup')),
      pod('backup-29411520-aaaaa', { owner: ownedBy('Job', 'backup-29411520'), ips: ['10.244.0.40'] }),
      workload('Job', 'done', ending).replace(
        'status: {',
        'status: { conditions: [ { type: Complete, status: "True" } ],',
      ),
    ];
    const { pods } = goodPlan(...documents);
    expect(pods.map(({ name, owner }) => `${name} ${owner?.kind} ${owner?.name}`)).toEqual([
      'agent-aaaaa DaemonSet agent',
      'backup-29411520-aaaaa CronJob backup',
      'db-9 StatefulSet db',
      'db-10 StatefulSet db',
    ]);
  });

  it('what has ended is gone, what terminates with an address is there and no replica', () => {
    const leaving = 'deletionTimestamp: "2026-11-01T10:00:00Z",';
    const documents = [
      deployment(1),
      ...sets,
      webPod('alive', { ips: ['10.244.1.5'] }),
      webPod('leavg', { ips: ['10.244.1.6'], metadata: leaving }),
      webPod('gonee', { metadata: leaving }),
      webPod('evict', { phase: 'Failed', ips: ['10.244.1.8'] }),
      pod('waits', { phase: 'Pending', node: '' }),
    ];
    expect(Object.keys(where(...documents))).toEqual(['web-6d4cf56db6-alive', 'web-6d4cf56db6-leavg']);
    expect(found(plan(...documents))).toEqual([
      expect.stringMatching(
        /^W431 .* 2 pods had ended .*: default\/web-6d4cf56db6-gonee, default\/web-6d4cf56db6-evict$/,
      ),
      expect.stringMatching(/^W436 .* default\/waits is left out: it waited for a node/),
    ]);
  });

  it('an address that a living pod has been given is no more that of one that terminates', () => {
    const leaving = 'deletionTimestamp: "2026-11-01T10:00:00Z",';
    const documents = [pod('leaves', { ips: ['10.244.1.5'], metadata: leaving }), pod('came', { ips: ['10.244.1.5'] })];
    expect(where(...documents)).toEqual({ came: 'n1 10.244.1.5/16' });
    expect(found(plan(...documents))).toEqual([expect.stringMatching(/^W431 .* left out: default\/leaves$/)]);
  });

  it('its pods are not asked whether they fit, and others see them', () => {
    const nodes = scenario('nodes: [ { name: n1, taints: [ { key: k, effect: NoExecute } ] }, { name: n2 } ]');
    const asking = pod('asking', { spec: 'nodeSelector: { no: such },', ips: ['10.244.1.5'] });
    expect(where(nodes, asking)).toEqual({ asking: 'n1 10.244.1.5/16' });
  });

  it('generated names, hashes, managed fields and statuses are no mistakes', () => {
    expect(found(plan(deployment(2), ...sets, ...two))).toEqual([]);
  });
});

describe('when the lab lives', () => {
  const created = (...documents: string[]) =>
    goodPlan(...documents).timeline.flatMap((step) => ('change' in step ? (step.change.createPods ?? []) : []));

  it('the replacement of an exported pod carries the hash of its ReplicaSet and takes another address', () => {
    const steps = scenario(
      'nodes: [ { name: n1 }, { name: n2 } ]\ntimeline:\n- delete: [ { pod: web-6d4cf56db6-abcde } ]',
    );
    const [made] = created(steps, deployment(2), ...sets, ...two);
    expect(made?.name).toMatch(/^web-6d4cf56db6-.{5}$/);
    expect(made?.labels['pod-template-hash']).toBe('6d4cf56db6');
    expect(made?.node).toBe('n1');
    expect(made?.interfaces[0]?.addresses).toEqual(['10.244.0.2/16']);
  });

  it('a StatefulSet that lacked one in the middle gets that one first', () => {
    const documents = [
      workload(
        'StatefulSet',
        'db',
        `replicas: 2, serviceName: db, selector: { matchLabels: { app: x } }, ${template('x')}`,
      ),
      pod('db-0', { owner: ownedBy('StatefulSet', 'db'), ips: ['10.244.0.20'] }),
      pod('db-2', { owner: ownedBy('StatefulSet', 'db'), ips: ['10.244.0.22'] }),
    ];
    const steps = scenario('nodes: [ { name: n1 } ]\ntimeline:\n- scale: { statefulSet: db, replicas: 4 }');
    expect(created(steps, ...documents).map(({ name }) => name)).toEqual(['db-1', 'db-3']);
  });

  it('an exported object that is applied is left to its owner', () => {
    const steps = 'manifests: [ none.yaml ]\ntimeline:\n- apply: [ dump.yaml ]';
    const { manifests } = readManifests(
      ['lab/scenario.yaml'],
      memoryFiles({
        'lab/scenario.yaml': scenario(steps),
        'lab/none.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: other }',
        'lab/dump.yaml': [deployment(2), ...sets, ...two].join('\n---\n'),
      }),
    );
    const planned = makePlan(manifests);
    expect(found(planned).filter((line) => line.startsWith('W437'))).toHaveLength(4);
    const [step] = planned.plan?.timeline ?? [];
    expect(step !== undefined && 'change' in step ? step.change.createPods : []).toHaveLength(2);
  });
});

describe('addresses that pods had', () => {
  const onPool = (ips: readonly string[], more: Exported = {}) =>
    pod(`p${ips.join('').replace(/[^0-9a-f]/g, '')}`, { ips, annotations: onNetwork, ...more });
  const others = (name: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, annotations: { ${onNetwork} } }\nspec: { containers: [ { name: c, image: i } ] }`;

  it('are theirs: the pool gives them to nobody else', () => {
    const made = where(
      network,
      seedPool,
      onPool(['172.51.0.100']),
      onPool(['172.51.0.102']),
      others('new'),
      others('next'),
    );
    expect(made).toMatchObject({
      p172510100: 'n1 172.51.0.100/16',
      new: 'n1 172.51.0.101/16',
      next: 'n1 172.51.0.103/16',
    });
  });

  it('and one that no pool can have given is a warning, with that address', () => {
    const outside = plan(network, seedPool, onPool(['172.51.9.9']), onPool(['10.9.9.9']));
    expect(found(outside)).toEqual([
      expect.stringMatching(
        /^W433 .* the address 172.51.9.9 on eth0: it is in the subnet of IPPool ens192-v4, but not among/,
      ),
      expect.stringMatching(/^W433 .* the address 10.9.9.9 on eth0: IPPool ens192-v4 cannot have given it$/),
    ]);
    expect(outside.plan?.pods.map(({ interfaces }) => interfaces[0]?.addresses).flat()).toEqual([
      '10.9.9.9/16',
      '172.51.9.9/16',
    ]);
  });

  it('two pods that had the same one are a mistake', () => {
    expect(found(plan(pod('a', { ips: ['10.244.0.9'] }), pod('b', { ips: ['10.244.0.9'] })))).toEqual([
      expect.stringMatching(/^E408 .* address 10.244.0.9 of default\/b belongs to default\/a already/),
    ]);
  });

  it('of a cluster with another subnet and two families: all are neighbours', () => {
    const made = where(
      pod('a', { ips: ['10.42.0.5', 'fd00:10:42::5'] }),
      pod('b', { node: 'n2', ips: ['10.42.7.1', 'fd00:10:42:7::1'] }),
      'apiVersion: v1\nkind: Pod\nmetadata: { name: z }\nspec: { nodeName: n1, containers: [ { name: c, image: i } ] }',
    );
    expect(made).toEqual({
      a: 'n1 10.42.0.5/16 fd00:10:42::5/48',
      b: 'n2 10.42.7.1/16 fd00:10:42:7::1/48',
      z: 'n1 10.42.0.2/16 fd00:10:42::2/48',
    });
  });

  it('of nodes: with the prefix of the pool that they lie in; never a pod’s', () => {
    const planned = goodPlan(
      network,
      pool('ens192-v4', 'ipVersion: 4, ips: [172.51.0.100-172.51.0.108], subnet: 172.51.0.0/16'),
      onPool(['172.51.0.101'], { host: '172.51.0.100' }),
      others('new'),
    );
    expect(planned.nodes[0]?.masters[0]?.addresses).toEqual(['172.51.0.100/16']);
    expect(planned.pods.find(({ name }) => name === 'new')?.interfaces[0]?.addresses).toEqual(['172.51.0.102/16']);
  });

  it('a Scenario that gives the node another one is told so', () => {
    const nodes = scenario('nodes: [ { name: n1, interfaces: [ { name: eth0, addresses: [ 10.244.200.1/16 ] } ] } ]');
    expect(found(plan(nodes, pod('a', { ips: ['10.244.0.9'], host: '192.168.1.10' })))).toEqual([
      expect.stringMatching(/^W434 .* node n1 had the address 192.168.1.10, which the Scenario does not give it$/),
    ]);
  });
});

describe('Node objects', () => {
  const node = (name: string, more: string, status = '') =>
    `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, ${more.startsWith('labels') ? more : ''} }\nspec: { podCIDR: 10.244.0.0/24, ${more.startsWith('labels') ? '' : more} }\nstatus: { ${status} }`;
  const plain = (name: string, spec = '') =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { ${spec} containers: [ { name: c, image: i } ] }`;

  it('are the nodes where no Scenario lists any, with their labels, taints, cordons and addresses', () => {
    const objects = [
      node('n1', 'unschedulable: true'),
      node(
        'n2',
        'taints: [ { key: node-role.kubernetes.io/control-plane, effect: NoSchedule, timeAdded: "2026-11-01T10:00:00Z" } ]',
      ),
      node(
        'n3',
        'labels: { topology.kubernetes.io/zone: a }',
        'addresses: [ { type: InternalIP, address: 192.168.1.13 }, { type: Hostname, address: n3 } ]',
      ),
    ];
    expect(where(...objects, plain('a'), plain('b'))).toEqual({ a: 'n3 10.244.0.2/16', b: 'n3 10.244.0.3/16' });
    expect(goodPlan(...objects, plain('a')).nodes.map(({ masters }) => masters[0]?.addresses)).toEqual([
      [],
      [],
      ['192.168.1.13/32'],
    ]);
    const zone = 'nodeSelector: { topology.kubernetes.io/zone: b },';
    expect(found(plan(...objects, plain('a', zone)))).toEqual([
      expect.stringMatching(/^E416 .* 0\/3 nodes are available/),
    ]);
  });

  it('have room for every pod, and where a cluster would not have had it, that is said', () => {
    const small = node('n1', '', 'allocatable: { cpu: "2", memory: 1Gi, pods: "110" }');
    const asks = (cpu: string, memory: string) =>
      plain('a').replace('image: i', `image: i, resources: { requests: { cpu: ${cpu}, memory: ${memory} } }`);
    expect(found(plan(small, asks('2000m', '1024Mi')))).toEqual([]);
    expect(found(plan(small, asks('2001m', '1G')))).toEqual([
      expect.stringMatching(/^W430 .* node n1 has cpu 2 to give, and its pods ask for 2001m: a cluster would not/),
    ]);
  });

  it('add to the nodes of a Scenario, and those it does not have are said', () => {
    const written = scenario('nodes: [ { name: n1 }, { name: n2, labels: { disk: hdd } } ]');
    const objects = [
      node('n1', 'labels: { disk: ssd }'),
      node('n2', 'labels: { disk: ssd }'),
      node('n9', 'unschedulable: true'),
    ];
    const planned = plan(
      written,
      ...objects,
      plain('a', 'nodeSelector: { disk: ssd },'),
      plain('b', 'nodeSelector: { disk: hdd },'),
    );
    expect(found(planned)).toEqual([expect.stringMatching(/^W435 .* Node n9 is none of the Scenario's/)]);
    expect(planned.plan?.pods.map((one) => one.node)).toEqual(['n1', 'n2']);
  });
});

describe('what Multus wrote', () => {
  const second = `apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: storage }
spec: { config: '{ "cniVersion": "0.3.1", "name": "storage", "plugins": [ { "type": "ipvlan", "master": "ens224", "ipam": { "type": "spiderpool", "default_ipv4_ippool": [ "storage" ] } } ] }' }`;
  const storage = pool('storage', 'ipVersion: 4, ips: [10.9.0.10-10.9.0.20], subnet: 10.9.0.0/24');
  const status = (entries: readonly object[]) =>
    `k8s.v1.cni.cncf.io/networks: storage, k8s.v1.cni.cncf.io/network-status: '${JSON.stringify(entries)}'`;
  const eth0 = {
    name: 'k8s-pod-network',
    interface: 'eth0',
    ips: ['10.244.0.9'],
    mac: '02:00:00:00:00:01',
    default: true,
  };
  const net1 = { name: 'default/storage', interface: 'net1', ips: ['10.9.0.15'], mac: '02:00:00:00:00:02' };
  const one = (name: string, entries: readonly object[]) =>
    pod(name, { ips: ['10.244.0.9'], annotations: status(entries) });

  it('gives further interfaces the addresses that they had', () => {
    expect(where(second, storage, one('a', [eth0, net1]))).toEqual({ a: 'n1 10.244.0.9/16 10.9.0.15/24' });
    expect(found(plan(second, storage, one('a', [eth0, net1])))).toEqual([]);
  });

  it.each([
    [
      'another name',
      { ...net1, interface: 'net2' },
      /it had an interface net2 of network default\/storage, for which nothing asks/,
    ],
    [
      'another network',
      { ...net1, name: 'default/backup' },
      /its net1 was of network default\/backup, and is of default\/storage now/,
    ],
    [
      'another address than the pod',
      { ...eth0, ips: ['10.244.0.8'] },
      /network status says that eth0 had 10.244.0.8, the pod's status 10.244.0.9/,
    ],
  ])('%s is said', (_, entry, words) => {
    const entries = entry.interface === 'eth0' ? [entry, net1] : [eth0, entry];
    expect(
      found(plan(second, storage, one('a', entries))).some((line) => line.startsWith('W434') && words.test(line)),
    ).toBe(true);
  });

  it('a MAC address that another slave of the same master does not share is said', () => {
    const other = pod('b', {
      ips: ['10.244.0.10'],
      annotations: status([
        { ...eth0, ips: ['10.244.0.10'], mac: '02:00:00:00:00:99' },
        { ...net1, ips: ['10.9.0.16'] },
      ]),
    });
    expect(found(plan(second, storage, one('a', [eth0, net1]), other))).toEqual([
      expect.stringMatching(
        /^W434 .* its eth0 had the MAC address 02:00:00:00:00:99, and default\/a in the same network on n1 had 02:00:00:00:00:01/,
      ),
    ]);
  });

  it('text that is no list is said', () => {
    const broken = pod('a', { ips: ['10.244.0.9'], annotations: `k8s.v1.cni.cncf.io/network-status: '[{'` });
    expect(found(plan(broken))).toEqual([expect.stringMatching(/^W434 .* its network status cannot be read/)]);
  });
});

test('pods without an address of a version that others had are told of once, by no name of ours', () => {
  const one = (name: string, ip: string, more = '') => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, uid: uid-${name} }
spec: { nodeName: n1, containers: [ { name: c, image: i } ] }
status: { phase: Running, podIP: ${ip}, podIPs: [ { ip: ${ip} } ${more} ] }`;
  const six = one('six', '10.244.0.3', ', { ip: "fd00:10:244::3" }');
  expect(found(plan(six, one('a', '10.244.0.4'), one('b', '10.244.0.5')))).toEqual([
    expect.stringMatching(
      /^W434 .* default\/a and 1 more of its network had no IPv6 address on eth0, and other pods had: they get none$/,
    ),
  ]);
  expect(found(plan(six, one('a', '10.244.0.4')))).toEqual([
    expect.stringMatching(/^W434 .* default\/a had no IPv6 address on eth0, and other pods had: it gets none$/),
  ]);
});
