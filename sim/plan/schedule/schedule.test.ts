import { describe, expect, it } from 'vitest';
import {
  deployment,
  found,
  goodPlan,
  network,
  onNetwork,
  plan,
  pod,
  pool,
  scenario,
  workload,
} from '../testdata/planning.ts';

const roomy = pool(
  'ens192-v4',
  'gateway: 172.51.0.1, ipVersion: 4, ips: [172.51.0.100-172.51.0.200], subnet: 172.51.0.0/16',
);

/** Two racks of two nodes; n4 has no zone. */
const four = scenario(`nodes:
- { name: n1, labels: { zone: a, cpus: "4" } }
- { name: n2, labels: { zone: a, cpus: "8" } }
- { name: n3, labels: { zone: b, cpus: "16" } }
- { name: n4 }`);

const nodesWith = (n1: string, n2 = '', n3 = '') =>
  scenario(`nodes:\n- { name: n1, ${n1} }\n- { name: n2, ${n2} }\n- { name: n3, ${n3} }`);

/** Name to node, workloads' pods as a sorted list of nodes. */
function placed(...documents: string[]): Record<string, string | string[]> {
  const nodes: Record<string, string | string[]> = {};
  for (const { name, owner, node } of goodPlan(network, roomy, ...documents).pods) {
    if (owner === null) nodes[name] = node;
    else nodes[owner.name] = [nodes[owner.name] ?? [], node].flat().sort();
  }
  return nodes;
}

const wrong = (...documents: string[]) => found(plan(network, roomy, ...documents));

const required = (
  kind: 'podAffinity' | 'podAntiAffinity',
  app: string,
  topologyKey = 'kubernetes.io/hostname',
  more = '',
) =>
  `affinity: { ${kind}: { requiredDuringSchedulingIgnoredDuringExecution: [
     { topologyKey: ${topologyKey}, labelSelector: { matchLabels: { app: ${app} } } ${more} } ] } }`;

const nodeTerms = (...expressions: string[]) =>
  `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
     ${expressions.map((one) => `{ matchExpressions: [ ${one} ] }`).join(', ')} ] } } }`;

describe('labels that every node has', () => {
  it('are those of the kubelet: os, arch and hostname', () => {
    const selector = 'nodeSelector: { kubernetes.io/os: linux, kubernetes.io/arch: amd64, kubernetes.io/hostname: n2 }';
    expect(placed(four, pod('a', onNetwork, selector))).toEqual({ a: 'n2' });
    expect(placed(pod('a', onNetwork, 'nodeSelector: { kubernetes.io/os: linux }'))).toEqual({ a: 'node-1' });
  });

  it('and what the Scenario says of a node goes before them', () => {
    const nodes = scenario('nodes: [ { name: n1 }, { name: n2, labels: { kubernetes.io/arch: arm64 } } ]');
    expect(placed(nodes, pod('a', onNetwork, 'nodeSelector: { kubernetes.io/arch: arm64 }'))).toEqual({ a: 'n2' });
  });

  it('a pod for Windows is told so, whoever described the nodes', () => {
    const windows = pod('a', onNetwork, 'nodeSelector: { kubernetes.io/os: windows }');
    const words =
      "default/a fits no node: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector";
    expect(wrong(windows)).toEqual([expect.stringContaining(words)]);
    expect(wrong(pod('a', onNetwork, 'os: { name: windows }'))).toEqual([expect.stringMatching(/^E442 /)]);
  });
});

describe('node affinity', () => {
  it.each([
    ['{ key: zone, operator: In, values: [ b, c ] }', ['n3']],
    ['{ key: zone, operator: NotIn, values: [ a ] }', ['n3', 'n4']],
    ['{ key: zone, operator: Exists }, { key: cpus, operator: Gt, values: [ "4" ] }', ['n2', 'n3']],
    ['{ key: zone, operator: DoesNotExist }', ['n4']],
    ['{ key: cpus, operator: Lt, values: [ "8" ] }', ['n1']],
  ])('required, %s: %j', (expressions, nodes) => {
    const two = deployment('w', nodes.length, onNetwork, nodeTerms(expressions));
    expect(placed(four, two)).toEqual({ w: nodes });
  });

  it('terms are alternatives, nodeSelector holds beside them, and matchFields names a node', () => {
    const terms = nodeTerms(
      '{ key: zone, operator: In, values: [ b ] }',
      '{ key: cpus, operator: In, values: [ "4" ] }',
    );
    expect(placed(four, deployment('w', 2, onNetwork, terms))).toEqual({ w: ['n1', 'n3'] });
    expect(placed(four, deployment('w', 2, onNetwork, `nodeSelector: { zone: a }, ${terms}`))).toEqual({
      w: ['n1', 'n1'],
    });
    const fields = `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
      { matchFields: [ { key: metadata.name, operator: In, values: [ n4 ] } ] } ] } } }`;
    expect(placed(four, pod('a', onNetwork, fields))).toEqual({ a: 'n4' });
  });

  it('preferred: the greatest sum of weights, before an even spread', () => {
    const preferring = `affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 10, preference: { matchExpressions: [ { key: zone, operator: In, values: [ b ] } ] } },
      { weight: 6, preference: { matchExpressions: [ { key: zone, operator: In, values: [ a ] } ] } },
      { weight: 6, preference: { matchExpressions: [ { key: cpus, operator: In, values: [ "8" ] } ] } } ] } }`;
    expect(placed(four, deployment('w', 2, onNetwork, preferring))).toEqual({ w: ['n2', 'n2'] });
  });

  it.each([
    ['nodeSelectorTerms: []', 'E205'],
    ['nodeSelectorTerms: [ { matchExpressions: [ { key: zone, operator: In } ] } ]', 'E210'],
    ['nodeSelectorTerms: [ { matchExpressions: [ { key: cpus, operator: Gt, values: [ many ] } ] } ]', 'E210'],
  ])('refuses what the API server refuses: %s', (terms, code) => {
    const spec = `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { ${terms} } } }`;
    expect(() => plan(network, roomy, four, pod('a', onNetwork, spec))).toThrow(code);
  });
});

describe('pod affinity', () => {
  it('left on n2, so right on n2: also where the one it wants comes later', () => {
    const left = (name: string) =>
      pod(name, onNetwork, nodeTerms('{ key: kubernetes.io/hostname, operator: In, values: [ n2 ] }'), 'app: pair');
    const right = pod('right', onNetwork, required('podAffinity', 'pair'), 'app: pair');
    expect(placed(four, left('left'), right)).toEqual({ left: 'n2', right: 'n2' });
    const asking = pod('a', onNetwork, required('podAffinity', 'pair'), 'app: other');
    expect(placed(four, left('z'), asking)).toEqual({ a: 'n2', z: 'n2' });
  });

  it('the first of a group that wants to be together may go anywhere, and the group follows', () => {
    const group = deployment('w', 3, onNetwork, required('podAffinity', 'w', 'zone'));
    const { w } = placed(four, pod('first', onNetwork, 'nodeName: n4'), group);
    expect(w).toEqual(['n1', 'n1', 'n2']);
  });

  it('anti-affinity by host, by zone, and that of others about this pod', () => {
    expect(placed(four, deployment('w', 4, onNetwork, required('podAntiAffinity', 'w')))).toEqual({
      w: ['n1', 'n2', 'n3', 'n4'],
    });
    expect(placed(four, deployment('w', 3, onNetwork, required('podAntiAffinity', 'w', 'zone')))).toEqual({
      w: ['n1', 'n3', 'n4'],
    });
    const lonely = pod('lonely', onNetwork, `nodeName: n1, ${required('podAntiAffinity', 'b', 'zone')}`);
    expect(placed(four, lonely, deployment('b', 2))).toEqual({ lonely: 'n1', b: ['n3', 'n4'] });
  });

  it.each([
    ['its own namespace alone', '', 'n2'],
    ['namespaces that it names', ', namespaces: [ shop ]', 'n3'],
    ['namespaces by their labels', ', namespaceSelector: { matchLabels: { team: blue } }', 'n3'],
    ['every namespace', ', namespaceSelector: {}', ['n2', 'n3']],
  ])('means the pods of %s', (_, more, node) => {
    const shop = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: blue } }';
    const near = pod('near', onNetwork, 'nodeName: n2', 'app: x');
    const far = pod('far', onNetwork, 'nodeName: n3', 'app: x').replace('name: far', 'name: far, namespace: shop');
    const asking = pod('asking', onNetwork, required('podAffinity', 'x', 'kubernetes.io/hostname', more));
    expect([node].flat()).toContain(placed(four, shop, near, far, asking)['asking']);
  });

  it('matchLabelKeys: only pods with the same value, mismatchLabelKeys: only those with another', () => {
    const other = pod('other', onNetwork, 'nodeName: n1', 'app: x, team: red');
    const own = pod('own', onNetwork, 'nodeName: n2', 'app: x, team: blue');
    const by = (keys: string) => required('podAffinity', 'x', 'kubernetes.io/hostname', `, ${keys}: [ team ]`);
    expect(placed(four, other, own, pod('p', onNetwork, by('matchLabelKeys'), 'team: blue'))['p']).toBe('n2');
    expect(placed(four, other, own, pod('p', onNetwork, by('mismatchLabelKeys'), 'team: blue'))['p']).toBe('n1');
  });

  it('preferred: company and distance are weighed, those of others too', () => {
    const friend = pod('friend', onNetwork, 'nodeName: n3', 'app: friend');
    const preferring = (kind: string, app: string) => `affinity: { ${kind}: {
      preferredDuringSchedulingIgnoredDuringExecution: [ { weight: 50, podAffinityTerm:
        { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: ${app} } } } } ] } }`;
    expect(placed(four, friend, pod('p', onNetwork, preferring('podAffinity', 'friend')))['p']).toBe('n3');
    const shy = pod('shy', onNetwork, `nodeName: n1, ${preferring('podAntiAffinity', 'p')}`);
    expect(placed(four, friend, shy, pod('p'))['p']).toBe('n2');
  });

  it('says why no node is one, in the words of the scheduler', () => {
    expect(wrong(four, deployment('w', 6, onNetwork, required('podAntiAffinity', 'w')))).toEqual([
      expect.stringMatching(
        /^E416 .* default\/w-\S+ and 1 more of its Deployment fit no node: 0\/4 nodes are available: 4 node\(s\) didn't match pod anti-affinity rules$/,
      ),
    ]);
    expect(wrong(four, pod('a', onNetwork, required('podAffinity', 'nobody')))).toEqual([
      expect.stringContaining("0/4 nodes are available: 4 node(s) didn't match pod affinity rules"),
    ]);
    const lonely = pod('lonely', onNetwork, `nodeName: n1, ${required('podAntiAffinity', 'b', 'zone')}`);
    expect(wrong(four, lonely, pod('b', onNetwork, 'nodeSelector: { zone: a }'))).toEqual([
      expect.stringContaining(
        "0/4 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 2 node(s) didn't satisfy existing pods anti-affinity rules",
      ),
    ]);
  });
});

describe('taints', () => {
  const tainted = nodesWith('taints: [ { key: gpu, value: "yes", effect: NoSchedule } ]', 'unschedulable: true');

  it('keep away whoever does not tolerate them', () => {
    expect(placed(tainted, deployment('w', 2))).toEqual({ w: ['n3', 'n3'] });
  });

  it.each([
    ['{ key: gpu, operator: Exists }', 'n1'],
    ['{ key: gpu, value: "yes", effect: NoSchedule }', 'n1'],
    ['{ key: gpu, value: "no" }', 'n3'],
    ['{ key: gpu, operator: Exists, effect: NoExecute }', 'n3'],
    ['{ key: node.kubernetes.io/unschedulable, operator: Exists }', 'n2'],
  ])('the toleration %s leads to %s', (toleration, node) => {
    const spec = `tolerations: [ ${toleration} ]`;
    const filler = deployment('filler', 1);
    // n3 has a pod, so another node is taken where another may be.
    expect(placed(tainted, filler, pod('p', onNetwork, spec))['p']).toBe(node);
  });

  it('PreferNoSchedule: elsewhere if it can be, before an even spread', () => {
    const nodes = scenario('nodes: [ { name: n1, taints: [ { key: k, effect: PreferNoSchedule } ] }, { name: n2 } ]');
    expect(placed(nodes, deployment('w', 3))).toEqual({ w: ['n2', 'n2', 'n2'] });
    expect(placed(nodes, pod('a', onNetwork, 'nodeSelector: { kubernetes.io/hostname: n1 }'))).toEqual({ a: 'n1' });
  });

  it('a DaemonSet tolerates a cordon and the conditions of nodes, and no more', () => {
    const nodes = nodesWith(
      'taints: [ { key: gpu, effect: NoSchedule } ]',
      'unschedulable: true',
      'taints: [ { key: node.kubernetes.io/not-ready, effect: NoExecute } ]',
    );
    const agent = (spec: string) => workload('DaemonSet', 'agent', '', onNetwork, spec);
    expect(placed(nodes, agent(''))).toEqual({ agent: ['n2', 'n3'] });
    expect(placed(nodes, agent('tolerations: [ { operator: Exists } ]'))).toEqual({ agent: ['n1', 'n2', 'n3'] });
    expect(placed(nodes, agent('nodeName: n2'))).toEqual({ agent: ['n2'] });
  });

  it('say which they are where no node is left', () => {
    const nodes = nodesWith(
      'taints: [ { key: gpu, value: big, effect: NoSchedule } ]',
      'unschedulable: true',
      'labels: { a: b }',
    );
    expect(wrong(nodes, pod('p', onNetwork, 'nodeSelector: { a: c }'))).toEqual([
      expect.stringContaining(
        "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {gpu: big}, 1 node(s) were unschedulable",
      ),
    ]);
  });
});

describe('a pod that is bound by nodeName', () => {
  it('goes past the scheduler and is there before the others choose', () => {
    const nodes = nodesWith('taints: [ { key: gpu, effect: NoSchedule } ]', 'unschedulable: true');
    expect(placed(nodes, pod('z1', onNetwork, 'nodeName: n1'), pod('z2', onNetwork, 'nodeName: n2'))).toEqual({
      z1: 'n1',
      z2: 'n2',
    });
    expect(
      placed(scenario('nodes: [ { name: n1 }, { name: n2 } ]'), pod('a'), pod('z', onNetwork, 'nodeName: n1')),
    ).toEqual({ a: 'n2', z: 'n1' });
  });

  it.each([
    ['nodeName: n1, nodeSelector: { kubernetes.io/hostname: n2 }', "it doesn't match the pod's node affinity/selector"],
    ['nodeName: n2', 'the node has the untolerated NoExecute taint {out: }'],
  ])('is turned away by the node: %s', (spec, reason) => {
    const nodes = nodesWith('', 'taints: [ { key: out, effect: NoExecute } ]');
    expect(wrong(nodes, pod('p', onNetwork, spec))).toEqual([expect.stringMatching(/^E440 /)]);
    expect(wrong(nodes, pod('p', onNetwork, spec))[0]).toContain(reason);
  });
});

describe('topology spread', () => {
  const constraint = (topologyKey: string, more = '', when = 'DoNotSchedule') =>
    `topologySpreadConstraints: [ { maxSkew: 1, topologyKey: ${topologyKey}, whenUnsatisfiable: ${when},
       labelSelector: { matchLabels: { app: w } } ${more} } ]`;

  it('DoNotSchedule keeps the zones even, and leaves out nodes without the label', () => {
    const { w } = placed(four, deployment('w', 4, onNetwork, constraint('zone')));
    expect(w).toEqual(['n1', 'n2', 'n3', 'n3']);
  });

  it('by default counts only nodes that the pod may be put on by its node affinity', () => {
    const zoneA = `nodeSelector: { zone: a }, ${constraint('kubernetes.io/hostname')}`;
    expect(placed(four, deployment('w', 4, onNetwork, zoneA))).toEqual({ w: ['n1', 'n1', 'n2', 'n2'] });
    const ignoring = `nodeSelector: { zone: a }, ${constraint('kubernetes.io/hostname', ', nodeAffinityPolicy: Ignore')}`;
    expect(wrong(four, deployment('w', 4, onNetwork, ignoring))).toEqual([
      expect.stringContaining(
        "1 more of its Deployment fit no node: 0/4 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 2 node(s) didn't match pod topology spread constraints",
      ),
    ]);
  });

  it('nodeTaintsPolicy Honor leaves tainted nodes out of the count', () => {
    const nodes = nodesWith('taints: [ { key: gpu, effect: NoSchedule } ]');
    const many = (policy: string) =>
      deployment('w', 4, onNetwork, constraint('kubernetes.io/hostname', `, nodeTaintsPolicy: ${policy}`));
    expect(placed(nodes, many('Honor'))).toEqual({ w: ['n2', 'n2', 'n3', 'n3'] });
    expect(wrong(nodes, many('Ignore'))).toEqual([
      expect.stringContaining("node(s) didn't match pod topology spread constraints"),
    ]);
  });

  it('minDomains: with fewer domains than that, none may hold more than maxSkew', () => {
    expect(placed(four, deployment('w', 2, onNetwork, constraint('zone', ', minDomains: 2')))).toEqual({
      w: ['n1', 'n3'],
    });
    expect(wrong(four, deployment('w', 3, onNetwork, constraint('zone', ', minDomains: 3')))).toEqual([
      expect.stringMatching(
        /fits no node: 0\/4 nodes are available: 1 node\(s\) didn't match pod topology spread constraints \(missing required label\), 3 node\(s\) didn't match pod topology spread constraints$/,
      ),
    ]);
  });

  it('ScheduleAnyway prefers the emptier zone to the emptier node', () => {
    const busy = [1, 2, 3].map((i) => pod(`x${i}`, onNetwork, 'nodeName: n3', 'app: other'));
    const two = deployment('w', 2, onNetwork, constraint('zone', '', 'ScheduleAnyway'));
    expect(
      placed(
        scenario(`nodes:
- { name: n1, labels: { zone: a } }
- { name: n2, labels: { zone: a } }
- { name: n3, labels: { zone: b } }`),
        ...busy,
        two,
      )['w'],
    ).toEqual(['n1', 'n3']);
  });
});

describe('host ports', () => {
  const web = (name: string, more = '') =>
    pod(name).replace('containerPort: 80', `containerPort: 80, hostPort: 8080 ${more}`);

  it('two pods with the same one are on two nodes, or have no room', () => {
    const nodes = scenario('nodes: [ { name: n1 }, { name: n2 } ]');
    const { b, c } = placed(nodes, web('b'), web('c'));
    expect([b, c].sort()).toEqual(['n1', 'n2']);
    expect(wrong(nodes, web('b'), web('c'), web('d'))).toEqual([
      expect.stringContaining("0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports"),
    ]);
    expect(placed(nodes, web('b'), web('c'), web('d', ', protocol: UDP'))).toHaveProperty('d');
  });
});

describe('where nobody described the nodes', () => {
  it('a rule that the made-up node cannot hold is ignored, with a warning', () => {
    const planned = plan(network, roomy, deployment('w', 3, onNetwork, required('podAntiAffinity', 'w')));
    expect(found(planned)).toEqual([expect.stringMatching(/^W407 .* podAntiAffinity is ignored: no Scenario says/)]);
    expect(planned.plan?.pods).toHaveLength(3);
  });

  it('a node that affinity names is one', () => {
    const on = (node: string) => nodeTerms(`{ key: kubernetes.io/hostname, operator: In, values: [ ${node} ] }`);
    expect(placed(pod('a', onNetwork, on('nx')), pod('b', onNetwork, 'nodeName: ny'))).toEqual({ a: 'nx', b: 'ny' });
  });
});

describe('what is not modelled is said', () => {
  it('another scheduler, scheduling gates, volumes', () => {
    expect(wrong(four, pod('a', onNetwork, 'schedulerName: volcano'))).toEqual([
      expect.stringMatching(/^W430 .* scheduler `volcano` is not modelled/),
    ]);
    expect(wrong(four, pod('a', onNetwork, 'schedulingGates: [ { name: example.com/wait } ]'))).toEqual([
      expect.stringMatching(/^E441 .* scheduling gate `example.com\/wait`/),
    ]);
    const volumes = 'volumes: [ { name: v, persistentVolumeClaim: { claimName: c } } ]';
    expect(wrong(four, pod('a', onNetwork, volumes))).toEqual([expect.stringMatching(/^W430 .* volume claim/)]);
    expect(wrong(pod('a', onNetwork, volumes))).toEqual([]);
  });
});
