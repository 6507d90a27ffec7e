/** What a pod sent and no program passed: it went around policy and limit, so nothing that was measured of the pod is a verdict. */
import { formatAmount } from '../words/format.ts';
import type { Observations } from '../observing/observations.ts';
import type { Check, RunDiagnostic } from '../result.ts';
import { sum } from '../../plan/flows/sum.ts';

/** The heading of these checks, in place of a step's name. */
const BOOKS = 'the books';

/** One for each pod whose books do not balance; none where all do, or where the second guard dropped as many as went around. */
export function booksChecks(seen: Observations): Check[] {
  if (isCaught(seen)) return [];
  return [...seen.around].map(([endpointId, packets]) => ({
    step: BOOKS,
    name: `${nameOf(seen, endpointId)} sends nothing around its programs`,
    status: 'fail',
    expected: 0,
    predicted: 0,
    measured: packets,
    unit: 'packets',
    error_pct: null,
    reason: said(packets),
  }));
}

export function aroundDiagnostic(seen: Observations, endpointId: number): RunDiagnostic {
  const guarded = isCaught(seen) ? '; the second guard dropped them' : '';
  const message = `${nameOf(seen, endpointId)}: ${said(seen.around.get(endpointId) ?? 0)}${guarded}`;
  return { code: 'W503', severity: 'warning', message, help: HELP };
}

/** A line of a run that goes on. */
export function aroundLine(name: string, packets: number): string {
  return `${name}: ${said(packets)}`;
}

/** The guard does not know whose they were, so all are counted together. A frame to many is dropped once at each, and on the wire. */
function isCaught({ around, drops }: Observations): boolean {
  const caught = [...drops.values()].filter(({ reason }) => reason === 'AROUND_EGRESS');
  return sum([...around.values()]) <= sum(caught.map(({ packets }) => packets.last));
}

function said(packets: number): string {
  return `its interface sent at least ${formatAmount(packets, 'packet')} that no program of its egress saw, so they met neither policy nor limit`;
}

const HELP =
  'take PACKET_QDISC_BYPASS (packet(7)) or AF_XDP out of what runs in the pod, or CAP_NET_RAW from it; docs/dataplane.md, "What goes around"';

function nameOf({ endpointNames }: Observations, endpointId: number): string {
  return endpointNames.get(endpointId) ?? `endpoint ${endpointId}`;
}
