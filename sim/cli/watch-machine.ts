/** Watches how busy this machine is, from the front end's side: what the kernel has counted before and after. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { MachineLoad } from '../measure/machine/machine-load.ts';

/** Reads a file of `/proc`; null where the kernel has none. */
export type ReadProc = (name: string) => string | null;

/** @returns what to call when it is over */
export function watchMachine(nowMs: () => number, readProc: ReadProc = fromProc): () => MachineLoad {
  const before = { ms: nowMs(), waitedUs: waitedUs(readProc), ticks: processorTicks(readProc) };
  return () => {
    const elapsedUs = (nowMs() - before.ms) * 1000;
    const waited = waitedUs(readProc);
    const ticks = processorTicks(readProc);
    const all = ticks.all - before.ticks.all;
    return {
      processors: availableParallelism(),
      cpu_waiting_pct:
        waited === null || before.waitedUs === null || elapsedUs <= 0
          ? null
          : Math.min(100, ((waited - before.waitedUs) / elapsedUs) * 100),
      steal_pct: all === 0 ? 0 : ((ticks.stolen - before.ticks.stolen) / all) * 100,
      load_1m: Number((readProc('loadavg') ?? '0').split(' ')[0]),
    };
  };
}

/** `some avg10=… total=MICROSECONDS` (Documentation/accounting/psi.rst). */
function waitedUs(readProc: ReadProc): number | null {
  const total = /^some .*total=(\d+)$/m.exec(readProc('pressure/cpu') ?? '')?.[1];
  return total === undefined ? null : Number(total);
}

/** `cpu user nice system idle iowait irq softirq steal …` (proc_stat(5)). */
export function processorTicks(readProc: ReadProc): { readonly all: number; readonly stolen: number } {
  const fields =
    /^cpu +(.*)$/m
      .exec(readProc('stat') ?? '')?.[1]
      ?.split(' ')
      .map(Number) ?? [];
  // Guest time is in user time already.
  return { all: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0), stolen: fields[7] ?? 0 };
}

export function fromProc(name: string): string | null {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    // Pressure needs CONFIG_PSI, and containers may hide it: then nothing is said of it.
    return null;
  }
}
