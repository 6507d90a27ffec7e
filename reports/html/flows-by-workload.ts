/**
 * Many flows as one row for each pair of workloads, so that two hundred pods that send at once can be read: sums, and the
 * worst of what each flow is held to.
 */
import { formatBps, formatCount, formatPct, NOT_MEASURED } from '../../sim/measure/words/format.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { groupsOf, together, worstError, type FlowGroup, type Parties } from './flow-groups.ts';
import { html, type Html } from './markup/markup.ts';
import { table, type Column, type Row } from './markup/table.ts';

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
  const groups = flows.length <= MANY_FLOWS ? [] : groupsOf(flows, plan);
  return groups.length === 0 ? html`` : table('Flows by workload', COLUMNS, groups.map(rowOf));
}

function rowOf({ pair, protocol, step, flows }: FlowGroup): Row {
  const limits = new Set(flows.map(({ configured_bps: limit }) => limit));
  const [limit = null] = limits;
  const shares = flows.flatMap(({ first_second_bps: first, configured_bps: of, bound_by }) =>
    first === null || of === null || bound_by !== 'limit' ? [] : [(first / of) * 100],
  );
  return {
    cells: [
      html`${pair} <span class="quiet">${protocol}</span>`,
      step,
      formatCount(flows.length),
      limits.size > 1 ? 'differs' : formatBps(limit),
      together(flows, ({ wire_bps }) => wire_bps, formatBps),
      formatPct(worstError(flows)),
      shares.length === 0 ? NOT_MEASURED : `${Math.max(...shares).toFixed(1)} %`,
      together(flows, ({ goodput_bps }) => goodput_bps, formatBps),
      together(flows, ({ retransmits }) => retransmits, formatCount),
      together(flows, ({ lost_packets }) => lost_packets, formatCount),
    ],
  };
}
