/**
 * What a step leaves behind that would spoil the next: full queues, and fragments of datagrams that never became whole, which keep
 * the memory for reassembly for half a minute. It is waited for, and said; beside traffic in the background it is only said.
 */
import type { ReassemblyMemory } from '../../linux/network-counters.ts';
import { sleep } from '../clock.ts';
import type { Lab } from '../lab.ts';
import { note } from '../lab.ts';

export interface Surroundings {
  /** Packets in queues on the way, now. */
  readonly queued: () => number;
  /** Of each who takes part. */
  readonly reassembly: () => readonly (ReassemblyMemory & { readonly of: string })[];
}

/** Resolves when nothing is left that spoils the step, or waiting does not help. */
export async function awaitCalm(
  lab: Pick<Lab, 'clock' | 'record'>,
  { queued, reassembly }: Surroundings,
  mayWait: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (mayWait) await until(lab, () => queued() === 0, QUEUES_NS, signal);
  const full = reassembly().filter(isFull);
  const [first] = full;
  if (first === undefined) return;
  const words = full.map(({ of, bytes }) => `${of} (${Math.round(bytes / 1000)} kB)`).join(', ');
  const what = `fragments of datagrams that did not become whole, left by an earlier step, filled the memory for reassembly of ${words}`;
  if (!mayWait) {
    note(lab, 'warning', `${what}: fragmented datagrams of this step may be lost for it`);
    return;
  }
  const begun = lab.clock.now();
  await until(lab, () => !reassembly().some(isFull), (first.seconds + 1) * 1e9, signal);
  const waited = ((lab.clock.now() - begun) / 1e9).toFixed(1);
  note(lab, 'info', `${what}; the step began ${waited} s later, when it was free again`);
}

/** A quarter of it is more than a step that loses fragments now and then leaves. */
function isFull({ bytes, mostBytes }: ReassemblyMemory): boolean {
  return bytes > mostBytes / 4;
}

async function until(
  { clock }: Pick<Lab, 'clock'>,
  done: () => boolean,
  mostNs: number,
  signal: AbortSignal,
): Promise<void> {
  const begun = clock.now();
  while (!signal.aborted && clock.now() - begun < mostNs && !done()) await sleep(LOOK_NS, signal);
}

const LOOK_NS = 50e6;
/** As long as a flow waits for its last packets. */
const QUEUES_NS = 3e9;
