/** What each flow of a step gets beside the others: of a limit that several pass, its share, and how long its volume takes. */
import type { Contender } from './fair-shares.ts';
import { meanOverTime, overlapNs, type TimeSpan } from './mean-over-time.ts';
import type { FlowPlan, LimitOnWay } from '../plan.ts';
import { sharesOverTime, type Course, type Stretch } from './shares-over-time.ts';
import { letsThroughBps, smallestLimit } from '../wire/way-limits.ts';

/** As measured rates leave it out (docs/measurement.md). */
const FIRST_SECOND_NS = 1e9;

/** The same of flows that all run, at one moment of it: nothing of when one ends. */
export function withSharesAtOnce(flows: readonly FlowPlan[]): FlowPlan[] {
  if (areCopies(flows)) return flows.flatMap((flow) => withSharesAtOnce([flow]));
  const endless = { wireBits: Number.POSITIVE_INFINITY, durationNs: Number.POSITIVE_INFINITY };
  return shared(flows, sharesOverTime(flows.map((flow) => ({ ...contender(flow), ...endless }))));
}

/**
 * Flows with their `share`, a prediction that keeps to it, and the time that a volume takes. A wire that is too slow for datagrams
 * does not share itself out fairly, so there nothing is foretold for one flow; what all of them come to is.
 * @param unhurried flows with a volume that may take the time they take
 */
export function withShares(flows: readonly FlowPlan[], unhurried: ReadonlySet<number> = new Set()): FlowPlan[] {
  if (areCopies(flows)) return flows.flatMap((flow) => withShares([flow], unhurried));
  const courses = sharesOverTime(
    flows.map((flow) => ({
      ...contender(flow),
      wireBits: flow.volume === undefined ? Number.POSITIVE_INFINITY : flow.volume.wireBytes * 8,
      durationNs: unhurried.has(flow.flowId) ? Number.POSITIVE_INFINITY : flow.durationNs,
    })),
  );
  return shared(flows, courses);
}

/** Copies of one stream take nothing from each other: each passes its sender's limit as the others do, at once. */
function areCopies(flows: readonly FlowPlan[]): boolean {
  return flows.length > 1 && flows.every(({ group }) => group !== undefined);
}

function contender({ limits = [], offeredWireBps, streams }: FlowPlan): Contender {
  return { limits, streams, wantedBps: offeredWireBps ?? Number.POSITIVE_INFINITY };
}

function shared(flows: readonly FlowPlan[], courses: readonly Course[]): FlowPlan[] {
  return flows.map((flow, i) => {
    const course = courses[i];
    const share = course === undefined ? undefined : steadyShare(course.stretches);
    const { limits = [], efficiency, predictedGoodputBps: alone } = flow;
    if (course === undefined || share === undefined || !Number.isFinite(share.bps)) return flow;
    const timed = alone === 0 ? flow : withTime(flow, course);
    if (limits.length === 0) return timed;
    const first = firstSecond(course.stretches, share.bps);
    const own = { ...timed, share: { bps: Math.round(share.bps), at: share.at, ...first } };
    if (share.at === null || efficiency === undefined || alone === 0) return own;
    const crowd = flows.filter((one) => one.limits?.some(({ at }) => at === share.at));
    const wire = limits.some(({ at, by }) => at === share.at && by === 'underlay');
    if (wire && crowd.length > 1 && crowd.some(({ protocol }) => protocol === 'UDP'))
      return { ...flow, share: own.share };
    return { ...own, predictedGoodputBps: Math.round(share.bps * efficiency) };
  });
}

/** Its last byte arrives a way of the wire after it was sent. */
function withTime(flow: FlowPlan, { stretches, complete }: Course): FlowPlan {
  const { volume, delayNs = 0 } = flow;
  if (volume === undefined || !complete) return flow;
  return { ...flow, volume: { ...volume, predictedNs: Math.round((stretches.at(-1)?.toNs ?? 0) + delayNs) } };
}

/** What it gets in its first second, where that is not what it gets after it. */
function firstSecond(stretches: readonly Stretch[], bps: number): { firstSecondBps?: number } {
  const firstSecondBps = Math.round(meanBps(stretches, { fromNs: 0, toNs: FIRST_SECOND_NS }));
  return stretches.length === 1 || firstSecondBps === Math.round(bps) ? {} : { firstSecondBps };
}

function meanBps(stretches: readonly Stretch[], time: TimeSpan): number {
  return meanOverTime(
    stretches.map(({ fromNs, toNs, share }) => ({ fromNs, toNs, bps: share.bps })),
    time,
  );
}

/** On average, without the first second of what lasts longer; bounded by what bounds it longest. */
function steadyShare(stretches: readonly Stretch[]): Stretch['share'] | undefined {
  const [first] = stretches;
  if (first === undefined || stretches.length === 1) return first?.share;
  const toNs = stretches.at(-1)?.toNs ?? 0;
  const steady = { fromNs: toNs > FIRST_SECOND_NS ? FIRST_SECOND_NS : 0, toNs };
  const longest = stretches.reduce((a, b) => (overlapNs(b, steady) > overlapNs(a, steady) ? b : a), first).share;
  // One without an end lasts longer than all others together.
  return toNs === Number.POSITIVE_INFINITY ? longest : { bps: meanBps(stretches, steady), at: longest.at };
}

/**
 * The flow as it would be with these limits in place of its own, its share aside: frames stay as they are, so payload keeps its part of the
 * rate. What nothing of could arrive before is not foretold to.
 */
export function underLimits(flow: FlowPlan, limits: readonly LimitOnWay[]): FlowPlan {
  const limit = smallestLimit(limits);
  const other = {
    ...flow,
    limits,
    configuredBps: limit?.bps ?? null,
    configuredBy: limit?.by ?? null,
    predictedGoodputBps: goodputUnder(flow, limit === null ? null : letsThroughBps(limit)),
  };
  delete other.share;
  return other;
}

/** Null where nothing bounds it, or where the plan does not tell what part of a frame is payload. */
function goodputUnder(flow: FlowPlan, limitBps: number | null): number | null {
  const { configuredBps, predictedGoodputBps, offeredBps, efficiency } = flow;
  if (predictedGoodputBps === 0) return 0;
  if (limitBps === null) return offeredBps;
  const atMost = (goodputBps: number): number => Math.round(Math.min(goodputBps, offeredBps ?? goodputBps));
  if (efficiency !== undefined) return atMost(limitBps * efficiency);
  if (configuredBps === null || predictedGoodputBps === null) return null;
  // The prediction is the smaller of both, so only one that is below the offer tells the limit's part.
  if (offeredBps === null || predictedGoodputBps < offeredBps)
    return atMost((predictedGoodputBps * limitBps) / configuredBps);
  return limitBps >= configuredBps ? offeredBps : null;
}
