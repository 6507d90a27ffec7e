/**
 * Whether a processor that the kernel wanted and did not get can be why a number was missed on the real clock. The rule and how
 * it was tried: docs/measurement.md, "A busy machine". Pure.
 */
import type { MachineRecord } from '../trace/record.ts';

/** Below this a machine is quiet: what is missed there is missed for another reason. */
export const QUIET_PCT = 10;

/** A sender that is held up for a part of the time loses at most so many times that part: TCP slows down besides. */
const MOST_FOR_EACH = 3;

/** Of the step's time: in which the kernel waited for a processor, or ran on one that a hypervisor had taken away. */
export function takenPct({ wallNs, ranNs, waitedNs, stolenPct }: MachineRecord): number {
  if (wallNs <= 0) return 0;
  return Math.min(100, ((waitedNs + (ranNs * stolenPct) / 100) / wallNs) * 100);
}

/**
 * @param taken as `takenPct` says
 * @param missedPct how far below its bound a rate is, in percent of it; null for a time or a count, which one delay can spoil
 */
export function explains(taken: number, missedPct: number | null): boolean {
  return taken >= QUIET_PCT && (missedPct === null || missedPct <= MOST_FOR_EACH * taken);
}

/** `the machine kept its processor from the kernel for 45 % of the time in which it was measured` */
export function starvationWords(taken: number): string {
  return `the machine kept a processor from the kernel for ${taken.toFixed(0)} % of the time`;
}
