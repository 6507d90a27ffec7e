import { describe, expect, test } from 'vitest';
import { syntheticTrace, type SyntheticOptions } from '../../../sim/measure/fixtures/synthetic-trace.ts';
import type { LiveView } from '../../../sim/measure/observing/live.ts';
import { createMeasurement } from '../../../sim/measure/observing/reduce.ts';
import { activity, dropRows, podRows, timelineRows } from './rows.ts';

function viewOf(options: SyntheticOptions = {}): LiveView {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  const view = measurement.snapshot();
  if (view === null) throw new Error('the synthetic trace is empty');
  return view;
}

/** With the rates and drops a test chooses, by place in the plan. */
function withNumbers(view: LiveView, numbers: readonly { egress: number; ingress: number; drops: number }[]): LiveView {
  const pods = view.pods.map((pod, i) => ({
    ...pod,
    egress: { ...pod.egress, bps: numbers[i]?.egress ?? 0 },
    ingress: { ...pod.ingress, bps: numbers[i]?.ingress ?? 0 },
    droppedPackets: numbers[i]?.drops ?? 0,
  }));
  return { ...view, pods };
}

describe('the rows of the pods', () => {
  const view = withNumbers(viewOf(), [
    { egress: 10, ingress: 7, drops: 5 },
    { egress: 30, ingress: 1, drops: 5 },
    { egress: 20, ingress: 9, drops: 6 },
  ]);
  const [a, b, c] = view.pods.map(({ shown }) => shown);

  test.each([
    { order: 'name', names: [a, b, c] },
    { order: 'egress', names: [b, c, a] },
    { order: 'ingress', names: [c, a, b] },
    { order: 'drops', names: [c, a, b] },
  ] as const)('sorted by $order, equals stay in the order of the plan', ({ order, names }) => {
    expect(view.pods).toHaveLength(3);
    expect(podRows(view, { order, grouping: 'pod', filter: '' }).map(({ name }) => name)).toEqual(names);
  });

  test('call a pod as a Scenario does: a replica by its number, and no namespace where there is one', () => {
    expect([a, b, c]).toEqual(['test[0]', 'test[1]', 'client']);
  });

  test.each([
    { filter: 'CLIENT', names: [c] },
    { filter: '10-20-1-210', names: [] },
    { filter: 'running', names: [a, b, c] },
    { filter: 'no such', names: [] },
  ])('hold `$filter` in some column', ({ filter, names }) => {
    const at = view.pods.filter(({ node }) => node === filter).map(({ shown }) => shown);
    const rows = podRows(view, { order: 'name', grouping: 'pod', filter });
    expect(rows.map(({ name }) => name)).toEqual([...names, ...at]);
  });

  test('by workload and by node are sums, and no limit of one is no limit of all', () => {
    const limits = (egressBps: number | null) => ({ egressBps, ingressBps: null });
    const pods = view.pods.map((pod, i) => ({
      ...pod,
      node: i < 2 ? 'n1' : 'n2',
      owner: { kind: 'Deployment', name: i === 0 ? 'one' : 'two' },
      limits: limits(i === 1 ? 7 : 5),
      state: i === 1 ? ('Failed' as const) : ('Running' as const),
    }));
    const rows = (grouping: 'workload' | 'node') =>
      podRows({ ...view, pods }, { order: 'egress', grouping, filter: '' });
    expect(rows('workload')).toMatchObject([
      {
        name: 'two',
        state: '1/2 Running',
        failed: true,
        node: '2 nodes',
        ip: '-',
        egress: { rateBps: 50, limitBps: 12 },
        ingress: { rateBps: 10, limitBps: null },
      },
      { name: 'one', state: 'Running', failed: false, node: 'n1', egress: { rateBps: 10, limitBps: 5 } },
    ]);
    expect(rows('node').map(({ name, egress }) => [name, egress.rateBps])).toEqual([
      ['n1', 40],
      ['n2', 20],
    ]);
  });
});

describe('the rows of the timeline', () => {
  test('say how long a step took, what the wire carried, and how many checks were met', () => {
    const [, first] = timelineRows(viewOf());
    expect(first).toMatchObject({ state: 'passed', complaints: [] });
    expect(first?.title).toMatch(/^traffic /);
    expect(first?.detail).toMatch(/^8\.\d+ s, 99\.8 Mbit\/s of 100\.?0* Mbit\/s on the wire, (\d+) of \1 checks met$/);
  });

  test('of a limit that does not hold complain in words', () => {
    const twice = viewOf({ wireBytes: (_, s) => (200e6 / 8) * s });
    const [, first] = timelineRows(twice);
    expect(first?.state).toBe('failed');
    expect(first?.complaints.join('\n')).toMatch(/error_pct/);
  });

  test('of what could not be measured say why, once for all checks that it holds for', () => {
    const measurement = createMeasurement();
    for (const record of syntheticTrace({ wireBytes: (_, s) => (80e6 / 8) * s })) {
      measurement.add(record);
      if (record.type !== 'step' || record.step !== 1 || record.state === 'started') continue;
      const times = { wallNs: 10e9, ranNs: 3e9, waitedNs: 4.5e9, stolenPct: 0 };
      measurement.add({ type: 'machine', t: record.t, step: 1, ...times });
    }
    const [, first] = timelineRows(measurement.snapshot()!);
    expect(first?.state).toBe('unjudged');
    expect(first?.complaints).toHaveLength(1);
    expect(first?.complaints[0]).toMatch(
      /^not measurable here: the machine kept a processor from the kernel for 45 % of the time: .*error_pct within 3/,
    );
  });

  test('of steps that an interrupted run never came to say so', () => {
    const rows = timelineRows(viewOf({ stopBeforeStep: 2, end: 'interrupted' }));
    expect(rows.slice(2).map(({ state, detail }) => `${state}: ${detail}`)).toEqual(
      rows.slice(2).map(() => 'waiting: not reached'),
    );
    expect(rows.length).toBeGreaterThan(2);
  });
});

test('the rows of the drops hold the pod, the reason and the rule', () => {
  expect(dropRows(viewOf())).toContainEqual(
    expect.objectContaining({
      reason: 'POLICY_DENIED',
      direction: 'egress',
      endpoint: expect.stringMatching(/^test\[\d\]$/) as string,
      why: expect.stringContaining('test-ipvlan') as string,
    }),
  );
});

test.each([
  { options: { end: 'completed' }, says: 'completed' },
  { options: { stopBeforeStep: 2, end: null }, says: 'between steps' },
] as const)('the header says `$says`', ({ options, says }) => {
  expect(activity(viewOf(options))).toBe(says);
});

test('the header counts by the furthest step, and names the traffic behind it', () => {
  const view = viewOf({ stopBeforeStep: 3, end: null });
  const running = (...indexes: readonly number[]) => ({
    ...view,
    steps: view.steps.map((step) => (indexes.includes(step.index) ? { ...step, status: 'running' as const } : step)),
  });
  const all = view.steps.length;
  expect(activity(running(2))).toBe(`step 3 of ${all}`);
  expect(activity(running(0))).toBe(`step 3 of ${all}, 1 in the background`);
  expect(activity(running(0, 1, 2))).toBe(`step 3 of ${all}, 1 and 2 in the background`);
});
