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
  seedPool,
  workload,
} from '../testdata/planning.ts';

const nodes = scenario(
  `nodes: [ { name: n1, labels: { disk: ssd } }, { name: n2 }, { name: n3, labels: { disk: ssd } } ]`,
);
const namesOf = (...documents: string[]) => goodPlan(network, seedPool, ...documents).pods.map(({ name }) => name);

describe('a workload becomes pods', () => {
  it('of names as kubectl shows them, the same every time', () => {
    const names = namesOf(deployment('test', 2));
    expect(names).toEqual([
      expect.stringMatching(/^test-[bcdf-hj-np-tv-xz2456789]{1,10}-[bcdf-hj-np-tv-xz2456789]{5}$/),
      expect.stringMatching(/^test-/),
    ]);
    expect(new Set(names).size).toBe(2);
    expect(namesOf(deployment('test', 2))).toEqual(names);
  });

  it('a Deployment: one where replicas are not written, none where they are 0', () => {
    expect(namesOf(workload('Deployment', 'test', ''))).toHaveLength(1);
    expect(namesOf(deployment('test', 0))).toEqual([]);
  });

  it('a Deployment: its pods share a template hash, as name and as label', () => {
    const [first] = goodPlan(network, seedPool, deployment('test', 1)).pods;
    expect(first?.name.split('-')[1]).toBe(first?.labels['pod-template-hash']);
    expect(first?.owner).toEqual({ kind: 'Deployment', name: 'test' });
  });

  it('a StatefulSet: by ordinals, from the start ordinal', () => {
    expect(namesOf(workload('StatefulSet', 'web', 'replicas: 3, serviceName: web, ordinals: { start: 5 }'))).toEqual([
      'web-5',
      'web-6',
      'web-7',
    ]);
    const [first] = goodPlan(network, seedPool, workload('StatefulSet', 'web', 'serviceName: web')).pods;
    expect(first?.labels['statefulset.kubernetes.io/pod-name']).toBe('web-0');
  });

  it('a DaemonSet: one on each node that its selector fits', () => {
    const placed = (podSpec: string) =>
      goodPlan(network, seedPool, nodes, workload('DaemonSet', 'agent', '', onNetwork, podSpec)).pods.map(
        ({ node }) => node,
      );
    expect(placed('')).toEqual(['n1', 'n2', 'n3']);
    expect(placed('nodeSelector: { disk: ssd }')).toEqual(['n1', 'n3']);
  });

  it('a Job: parallelism many, never more than completions', () => {
    expect(namesOf(workload('Job', 'work', ''))).toHaveLength(1);
    expect(namesOf(workload('Job', 'work', 'parallelism: 4'))).toHaveLength(4);
    expect(namesOf(workload('Job', 'work', 'parallelism: 4, completions: 2'))).toHaveLength(2);
  });

  it.each([
    ['Job', 'suspend: true, parallelism: 3', 'suspended'],
    ['Deployment', 'paused: true, replicas: 3', 'paused, and has no ReplicaSet'],
  ])('a %s that is halted: none, which is said', (kind, spec, how) => {
    const halted = workload(kind, 'idle', spec);
    const planned = plan(network, seedPool, pod('other'), halted);
    expect(planned.plan?.pods.map(({ name }) => name)).toEqual(['other']);
    expect(found(planned)).toEqual([
      expect.stringMatching(new RegExp(`^W451 .* ${kind} default/idle is ${how}: it makes no pods$`)),
    ]);
    expect(namesOf(halted.replace('true', 'false'))).not.toEqual([]);
  });

  it('a CronJob that is suspended, or makes Jobs that are: none, which is said', () => {
    const job = workload('Job', 'idle', '').split('spec:\n')[1] ?? '';
    const cron = (own: string, ofJob: string) => `
apiVersion: batch/v1
kind: CronJob
metadata: { name: idle }
spec: { schedule: "@daily", ${own} jobTemplate: { spec: ${job.trim().replace('{', `{ ${ofJob}`)} } }`;
    for (const halted of [cron('suspend: true,', ''), cron('', 'suspend: true,')]) {
      const planned = plan(network, seedPool, pod('other'), halted);
      expect(planned.plan?.pods.map(({ name }) => name)).toEqual(['other']);
      expect(found(planned)).toEqual([expect.stringMatching(/^W451 .* CronJob default\/idle is suspended/)]);
    }
    expect(namesOf(cron('', ''))).toHaveLength(1);
  });

  it('in the order of names, whatever the order of documents', () => {
    expect(namesOf(pod('b'), pod('a'))).toEqual(['a', 'b']);
  });
});

it('a StatefulSet pod and a Pod of one name are a mistake', () => {
  const planned = plan(network, seedPool, pod('web-0'), workload('StatefulSet', 'web', 'serviceName: web'));
  expect(found(planned)).toEqual([expect.stringContaining('two pods are named default/web-0')]);
});

it('more pods than a lab holds are refused, not cut', () => {
  const planned = plan(
    network,
    pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [172.51.1.0-172.51.200.0]'),
    deployment('test', 10_001),
  );
  expect(found(planned)).toEqual([expect.stringMatching(/^E424 .* brings the lab to 10001 pods, and it holds 10000$/)]);
});

it('and are told of once, however many workloads they are of', () => {
  const wide = pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [172.51.1.0-172.51.200.0]');
  const planned = plan(network, wide, ...['a', 'b', 'c', 'd'].map((name) => deployment(name, 6_000)));
  expect(found(planned).filter((line) => line.startsWith('E'))).toEqual([
    expect.stringMatching(
      /^E424 .* Deployment b brings the lab to 12000 pods, and it holds 10000; 2 more of the workloads do not fit either$/,
    ),
  ]);
});

it('so are Pods that are written one by one, once', () => {
  const pods = Array.from({ length: 10_003 }, (_, i) => pod(`p${i}`));
  const wide = pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [172.51.1.0-172.51.200.0]');
  const refused = found(plan(network, wide, ...pods)).filter((line) => line.startsWith('E'));
  expect(refused).toEqual([expect.stringMatching(/^E424 .* 10003 pods are written, and a lab holds 10000$/)]);
});

describe('a pod goes to a node', () => {
  const placed = (...documents: string[]) =>
    Object.fromEntries(goodPlan(network, seedPool, ...documents).pods.map(({ name, node }) => [name, node]));

  it('that it names', () => {
    expect(placed(nodes, pod('a', onNetwork, 'nodeName: n3'))).toEqual({ a: 'n3' });
  });

  it('that its selector fits', () => {
    expect(placed(nodes, pod('a', onNetwork, 'nodeSelector: { kubernetes.io/hostname: n2 }'))).toEqual({ a: 'n2' });
  });

  it('with the fewest pods of its workload, then the fewest at all', () => {
    expect(Object.values(placed(nodes, deployment('w', 6))).sort()).toEqual(['n1', 'n1', 'n2', 'n2', 'n3', 'n3']);
    expect(Object.values(placed(nodes, pod('a'), deployment('w', 2)))).toEqual(['n1', 'n2', 'n3']);
  });

  it('and without a Scenario to node-1, or to the nodes that pods name', () => {
    expect(placed(pod('a'))).toEqual({ a: 'node-1' });
    expect(
      placed(pod('a', onNetwork, 'nodeName: x'), pod('b', onNetwork, 'nodeSelector: { kubernetes.io/hostname: z }')),
    ).toEqual({ a: 'x', b: 'z' });
  });

  it.each([
    ['nodeName: n4', /^E304 .* node n4 is not defined$/],
    [
      'nodeSelector: { disk: tape }',
      /^E416 .* 0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector$/,
    ],
  ])('or to none: { %s }', (podSpec, words) => {
    expect(found(plan(network, seedPool, nodes, pod('a', onNetwork, podSpec)))).toEqual([expect.stringMatching(words)]);
  });

  it('with a remedy that says which label is missing, and where it is written', () => {
    const helpFor = (...documents: readonly string[]) =>
      plan(network, seedPool, ...documents).diagnostics.map((d) => d.help);
    const asking = (selector: string) => pod('a', onNetwork, `nodeSelector: { ${selector} }`);
    const nodeObject = 'apiVersion: v1\nkind: Node\nmetadata: { name: m1, labels: { disk: ssd } }\n';
    expect(helpFor(nodes, asking('disk: tape'))).toEqual([
      'no node has `disk: tape`: write it below `labels` of a node in the Scenario, or change the selector; the nodes are n1, n2, n3',
    ]);
    expect(helpFor(nodes, asking('disk: sd, zone: x'))).toEqual([
      expect.stringMatching(/^no node has `disk: sd`, `zone: x`: write them/),
    ]);
    expect(helpFor(nodeObject, asking('disk: sdd'))).toEqual([
      'did you mean `disk: ssd`? no node has `disk: sdd`: write it below `metadata.labels` of a Node, or change the selector; the nodes are m1',
    ]);
    expect(helpFor(asking('kubernetes.io/os: windows'))).toEqual([
      expect.stringContaining('below `labels` of a node in a Scenario (`ipvlane init` begins one)'),
    ]);
  });

  it('where nobody described the nodes, a selector of theirs is ignored, with a warning', () => {
    const planned = plan(network, seedPool, pod('a', onNetwork, 'nodeSelector: { disk: ssd }'));
    expect(found(planned)).toEqual([expect.stringMatching(/^W407 .* nodeSelector disk is ignored/)]);
    expect(planned.plan?.pods).toHaveLength(1);
  });
});

it('a pod with hostNetwork is left out, with a warning', () => {
  const planned = plan(network, seedPool, pod('a'), pod('b', onNetwork, 'hostNetwork: true'));
  expect(found(planned)).toEqual([expect.stringMatching(/^W402 .* b is left out: with hostNetwork/)]);
  expect(planned.plan?.pods.map(({ name }) => name)).toEqual(['a']);
});
