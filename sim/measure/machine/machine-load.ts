/**
 * How busy the machine was while a run went on, by its own wall clock, and whether that can be why numbers were missed. It is no
 * part of the trace: a virtual clock does not feel it.
 */
import type { Check, Result } from '../result.ts';

export interface MachineLoad {
  readonly processors: number;
  /** Part of the time in which some process waited for a processor (pressure stall information); null: the kernel does not tell. */
  readonly cpu_waiting_pct: number | null;
  /** Part of the processors' time that a hypervisor gave to others. */
  readonly steal_pct: number;
  /** Processes that ran or waited to, averaged over the last minute of the run (`/proc/loadavg`). */
  readonly load_1m: number;
}

/** A run that is alone keeps below these: see docs/measurement.md. */
const WAITING_PCT = 25;
const STEAL_PCT = 5;

/** `80 % of the time a process waited for a processor, load 10.7 on 2 processors` */
export function describeLoad({ processors, cpu_waiting_pct: waiting, steal_pct: steal, load_1m }: MachineLoad): string {
  return [
    ...(waiting === null ? [] : [`${waiting.toFixed(0)} % of the time a process waited for a processor`]),
    ...(steal < 1 ? [] : [`${steal.toFixed(0)} % of the processors' time went to other virtual machines`]),
    `load ${load_1m.toFixed(1)} on ${processors} processor${processors === 1 ? '' : 's'}`,
  ].join(', ');
}

/** What to say beside the verdict of a run on the real clock that missed numbers on a busy machine; null otherwise. */
export function busyMachineHint(load: MachineLoad | null, { kernel, checks }: Result): string | null {
  if (load === null || kernel.clock !== 'real' || !isBusy(load) || !checks.some(missedNumber)) return null;
  return `the machine was busy (${describeLoad(load)}), and the real clock feels that: use --clock virtual`;
}

function isBusy({ processors, cpu_waiting_pct: waiting, steal_pct: steal, load_1m }: MachineLoad): boolean {
  return steal >= STEAL_PCT || (waiting === null ? load_1m > processors : waiting >= WAITING_PCT);
}

/** A rate, an error or a time; who reaches whom does not depend on how fast it is. */
function missedNumber({ status, measured, unit }: Check): boolean {
  return status === 'fail' && typeof measured === 'number' && unit !== null && FELT.has(unit);
}

const FELT: ReadonlySet<string> = new Set(['bit/s', '%', 'us']);
