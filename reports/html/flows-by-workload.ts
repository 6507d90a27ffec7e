/**
 * Many flows as one row for each pair of workloads, so that two hundred pods that send at once can be read: sums, and the
 * worst of what each flow is held to.
 */
import { formatBps, formatCount, formatPct, NOT_MEASURED } from '../../sim/measure/format.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import type { PodPlan } from '../../sim/plan/plan.ts';
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
export function flowsByWorkload(flows: readonly FlowResult[], pods: readonly PodPlan[]): Html {
  if (flows.length <= MANY_FLOWS) return html``;
  const workloads = new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, workloadOf(pod)]));
  const groups = new Map<string, FlowResult[]>();
  for (const flow of flows) {
    const [from, to] = [flow.from, flow.to].map((name) => workloads.get(name) ?? name);
    const key = JSON.stringify([`${from} → ${to}`, flow.protocol, flow.step]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flow]);
    else group.push(flow);
  }
  if (groups.size === flows.length) return html``;
  return table(
    'Flows by workload',
    COLUMNS,
    [...groups].map(([key, group]) => rowOf(JSON.parse(key) as [string, string, string], group)),
  );
}

function rowOf([pair, protocol, step]: [string, string, string], flows: readonly FlowResult[]): Row {
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
      formatPct(worst(flows.flatMap(({ error_pct }) => error_pct ?? []))),
      shares.length === 0 ? NOT_MEASURED : `${Math.max(...shares).toFixed(1)} %`,
      together(flows, ({ goodput_bps }) => goodput_bps, formatBps),
      together(flows, ({ retransmits }) => retransmits, formatCount),
      together(flows, ({ lost_packets }) => lost_packets, formatCount),
    ],
  };
}

/** The one furthest from zero, with its sign. */
function worst(errors: readonly number[]): number | null {
  return errors.reduce<number | null>(
    (found, error) => (Math.abs(error) > Math.abs(found ?? 0) ? error : found),
    errors[0] ?? null,
  );
}

function together(
  flows: readonly FlowResult[],
  of: (flow: FlowResult) => number | null,
  format: (sum: number) => string,
): string {
  const values = flows.flatMap((flow) => of(flow) ?? []);
  return values.length === 0 ? NOT_MEASURED : format(values.reduce((sum, value) => sum + value, 0));
}

function workloadOf({ namespace, name, owner }: PodPlan): string {
  return owner === null ? `${namespace}/${name}` : `${namespace}/${owner.name}`;
}
