/** What each engine (dataplane/bandwidth/engine.ts) hangs where. Ours, and the others with the defaults they have in the field. */
import { DEFAULT_BURST_BITS } from '../../../dataplane/bandwidth/burst-bits.ts';
import type { Bursts } from '../../../dataplane/bandwidth/bursts.ts';
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import type { EngineName } from '../../../dataplane/bandwidth/engine.ts';
import type { QdiscSpec } from '../../linux/qdisc.ts';
import type { LimitsPlan } from '../../plan/plan.ts';
import { departureQueue } from '../departure-queue.ts';
import type { QueuePart, Shaping } from './shaping.ts';
import { root } from './shaping.ts';
import { sum } from '../../plan/flows/sum.ts';

export interface PodShaping {
  /** At the slave. */
  readonly egress: Shaping;
  /** At the IFB behind the slave's ingress; null: there is none. */
  readonly ingress: Shaping | null;
}

/** For a pod with these limits, null where it has none: then only what a socket itself paces waits in the slave's fq. */
export function podShaping(
  engine: EngineName,
  { egressBps, ingressBps }: LimitsPlan,
  charge: Charge = 'l2',
  { egressBits, ingressBits }: Bursts = {},
): PodShaping {
  const { egress, ingress } = table[engine];
  return {
    egress: egressBps === null || egress === null ? unlimited : egress(egressBps, charge, egressBits),
    ingress: ingressBps === null || ingress === null ? null : ingress(ingressBps, charge, ingressBits),
  };
}

/** What takes the place of a node's NIC's own queue; null: nothing does. `egressBps`: the limits of the node's pods. */
export function masterQueue(
  engine: EngineName,
  egressBps: readonly number[],
  charge: Charge = 'l2',
): readonly QueuePart[] | null {
  return table[engine].master?.(sum(egressBps), charge) ?? null;
}

/** Who cannot charge as it is said is not asked to (`chargesFrames` of dataplane/bandwidth/engine.ts). */
type ByRate = (rateBps: number, charge: Charge, burstBits?: number) => Shaping;

interface Row {
  readonly egress: ByRate | null;
  readonly ingress: ByRate | null;
  readonly master?: (rateBps: number, charge: Charge) => readonly QueuePart[] | null;
}

const unlimited: Shaping = { queue: [root(departureQueue(null))], police: null, paced: false };

const departureTimes: ByRate = (bps, charge) => ({
  queue: [root(departureQueue(bps, charge))],
  police: null,
  paced: true,
});

/** Departure times that nothing at this place waits for. */
const withoutQueue: ByRate = () => ({ queue: [], police: null, paced: true });

const queue =
  (parts: (rateBps: number) => readonly QueuePart[]): ByRate =>
  (bps) => ({ queue: parts(bps), police: null, paced: false });

/** A bucket of one second, as Cilium's for ingress (1.18). What passes goes through a plain queue that counts it. */
const policed: ByRate = (rateBps) => ({
  queue: [root({ kind: 'pfifo', limit: 10_000 })],
  police: { rateBps, burstBytes: Math.round(rateBps / 8) },
  paced: false,
});

const NS_PER_MS = 1e6;

/** github.com/containernetworking/plugins, plugins/meta/bandwidth: latency 25 ms. */
const tokenBucket = (rateBps: number, burstBytes: number): QdiscSpec => {
  const limit = Math.min(2 ** 32 - 1, Math.round((rateBps / 8) * 0.025) + burstBytes);
  return { kind: 'tbf', rateBps, burstBytes, limitBytes: limit };
};
/** What an administrator writes by hand: room for one super-packet, 25 ms of queue. */
const plainTokenBucket = (rateBps: number): QdiscSpec => ({
  kind: 'tbf',
  rateBps,
  latencyNs: 25 * NS_PER_MS,
  burstBytes: Math.max(68_000, Math.round(rateBps / 8 / 1000)),
});

const HTB_ROOT = 0x0001_0000;
const HTB_CLASS = 0x0001_0001;
/** The tc command's own default: the rate by its clock of nanoseconds, and an MTU. */
const HTB_BURST_BYTES = 1600;
const hierarchical = (rateBps: number): readonly QueuePart[] => [
  { what: 'qdisc', parent: 'root', handle: HTB_ROOT, spec: { kind: 'htb', defaultClass: 1 } },
  {
    what: 'class',
    parent: HTB_ROOT,
    classid: HTB_CLASS,
    spec: { kind: 'htb', rateBps, burstBytes: HTB_BURST_BYTES },
  },
  { what: 'qdisc', parent: HTB_CLASS, spec: { kind: 'fq_codel' } },
];

const both = (shaping: ByRate): Row => ({ egress: shaping, ingress: shaping });

const table: Readonly<Record<EngineName, Row>> = {
  ipvlane: both(departureTimes),
  edt: both(departureTimes),
  'edt-no-fq': { egress: withoutQueue, ingress: null },
  policer: both(policed),
  'cni-bandwidth': both((bps, _, burstBits = DEFAULT_BURST_BITS) => ({
    queue: [root(tokenBucket(bps, Math.floor(burstBits / 8)))],
    police: null,
    paced: false,
  })),
  htb: both(queue(hierarchical)),
  cake: both(queue((rateBps) => [root({ kind: 'cake', rateBps })])),
  none: { egress: null, ingress: null },
  'master-only': {
    egress: null,
    ingress: null,
    master: (sum) => (sum === 0 ? null : [root(plainTokenBucket(sum))]),
  },
  'fq-on-master': {
    egress: withoutQueue,
    ingress: null,
    master: (sum, charge) => [root(departureQueue(sum === 0 ? null : sum, charge))],
  },
  l3s: both(departureTimes),
  'bits-as-bytes': both(queue((bps) => [root(plainTokenBucket(8 * bps))])),
};
