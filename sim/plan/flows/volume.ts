/** A flow that ends when a number of bytes has arrived: what each stream carries, and what that takes on the wire. */
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import type { Family } from '../../../dataplane/policy/address.ts';
import { tcpWireBytes } from './goodput.ts';
import type { VolumePlan } from '../plan.ts';

/** Bytes of each stream: the first ones carry one more where the volume does not divide. */
export function partsOf(bytes: number, streams: number): number[] {
  return Array.from({ length: streams }, (_, i) => Math.floor(bytes / streams) + (i < bytes % streams ? 1 : 0));
}

/** Each stream carries its part in segments of its own. */
export function volumeOf(
  bytes: number,
  streams: number,
  { family, mtu, charge }: { readonly family: Family; readonly mtu: number; readonly charge?: Charge },
): VolumePlan {
  const wireBytes = partsOf(bytes, streams).reduce((sum, part) => sum + tcpWireBytes(family, mtu, part, charge), 0);
  return { bytes, wireBytes };
}
