/**
 * How long a kernel's own processes wanted a processor of this machine and did not get one: the wait for a run queue of
 * /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst), and what a hypervisor took meanwhile.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { RunningKernel } from '../../kernel/kernel.ts';
import type { MachineRecord, TraceRecord } from '../../trace/record.ts';
import { fromProc, processorTicks } from '../watch-machine.ts';

/** Of one thread, cumulative, in nanoseconds. */
export interface ThreadTimes {
  readonly id: string;
  readonly ranNs: number;
  readonly waitedNs: number;
}

export interface GuestProc {
  /** Of all its threads that live. */
  readonly threads: () => readonly ThreadTimes[];
  /** Of the machine's processors, in ticks: all, and what a hypervisor took. */
  readonly ticks: () => { readonly all: number; readonly stolen: number };
  readonly nowNs: () => number;
}

interface Totals {
  readonly atNs: number;
  readonly ranNs: number;
  readonly waitedNs: number;
  readonly ticks: { readonly all: number; readonly stolen: number };
}

/** Guests begin and end processes of this machine; in between, this much of one may be missed. */
const LOOK_MS = 500;

export class GuestWatch implements Disposable {
  readonly #proc: GuestProc;
  readonly #threads = new Map<string, ThreadTimes>();
  readonly #begun = new Map<number, Totals>();
  #ranNs = 0;
  #waitedNs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(proc: GuestProc) {
    this.#proc = proc;
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  begin(step: number): void {
    this.#begun.set(step, this.#totals());
  }

  /** @param t the lab's; null for a step whose beginning was not told, or where this machine does not count */
  end(step: number, t: number): MachineRecord | null {
    const before = this.#begun.get(step);
    const now = this.#totals();
    this.#begun.delete(step);
    const wallNs = Math.round(now.atNs - (before?.atNs ?? now.atNs));
    if (before === undefined || wallNs <= 0 || now.ranNs + now.waitedNs === 0) return null;
    const all = now.ticks.all - before.ticks.all;
    const stolen = now.ticks.stolen - before.ticks.stolen;
    return {
      type: 'machine',
      t,
      step,
      wallNs,
      ranNs: Math.round(now.ranNs - before.ranNs),
      waitedNs: Math.round(now.waitedNs - before.waitedNs),
      stolenPct: all <= 0 ? 0 : Math.max(0, Math.round((stolen / all) * 1000) / 10),
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #totals(): Totals {
    this.#look();
    return { atNs: this.#proc.nowNs(), ranNs: this.#ranNs, waitedNs: this.#waitedNs, ticks: this.#proc.ticks() };
  }

  /** Adds up what each thread did since the last look: those that end take their counters along. */
  #look(): void {
    for (const thread of this.#proc.threads()) {
      const before = this.#threads.get(thread.id);
      this.#ranNs += Math.max(0, thread.ranNs - (before?.ranNs ?? 0));
      this.#waitedNs += Math.max(0, thread.waitedNs - (before?.waitedNs ?? 0));
      this.#threads.set(thread.id, thread);
    }
  }
}

/** Null on a clock that feels no machine. */
export function watchOf(kernel: Pick<RunningKernel, 'clock' | 'pids'>): GuestWatch | null {
  if (kernel.clock === 'virtual') return null;
  return new GuestWatch({
    threads: () => threadTimes(kernel.pids),
    ticks: () => processorTicks(fromProc),
    nowNs: () => performance.now() * 1e6,
  });
}

/**
 * What the machine did to the kernel while a flow that somebody asked for was sent, at the end of that flow's trace.
 * @param send gives the trace of one step; empty: nothing was recorded
 */
export async function withMachine(
  kernel: Pick<RunningKernel, 'clock' | 'pids'>,
  send: () => Promise<readonly TraceRecord[]>,
): Promise<readonly TraceRecord[]> {
  using watch = watchOf(kernel);
  watch?.begin(0);
  const records = await send();
  const end = records.at(-1);
  const machine = end === undefined ? null : (watch?.end(0, end.t) ?? null);
  return end === undefined || machine === null ? records : [...records.slice(0, -1), machine, end];
}

/** @param pids of the kernel's processes, as they are now */
export function threadTimes(pids: readonly number[]): ThreadTimes[] {
  return pids.flatMap((pid) => listed(`/proc/${pid}/task`).flatMap((thread) => timesOf(pid, thread)));
}

function timesOf(pid: number, thread: string): ThreadTimes[] {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);
    return ran === undefined || waited === undefined ? [] : [{ id: thread, ranNs: ran, waitedNs: waited }];
  } catch {
    return []; // it ended meanwhile, or this kernel does not count
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
