/**
 * Limits that change while packets flow. None is lost by it: what has a departure time keeps it, what is under way to the
 * IFB finds its limit there. What waits at the old rate leaves at the old rate, and the new one begins behind it: `CHANGE_NS` later at
 * most (queue-bounds.ts; behind less than 1 Mbit/s, where seven frames take longer, when those have left).
 */
import type { Charge } from '../../dataplane/bandwidth/charge.ts';
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import { decodeLimit, encodeLimit } from '../../dataplane/bpf/abi.generated.ts';
import { CHANGE_NS, chargedUntil } from '../../dataplane/bpf/queue-bounds.ts';
import { endpointDirectionKey } from '../../dataplane/bpf/policy-map.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import type { FqSpec } from '../linux/qdisc.ts';
import { chargeOf, type LimitsPlan } from '../plan/plan.ts';
import { sleep } from './clock.ts';
import { attachIfb } from './attach.ts';
import type { Dataplane } from './dataplane.ts';
import { pacedLimit } from './dataplane.ts';
import { boundSuperPackets } from './super-packet.ts';
import { departureQueue } from './departure-queue.ts';
import type { PodEndpoint } from './endpoint.ts';
import { hangQueue } from './engine/hang.ts';
import { root } from './engine/shaping.ts';
import type { Shaping } from './engine/shaping.ts';
import type { Lab } from './lab.ts';
import type { PoliciesInForce } from './policy.ts';

/** The engines whose limits are departure times of ours, both ways. */
const CHANGES: ReadonlySet<EngineName> = new Set(['ipvlane', 'edt']);

/** So fast that it is no limit, and still one: packets keep their order behind those that wait (10 Tbit/s). */
const AS_GOOD_AS_NONE_BPS = 10e12;

export interface LimitedLab {
  readonly lab: Lab;
  readonly dataplane: Dataplane;
  readonly policies: Pick<PoliciesInForce, 'admit'>;
  /** Takes the place of the endpoint of the same id. */
  readonly replace: (endpoint: PodEndpoint) => void;
}

/** Gives a pod these limits in place of those it has. Resolves when they hold. @throws SystemCallError */
export async function changeLimits(around: LimitedLab, endpoint: PodEndpoint, limits: LimitsPlan): Promise<void> {
  const { engine } = around.lab.plan;
  if (!CHANGES.has(engine))
    throw new Error(`limits of engine ${engine} do not change while it runs; those of ipvlane do`);
  let changed = endpoint;
  const going: Direction[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    const rateBps = rateOf(limits, direction);
    if (rateBps === rateOf(endpoint.plan.limits, direction)) continue;
    if (rateBps === null) {
      setRate(around, changed, direction, AS_GOOD_AS_NONE_BPS);
      going.push(direction);
    } else {
      changed = limit(around, changed, direction, rateBps);
    }
  }
  if (going.length > 0) await sleep(CHANGE_NS, new AbortController().signal);
  for (const direction of going) changed = { ...changed, limited: { ...changed.limited, [direction]: false } };
  if (going.includes('egress') && around.lab.plan.engine === 'ipvlane') boundSuperPackets(changed, null);
  changed = { ...changed, plan: { ...changed.plan, limits } };
  around.replace(changed);
  around.policies.admit(changed);
}

/** The rate first, then whatever sends packets to it. */
function limit(around: LimitedLab, before: PodEndpoint, direction: Direction, rateBps: number): PodEndpoint {
  setRate(around, before, direction, rateBps);
  if (direction === 'egress' && around.lab.plan.engine === 'ipvlane') boundSuperPackets(before, rateBps);
  const shaped = withQueue(around, before, direction, rateBps);
  const endpoint = { ...shaped, limited: { ...shaped.limited, [direction]: true } };
  around.replace(endpoint);
  around.policies.admit(endpoint);
  return endpoint;
}

/** A pod that nothing limited so far has no IFB; a slower limit may need an fq that keeps packets longer. */
function withQueue(around: LimitedLab, endpoint: PodEndpoint, direction: Direction, rateBps: number): PodEndpoint {
  const { rtnetlink, shaping } = endpoint;
  const shaped = paced(shaping[direction], rateBps, chargeOf(around.lab.plan));
  const changed = { ...endpoint, shaping: { ...shaping, [direction]: shaped } };
  if (direction === 'egress') {
    hangQueue(rtnetlink, endpoint.ifindex, shaped.queue);
    return changed;
  }
  if (endpoint.ifbIfindex !== null) {
    hangQueue(rtnetlink, endpoint.ifbIfindex, shaped.queue);
    return changed;
  }
  const ifbIfindex = around.lab.podIfindexes.take();
  // The IFB's own entry must be there before its first packet.
  around.policies.admit({ ...changed, ifbIfindex });
  attachIfb(endpoint, ifbIfindex, shaped, around.dataplane);
  return { ...changed, ifbIfindex };
}

/** Departure times and an fq that holds them at this rate, and what it holds already. */
function paced(before: Shaping | null, rateBps: number, charge: Charge): Shaping {
  const fq = before?.queue.map(({ spec }) => spec).find((spec) => spec.kind === 'fq');
  const queue = departureQueue(rateBps, charge);
  return { queue: [root(fq === undefined ? queue : largest(fq, queue))], police: null, paced: true };
}

/** An fq that is made smaller drops what it has no room for any more, so it only grows. */
function largest(a: FqSpec, b: FqSpec): FqSpec {
  const max = (field: 'limit' | 'flowLimit' | 'horizonNs'): Partial<FqSpec> => {
    const value = Math.max(a[field] ?? 0, b[field] ?? 0);
    return value === 0 ? {} : { [field]: value };
  };
  return { ...b, ...max('limit'), ...max('flowLimit'), ...max('horizonNs') };
}

function setRate({ lab, dataplane }: LimitedLab, endpoint: PodEndpoint, direction: Direction, rateBps: number): void {
  const { limits } = dataplane.maps;
  const { endpointId } = endpoint.plan;
  const fresh = pacedLimit(endpointId, direction, rateBps, lab.plan);
  const before = limits.lookup(endpointDirectionKey(endpointId, direction));
  if (before === null) {
    limits.update(fresh.key, fresh.value);
    return;
  }
  const { tLast, sparseUntil, rateBps: beforeBps } = decodeLimit(before);
  const now = Number(process.hrtime.bigint());
  const changed = {
    // The bounds of its queue belong to the rate; what has been sent so far stays charged.
    ...decodeLimit(fresh.value),
    tLast: chargedUntil(tLast, now, beforeBps, rateBps),
    owedFrom: now + CHANGE_NS,
    sparseUntil,
  };
  limits.update(fresh.key, encodeLimit(changed));
}

function rateOf(limits: LimitsPlan, direction: Direction): number | null {
  return direction === 'ingress' ? limits.ingressBps : limits.egressBps;
}
