/** The limits on a flow's way, by place: flows that pass one place share what it has. */
import type { LimitOnWay } from '../plan.ts';

/** The smallest of what they let through, the first of equals; null: none. */
export function smallestLimit<Limit extends Pick<LimitOnWay, 'bps' | 'takes'>>(limits: readonly Limit[]): Limit | null {
  return limits.reduce<Limit | null>(
    (least, one) => (least === null || letsThroughBps(one) < letsThroughBps(least) ? one : least),
    null,
  );
}

/** Bits per second of the flow, as pods' limits charge its frames. */
export function letsThroughBps({ bps, takes = 1 }: Pick<LimitOnWay, 'bps' | 'takes'>): number {
  return bps / takes;
}

/** @param egressBps of the sender, `ingressBps` of the receiver, as they are now; what the wire has stays as `limits` says */
export function withPodLimits(
  {
    from,
    to,
    limits = [],
  }: { readonly from: string; readonly to: string; readonly limits?: readonly LimitOnWay[] | undefined },
  egressBps: number | null,
  ingressBps: number | null,
): readonly LimitOnWay[] {
  return [
    ...(egressBps === null ? [] : [{ at: `egress of ${from}`, by: 'egress' as const, bps: egressBps }]),
    ...limits.filter(({ by }) => by === 'underlay'),
    ...(ingressBps === null ? [] : [{ at: `ingress of ${to}`, by: 'ingress' as const, bps: ingressBps }]),
  ];
}

/** Bits per second of the pod's at that end; null: none. */
export function limitBy(by: 'egress' | 'ingress', limits: readonly LimitOnWay[] = []): number | null {
  return limits.find((one) => one.by === by)?.bps ?? null;
}
