/**
 * Many flows as one row for each pair of workloads, so that two hundred pods that send at once can be read: sums, and the
 * worst of what each flow is held to.
 */
import { formatBps, formatCount, formatPct, NOT_MEASURED } from '../../sim/measure/format.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { namedParties, workloadName } from '../../sim/plan/named-party.ts';
import { html, type Html } from './markup.ts';
import { table, type Column, type Row } from './table.ts';

/** Fewer flows are read one by one. */
const MANY_FLOWS = 30;

const COLUMNS: readonly Column[] = [
  { title: 'workloads' },
  { title: 'step' },
  ...['flows', 'limit of each', 'wire, together', 'worst error', 'first second of the limit', 'goodput, together'].map(
    (title) => ({ title, numeric: true }),
  ),
  ...['retransmits', 'lost'].map((title) => ({ title, numeric: true })),
];

/** Nothing where the flows are few, or no two of them have their workloads in common. */
export function flowsByWorkload(flows: readonly FlowResult[], plan: Parties): Html {
  if (flows.length <= MANY_FLOWS) return html``;
  const parties = namedParties(plan);
  const workload = (name: string): string => workloadName(parties.get(name) ?? { name, pod: null });
  const groups = new Map<string, Group>();
  for (const flow of flows) {
    const { protocol, step } = flow;
    const pair = `${workload(flow.from)} → ${workload(flow.to)}`;
    const key = JSON.stringify([pair, protocol, step]);
    const group = groups.get(key) ?? { pair, protocol, step, flows: [] };
    group.flows.push(flow);
    groups.set(key, group);
  }
  if (groups.size === flows.length) return html``;
  return table('Flows by workload', COLUMNS, [...groups.values()].map(rowOf));
}

type Parties = Parameters<typeof namedParties>[0];

interface Group {
  readonly pair: string;
  readonly protocol: string;
  readonly step: string;
  readonly flows: FlowResult[];
}

function rowOf({ pair, protocol, step, flows }: Group): Row {
  const limits = new Set(flows.map(({ configured_bps: limit }) => limit));
  const [limit = null] = limits;
  const shares = flows.flatMap(({ first_second_bps: first, configured_bps: of, bound_by }) =>
    first === null || of === null || bound_by !== 'limit' ? [] : [(first / of) * 100],
  );
  const errors = flows.flatMap(({ error_pct }) => error_pct ?? []);
  const [worst = null] = errors.sort((a, b) => Math.abs(b) - Math.abs(a));
  return {
    cells: [
      html`${pair} <span class="quiet">${protocol}</span>`,
      step,
      formatCount(flows.length),
      limits.size > 1 ? 'differs' : formatBps(limit),
      together(flows, ({ wire_bps }) => wire_bps, formatBps),
      formatPct(worst),
      shares.length === 0 ? NOT_MEASURED : `${Math.max(...shares).toFixed(1)} %`,
      together(flows, ({ goodput_bps }) => goodput_bps, formatBps),
      together(flows, ({ retransmits }) => retransmits, formatCount),
      together(flows, ({ lost_packets }) => lost_packets, formatCount),
    ],
  };
}

function together(
  flows: readonly FlowResult[],
  of: (flow: FlowResult) => number | null,
  format: (sum: number) => string,
): string {
  const values = flows.flatMap((flow) => of(flow) ?? []);
  return values.length === 0 ? NOT_MEASURED : format(values.reduce((sum, value) => sum + value, 0));
}
