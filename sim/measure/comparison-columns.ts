/** What a comparison of engines shows, in the order of the questions people ask; the same in every face. */
import type { EngineFlow, FlowComparison } from './comparison.ts';
import { NOT_MEASURED, formatBps, formatPct, formatUs } from './format.ts';

export function flowTitle({ from, to, protocol, streams, configured_bps, offered_bps, step }: FlowComparison): string {
  const offer = offered_bps === null ? '' : `, ${formatBps(offered_bps)} offered`;
  const limit = configured_bps === null ? 'no limit' : `limit ${formatBps(configured_bps)}`;
  return `${step}: ${from} → ${to}, ${protocol}, ${streams} stream${streams === 1 ? '' : 's'}${offer}, ${limit}`;
}

interface Column {
  readonly head: string;
  readonly cell: (flow: EngineFlow) => string;
}

const number = (value: number | null | undefined, digits: number): string =>
  (value ?? null) === null ? '' : (value as number).toFixed(digits);

const completion = (ms: number | null): string => (ms === null ? 'not complete' : formatUs(ms * 1e3));

/** What is compared, in the order of the questions people ask. */
const comparedColumns: readonly Column[] = [
  { head: 'RATE ERROR', cell: ({ error_pct }) => formatPct(error_pct) },
  { head: 'FIRST SECOND', cell: ({ first_second_bps }) => formatBps(first_second_bps) },
  { head: 'GOODPUT', cell: ({ goodput_bps }) => formatBps(goodput_bps) },
  { head: 'COMPLETE AFTER', cell: ({ volume }) => (volume === undefined ? '' : completion(volume.completion_ms)) },
  { head: 'RETRANS', cell: ({ retransmits }) => number(retransmits, 0) },
  { head: 'RTT P50', cell: ({ rtt_us }) => formatUs(rtt_us?.p50 ?? null) },
  { head: 'P99', cell: ({ rtt_us }) => formatUs(rtt_us?.p99 ?? null) },
  { head: 'REQUEST P50', cell: ({ request_us }) => formatUs(request_us?.p50 ?? null) },
  { head: 'P99', cell: ({ request_us }) => formatUs(request_us?.p99 ?? null) },
  { head: 'CONNECT P99', cell: ({ connections }) => formatUs(connections?.connect_p99_us ?? null) },
  { head: 'FAIRNESS', cell: ({ fairness }) => number(fairness, 3) },
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
