/** What a comparison of engines shows, in the order of the questions people ask; the same in every face. */
import type { EngineFlow, FlowComparison } from '../comparison.ts';
import { NOT_MEASURED, formatBps } from './format.ts';
import { completedAfter, METRICS, shown } from '../metrics.ts';

export function flowTitle({ from, to, protocol, streams, configured_bps, offered_bps, step }: FlowComparison): string {
  const offer = offered_bps === null ? '' : `, ${formatBps(offered_bps)} offered`;
  const limit = configured_bps === null ? 'no limit' : `limit ${formatBps(configured_bps)}`;
  return `${step}: ${from} → ${to}, ${protocol}, ${streams} stream${streams === 1 ? '' : 's'}${offer}, ${limit}`;
}

interface Column {
  readonly head: string;
  readonly cell: (flow: EngineFlow) => string;
}

const number = (value: number | null, digits: number): string => (value === null ? '' : value.toFixed(digits));

/** What is compared, in the order of the questions people ask. */
const comparedColumns: readonly Column[] = [
  { head: 'RATE ERROR', cell: shown(METRICS.error_pct) },
  { head: 'FIRST SECOND', cell: shown(METRICS.first_second_bps) },
  { head: 'GOODPUT', cell: shown(METRICS.goodput_bps) },
  { head: 'COMPLETE AFTER', cell: (flow) => completedAfter(flow, '') },
  { head: 'RETRANS', cell: (flow) => number(METRICS.retransmits.measured(flow), 0) },
  { head: 'RTT P50', cell: shown(METRICS.rtt_p50_us) },
  { head: 'P99', cell: shown(METRICS.rtt_p99_us) },
  { head: 'REQUEST P50', cell: shown(METRICS.request_p50_us) },
  { head: 'P99', cell: shown(METRICS.request_p99_us) },
  { head: 'CONNECT P99', cell: shown(METRICS.connect_p99_us) },
  { head: 'FAIRNESS', cell: (flow) => number(METRICS.fairness.measured(flow), 3) },
  { head: 'CPU s/Gbit', cell: ({ cpu_s_per_gbit }) => number(cpu_s_per_gbit, 2) },
  {
    head: 'DROPS',
    cell: ({ drops }) =>
      Object.entries(drops)
        .map(([reason, packets]) => `${reason} ${packets}`)
        .join(', '),
  },
];

/** The columns in which any engine of any of these flows has something to say. */
export function saidColumns(flows: readonly FlowComparison[]): readonly Column[] {
  const said = (text: string): boolean => text !== '' && text !== NOT_MEASURED;
  return comparedColumns.filter(({ cell }) =>
    flows.some(({ by_engine }) => by_engine.some((flow) => said(cell(flow)))),
  );
}
