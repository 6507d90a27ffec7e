import { expect, it } from 'vitest';
import { flow, POD_A, POD_B, seedPlan } from '../../trace/fixtures/seed-plan.ts';
import { type LossRecord, type TraceRecord, traceRecordSchema } from '../../trace/record.ts';
import type { Plan } from '../../plan/plan.ts';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';
import type { Result } from '../result.ts';

/** Of one flow from A to B, with what the kernel had lost when its step began, and when it ended. */
function resultWith(
  losses: readonly (Omit<LossRecord, 'type' | 't' | 'packets'> & { before: number; after: number })[],
  other: Partial<Pick<Plan, 'underlay'>> & { readonly to?: string } = {},
): Result {
  const step = { index: 0, name: 'traffic', position: null, kind: 'traffic' as const, expect: [] };
  const { to = POD_B, ...parts } = other;
  const plan = { ...seedPlan(), ...parts, timeline: [{ ...step, flows: [flow(1, POD_A, to)] }] };
  const records = syntheticTrace({ plan });
  const at = (state: string): number => records.findIndex((one) => one.type === 'step' && one.state === state);
  const said = (t: number, when: 'before' | 'after'): TraceRecord[] =>
    losses
      .filter((one) => one[when] > 0)
      .map(({ before, after, ...loss }) => ({ type: 'loss', t, ...loss, packets: when === 'before' ? before : after }));
  const [begin, end] = [at('started'), at('finished')];
  const all = [
    ...records.slice(0, begin),
    ...said(records[begin]!.t, 'before'),
    ...records.slice(begin, end),
    ...said(records[end]!.t, 'after'),
    ...records.slice(end),
  ];
  for (const record of all) expect(traceRecordSchema.safeParse(record).error).toBeUndefined();
  const measurement = createMeasurement();
  for (const record of all) measurement.add(record);
  return measurement.result({ bootMs: null });
}

const ingress = { direction: 'ingress' } as const;

it('of a network stack are those of its step, at the flow’s ends', () => {
  const { flows, drops } = resultWith([
    { where: POD_B, ...ingress, reason: 'REASSEMBLY_FAILED', before: 100, after: 107 },
    { where: 'default/other', ...ingress, reason: 'SOCKET_BUFFER', before: 0, after: 3 },
  ]);
  expect(flows[0]!.drops).toEqual({ REASSEMBLY_FAILED: 7 });
  expect(drops).toMatchObject([
    {
      endpoint: POD_B,
      reason: 'REASSEMBLY_FAILED',
      packets: 107,
      bytes: null,
      rule: expect.stringContaining('ipfrag_high_thresh') as string,
    },
    { endpoint: 'default/other', reason: 'SOCKET_BUFFER', packets: 3 },
  ]);
});

it('of the wire are those at the nodes of its ends', () => {
  const [node] = seedPlan().nodes;
  const { flows, drops } = resultWith([
    { where: 'underlay', device: `${node!.name}/ens192`, ...ingress, reason: 'LINK_DROP', before: 0, after: 5 },
    { where: 'underlay', device: 'elsewhere/ens192', ...ingress, reason: 'LINK_DROP', before: 0, after: 2 },
  ]);
  expect(flows[0]!.drops).toEqual({ LINK_DROP: 5 });
  expect(drops[0]!.rule).toContain(`(${node!.name}/ens192)`);
});

it('of routers are those on its way', () => {
  const mtu = (where: string, after: number) =>
    ({ where, direction: 'egress', reason: 'MTU_EXCEEDED', before: 0, after }) as const;
  const links = [
    { of: 'host:outside', behind: 'host:far', mtu: 1500 },
    { of: 'host:far', behind: 'host:edge', mtu: 1400 },
  ];
  const underlay = { ...seedPlan().underlay, links };
  const losses = [mtu('host:edge', 10), mtu('host:far', 3), mtu('host:elsewhere', 5)];
  expect(resultWith(losses, { underlay, to: 'host:outside' }).flows[0]!.drops).toEqual({ MTU_EXCEEDED: 13 });
  expect(resultWith(losses, { underlay }).flows[0]!.drops).toEqual({});
});

it('of all namespaces together are a flow’s when it is alone', () => {
  const { flows } = resultWith([{ where: 'kernel', ...ingress, reason: 'SOFTNET_BACKLOG', before: 0, after: 9 }]);
  expect(flows[0]!.drops).toEqual({ SOFTNET_BACKLOG: 9 });
});
