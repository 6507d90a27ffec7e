/**
 * Whether the machine can be why a number was missed on the real clock: it kept a processor from the kernel, or the kernel used all
 * that one processor can do. The rules and how they were tried: docs/measurement.md, "A busy machine". Pure.
 */
import type { MachineRecord } from '../../trace/record.ts';

/**
 * Below this no time and no count is late by the machine, and no kernel is slow by it. A rate has no such bound: what a sender
 * waited for in a tenth of a second here and there is lost to it, however little of the whole that was.
 */
const QUIET_PCT = 10;

/** A sender that is held up for a part of the time loses at most so many times that part: TCP slows down besides. */
const MOST_FOR_EACH = 3;

/** A kernel that was idle for less than this of the time that it was given had no processor left. */
const NO_IDLE_PCT = 3;

/** What a machine did to a kernel during a step, in percent. */
export interface MachineUse {
  /** Of the step's time: in which the kernel waited for a processor, or ran on one that a hypervisor had taken away. */
  readonly takenPct: number;
  /** Of the time in which a processor was there for the kernel: in which it ran on it. A guest has one. */
  readonly busyPct: number;
}

export function machineUse({ wallNs, ranNs, waitedNs, stolenPct }: MachineRecord): MachineUse {
  if (wallNs <= 0) return { takenPct: 0, busyPct: 0 };
  const given = wallNs - waitedNs;
  return {
    takenPct: Math.min(100, ((waitedNs + (ranNs * stolenPct) / 100) / wallNs) * 100),
    busyPct: given <= 0 ? 100 : Math.min(100, (ranNs / given) * 100),
  };
}

/** Of a number that a late processor changes, and that was missed. */
export type Missed =
  /** A rate: by how much it is below its bound, in percent of that. */
  | { readonly kind: 'rate'; readonly pct: number }
  /** The median of a time: as many samples as not must have been late. */
  | { readonly kind: 'median' }
  /** A time that few samples make, or a count: one delay can spoil it. */
  | { readonly kind: 'single' };

/** Why the machine explains it, in words; null where it does not. */
export function explanation(use: MachineUse, missed: Missed): string | null {
  const { takenPct: taken } = use;
  const most = MOST_FOR_EACH * taken;
  const isTaken =
    missed.kind === 'rate' ? missed.pct <= most : taken >= QUIET_PCT && (missed.kind === 'single' || 50 <= most);
  if (isTaken) return `the machine kept a processor from the kernel for ${taken.toFixed(0)} % of the time`;
  // What is too slow for a rate is not by that too late for a packet.
  if (missed.kind === 'rate' && isSaturated(use))
    return `the kernel's processor was busy for ${use.busyPct.toFixed(0)} % of the time that it had: this machine carries no more`;
  return null;
}

/** Such a kernel is slow at its best: a second try would find it no faster. */
export function isTooSlow(use: MachineUse): boolean {
  return use.takenPct < QUIET_PCT && isSaturated(use);
}

export function isSaturated({ busyPct }: MachineUse): boolean {
  return busyPct > 100 - NO_IDLE_PCT;
}
