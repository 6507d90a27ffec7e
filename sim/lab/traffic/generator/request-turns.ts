/** When requests are asked: streams take turns within an interval, so that they do not measure each other. */
import type { FlowPlan } from '../../../plan/plan.ts';
import { sleep } from '../../clock.ts';
import type { LabClock } from '../../clock.ts';
import { metronome } from './metronome.ts';

/** How long the last answers may take after the last request; then they are lost. As long as the departure horizon. */
const LINGER_NS = 2e9;
const LOOK_NS = 5e6;

export interface Asker {
  ask(): void;
  /** Asked, and neither answered nor given up. */
  readonly unanswered: number;
}

/** Each asks once an interval, from its turn in the first one to the end of the flow. */
export async function inTurns(
  clock: Pick<LabClock, 'now'>,
  { epochNs, flow, everyNs }: { readonly epochNs: number; readonly flow: FlowPlan; readonly everyNs: number },
  askers: readonly Asker[],
  signal: AbortSignal,
): Promise<void> {
  const turns = askers.map((asker, i) => {
    const offsetNs = Math.floor((i * everyNs) / askers.length);
    // The first request goes out one interval after this: at its turn.
    const firstNs = epochNs + offsetNs - everyNs;
    const beat = { epochNs: firstNs, everyNs, durationNs: epochNs + flow.durationNs - firstNs };
    // The last beat is the end, and no request of its own.
    const ask = (n: number): void => {
      if (n * everyNs < beat.durationNs) asker.ask();
    };
    return metronome(clock, beat, ask, signal);
  });
  await Promise.all(turns);
}

/** Resolves when all are answered, or have had their time. */
export async function lastAnswers(
  clock: Pick<LabClock, 'now'>,
  askers: readonly Asker[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.now() + LINGER_NS;
  while (!signal.aborted && askers.some(({ unanswered }) => unanswered > 0) && clock.now() < deadline)
    await sleep(LOOK_NS, signal);
}
