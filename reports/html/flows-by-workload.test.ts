import { D3Node } from 'd3-node';
import { expect, test } from 'vitest';
import { syntheticTrace } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import type { PodPlan } from '../../sim/plan/plan.ts';
import { seedPlan } from '../../sim/trace/fixtures/seed-plan.ts';
import { flowsByWorkload } from './flows-by-workload.ts';
import { reportHeader } from './header.ts';

const measurement = createMeasurement();
for (const record of syntheticTrace()) measurement.add(record);
const [flow] = measurement.result({ bootMs: null }).flows;
const [model] = seedPlan().pods;

/** Of two deployments, `web` and `db`, half each. */
const pods = Array.from({ length: 40 }, (_, i): PodPlan => ({
  ...model!,
  name: `p${i}`,
  owner: { kind: 'Deployment', name: i < 20 ? 'web' : 'db' },
}));
const flows = pods.map(({ name }, i): FlowResult => ({
  ...flow!,
  from: `default/${name}`,
  to: 'outside',
  step: 'all at once',
  configured_bps: 1e6,
  bound_by: 'limit',
  wire_bps: 1e6,
  first_second_bps: 1.01e6,
  goodput_bps: 0.9e6,
  error_pct: i === 7 ? -0.5 : 0.1,
  retransmits: 2,
  lost_packets: null,
}));

function rows(of: readonly FlowResult[]): string[][] {
  const document = new new D3Node().window.DOMParser().parseFromString(
    flowsByWorkload(of, { ...seedPlan(), pods }).text,
    'text/html',
  );
  return [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent.trim()),
  );
}

test('a pair of workloads is a row: how many, their sums, and the worst of each', () => {
  expect(rows(flows)).toEqual([
    [
      'default/web → outside TCP',
      'all at once',
      '20',
      '1.000 Mbit/s',
      '20.00 Mbit/s',
      '−0.50 %',
      '101.0 %',
      '18.00 Mbit/s',
      '40',
      '–',
    ],
    [
      'default/db → outside TCP',
      'all at once',
      '20',
      '1.000 Mbit/s',
      '20.00 Mbit/s',
      '+0.10 %',
      '101.0 %',
      '18.00 Mbit/s',
      '40',
      '–',
    ],
  ]);
});

test('limits that differ are not given as one', () => {
  const [first, ...others] = flows;
  expect(rows([{ ...first!, configured_bps: 2e6 }, ...others])[0]![3]).toBe('differs');
});

test('the first figures of a report are of workloads, where flows have them in common', () => {
  const result = measurement.result({ bootMs: null });
  const seen = measurement.seen!;
  const run = { ...seen.run, plan: { ...seen.run.plan, pods } };
  const { text } = reportHeader({ ...result, flows }, { ...seen, run }, null);
  const document = new new D3Node().window.DOMParser().parseFromString(text, 'text/html');
  const figures = [...document.querySelectorAll('.figures div')].map(({ textContent }) =>
    textContent.trim().replace(/\s+/g, ' '),
  );
  expect(figures.slice(0, 2)).toEqual([
    'default/web → outside, 20 flows 20.00 Mbit/stogether on the wire, at worst −0.50 % off the limit of 1.000 Mbit/s each',
    'default/db → outside, 20 flows 20.00 Mbit/stogether on the wire, at worst +0.10 % off the limit of 1.000 Mbit/s each',
  ]);
  expect(figures[2]).toContain('probes as predicted');
});

test('a figure of workloads says what the flows are held to, be it nothing or what they offer', () => {
  const seen = measurement.seen!;
  const run = { ...seen.run, plan: { ...seen.run.plan, pods } };
  const first = (change: Partial<FlowResult>) => {
    const changed = flows.map((each) => ({ ...each, ...change }));
    return reportHeader({ ...measurement.result({ bootMs: null }), flows: changed }, { ...seen, run }, null).text;
  };
  expect(first({ configured_bps: null, bound_by: null, error_pct: null })).toContain('together on the wire, no limit');
  expect(first({ bound_by: 'offered', offered_bps: 5e5 })).toContain(
    'off the 500.0 kbit/s offered, below the limit of 1.000 Mbit/s each',
  );
  // What it began with says nothing of what it was held to later.
  expect(first({ mean_configured_bps: 2e6 })).toContain('at worst −0.50 % off limits that changed each');
});

test('few flows, and flows that have no workload in common, are read one by one', () => {
  expect(rows(flows.slice(0, 30))).toEqual([]);
  expect(rows(flows.map((each, i) => ({ ...each, from: `host-${i}` })))).toEqual([]);
});
