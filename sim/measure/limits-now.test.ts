/** What holds a flow is what its plan says of such pods and such a wire, also where these change while it runs. */
import { expect, it } from 'vitest';
import { deployment, goodPlan, network, onNetwork, seedPool } from '../plan/testdata/planning.ts';
import type { FlowPlan, Plan, StepPlan } from '../plan/plan.ts';
import type { TraceRecord } from '../trace/record.ts';
import { syntheticTrace } from './fixtures/synthetic-trace.ts';
import { createMeasurement } from './observing/reduce.ts';

interface Asked {
  readonly nodes: readonly string[];
  readonly egress: string;
  readonly wire: string;
}

/** `a` sends to `b`, pods of the first and the last of the nodes. */
function planOf({ nodes, egress, wire }: Asked): Plan {
  const on = (index: number): string => `nodeName: ${nodes.at(index) ?? ''}`;
  return goodPlan(
    network,
    seedPool,
    deployment('a', 1, `${onNetwork}, kubernetes.io/egress-bandwidth: '${egress}'`, on(0)),
    deployment('b', 1, onNetwork, on(-1)),
    `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  nodes:
${[...new Set(nodes)].map((name, i) => `  - { name: ${name}, interfaces: [{ name: ens192, addresses: [172.51.0.${230 - i}/16] }] }`).join('\n')}
  underlay: { rate: ${wire}, delay: 100us }
  timeline:
  - wait: { timeout: 10s }
  - name: flow
    background: true
    traffic: [{ from: a, to: b, duration: 8s }]`,
  );
}

function trafficOf(plan: Plan): StepPlan & { readonly kind: 'traffic' } {
  const step = plan.timeline.find(({ kind }) => kind === 'traffic');
  if (step?.kind !== 'traffic') throw new Error('no traffic');
  return step;
}

function flowOf(plan: Plan): FlowPlan {
  const [flow] = trafficOf(plan).flows;
  if (flow === undefined) throw new Error('no flow');
  return flow;
}

/** The trace of that flow, and of what comes to be `s` seconds after it began. */
function limitsOver(plan: Plan, s: number, records: (t: number) => readonly TraceRecord[]) {
  const traffic = trafficOf(plan);
  const all = syntheticTrace({ plan, stopBeforeStep: traffic.index + 1 });
  const begun = all.find((record) => record.type === 'flow-state')!.t;
  const t = Math.round(begun + s * 1e9);
  const index = all.findIndex((record) => record.t >= t && record.type !== 'step');
  const measurement = createMeasurement();
  for (const record of all.toSpliced(index, 0, ...records(t))) measurement.add(record);
  return measurement.curves()[0]!.limits.map(({ configuredBps }) => configuredBps);
}

/** The sender's limit becomes another. */
function limited(plan: Plan, egressBps: number) {
  return (t: number): readonly TraceRecord[] => {
    const { namespace, name } = plan.pods.find((pod) => pod.owner?.name === 'a')!;
    const change = { limitPods: [{ namespace, name, limits: { egressBps, ingressBps: null } }] };
    const times = { askedNs: t, compiledNs: t, effectiveNs: t };
    return [{ type: 'change', t, step: null, what: 'annotate', change, mapUpdates: 1, ...times }];
  };
}

it('is nothing of a wire that two pods of one node do not cross', () => {
  const plan = planOf({ nodes: ['node-a'], egress: '20M', wire: '10M' });
  expect(flowOf(plan).configuredBps).toBe(20e6);
  expect(limitsOver(plan, 3, limited(plan, 50e6))).toEqual([20e6, 50e6]);
});

it('is the wire between two nodes, whichever limit its pods get', () => {
  const plan = planOf({ nodes: ['node-a', 'node-b'], egress: '5M', wire: '10M' });
  expect(flowOf(plan).configuredBps).toBe(5e6);
  expect(limitsOver(plan, 3, limited(plan, 50e6))).toEqual([5e6, 10e6]);
});

it('is what its pod was given by another command before the flow began', () => {
  const plan = planOf({ nodes: ['node-a', 'node-b'], egress: '20M', wire: '10G' });
  expect(limitsOver(plan, -0.001, limited(plan, 50e6))).toEqual([50e6]);
});
