/** What a corpus must have met to say anything. */
import { expect } from 'vitest';
import { DropReason } from '../../../dataplane/bpf/abi.generated.ts';

/** What no packet by itself can be the reason of: faults of the loader, room, limits, and the way it came. */
const NOT_OF_PACKETS = [
  'UNKNOWN_ENDPOINT',
  'CT_INSERT_FAILED',
  'EDT_HORIZON',
  'NO_LIMIT',
  'AQM',
  'AROUND_EGRESS',
  'NEIGHBOR_RATE',
];

/** It reaches every reason, and most packets of it do not pass. */
export function expectWhole(
  { packets, decisions }: { readonly packets: number; readonly decisions: Iterable<readonly [string, number]> },
  wanted: number,
): void {
  expect(packets).toBeGreaterThanOrEqual(wanted);
  const taken = new Map(decisions);
  const reasons = Object.keys(DropReason).filter((name) => !NOT_OF_PACKETS.includes(name));
  expect([...taken.keys()].sort()).toEqual([...reasons, 'pass'].sort());
  expect(Math.min(...taken.values())).toBeGreaterThan(wanted / 5000);
}
