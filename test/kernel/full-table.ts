/** A kernel whose tables of neighbours hold fewer than the lab needs: what its full table refuses must pass for nobody's verdict. */
import type { Kernel } from '../../sim/kernel/kernel.ts';
import type { StartCommand } from '../../sim/lab/protocol.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';
import { party, planOf, podOf, probesAmong } from '../lab/plans.ts';

const PODS = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => podOf(index + 1, name, index < 3 ? 'n1' : 'n2'));

/** Everybody asks everybody, without any policy: all would be allowed. */
export const ALL_PAIRS = planOf({
  pods: PODS,
  steps: [
    { kind: 'wait', pods: PODS.map(party), timeoutNs: 30e9 },
    { kind: 'probe', probes: probesAmong(PODS, 1), timeoutNs: 3e8 },
  ],
});

/** Six pods that need 30 of each family and more, in tables of four; or, with null, of what they need. */
export async function askAll(kernel: Kernel, mostNeighbours: number | null): Promise<Result> {
  const options = { showCommands: false, pcap: false, hold: false, samplingIntervalMs: 100 };
  const few = mostNeighbours === null ? {} : { mostNeighbours };
  const [clock] = kernel.clocks;
  const script: StartCommand = {
    type: 'start',
    plan: ALL_PAIRS,
    options: { ...options, ...few },
    kernel: { kind: kernel.kind, clock },
  };
  await using running = await kernel.start({ memoryMiB: 768, keepConsole: null, clock, script });
  if (clock === 'real') running.send(script);
  const measurement = createMeasurement();
  const records: TraceRecord[] = [];
  for await (const message of running.messages) {
    if (message.type === 'failure') throw new Error(message.message);
    if (message.type === 'trace') records.push(message.record);
  }
  for (const record of records) measurement.add(record);
  return measurement.result({ bootMs: null });
}

/** Of each status, how many checks there are. */
export function tally({ checks }: Result): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of checks) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
