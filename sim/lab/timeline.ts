/** The steps, one after the other, but for traffic in the background, which the others do not wait for. A step that fails is recorded with its words, and the lab goes on to the next. */
import type { StepPlan } from '../plan/plan.ts';
import type { StepRecord } from '../trace/record.ts';
import { sleep, type LabClock } from './clock.ts';
import { wordsOf } from './lab.ts';
import type { TakeCommands } from './shown-commands.ts';

/** What carries a step out; throws where the step fails. Ends soon when `signal` aborts. */
export type StepRunner<K extends StepPlan['kind']> = (
  step: Extract<StepPlan, { kind: K }>,
  signal: AbortSignal,
) => Promise<void>;

interface TimelineLab {
  readonly clock: Pick<LabClock, 'now'>;
  readonly record: (record: StepRecord) => void;
  readonly takeCommands: TakeCommands;
}

export type StepRunners = { readonly [K in StepPlan['kind']]: StepRunner<K> };

/** Told before the record that says so. */
export interface TimelineEvents {
  readonly onBegin?: (step: StepPlan) => void;
  readonly onEnd?: (step: StepPlan) => void;
  /** Nothing begins until the step is due. */
  readonly onPause?: () => void;
  /** A step that was to begin so long after another began begins so much later. */
  readonly onLate?: (step: StepPlan, lateNs: number) => void;
  /** A step that others wait for is over: whether it is to be done once more, from its beginning. */
  readonly again?: (step: StepPlan) => Promise<boolean>;
}

/** @returns whether every step was begun and ended before `signal` aborted */
export async function runTimeline(
  lab: TimelineLab,
  steps: readonly StepPlan[],
  runners: StepRunners,
  signal: AbortSignal,
  events: TimelineEvents = {},
): Promise<'completed' | 'interrupted'> {
  const background: Promise<void>[] = [];
  const begun = new Map<number, number>();
  for (const step of steps) {
    await untilDue(lab, step, begun, signal, events);
    if (signal.aborted) break;
    begun.set(step.index, lab.clock.now());
    const over = runStep(lab, step, runners, signal, events);
    if (step.kind === 'traffic' && step.background === true) background.push(over);
    else {
      await over;
      // Beside traffic in the background it would be another step the second time.
      if (background.length > 0) continue;
      if ((await events.again?.(step)) === true) await runStep(lab, step, runners, signal, events);
    }
  }
  await Promise.all(background);
  return signal.aborted ? 'interrupted' : 'completed';
}

/** Late by less than this is what timers are late by. */
const PUNCTUAL_NS = 10e6;

async function untilDue(
  { clock }: Pick<TimelineLab, 'clock'>,
  step: StepPlan,
  begun: ReadonlyMap<number, number>,
  signal: AbortSignal,
  { onLate, onPause }: TimelineEvents,
): Promise<void> {
  const since = step.notBefore === undefined ? undefined : begun.get(step.notBefore.step);
  if (step.notBefore === undefined || since === undefined) return;
  const leftNs = since + step.notBefore.ns - clock.now();
  if (leftNs > 0) {
    onPause?.();
    await sleep(leftNs, signal);
  }
  if (leftNs < -PUNCTUAL_NS) onLate?.(step, -leftNs);
}

async function runStep(
  lab: TimelineLab,
  step: StepPlan,
  runners: StepRunners,
  signal: AbortSignal,
  { onBegin, onEnd }: TimelineEvents,
): Promise<void> {
  onBegin?.(step);
  lab.record({ type: 'step', t: lab.clock.now(), step: step.index, state: 'started', ...lab.takeCommands() });
  const failure = await failureOf(step, runners, signal);
  onEnd?.(step);
  const message = signal.aborted ? 'interrupted' : failure;
  const t = lab.clock.now();
  const over = { type: 'step', t, step: step.index, ...lab.takeCommands() } as const;
  if (message === null) lab.record({ ...over, state: 'finished' });
  else lab.record({ ...over, state: 'failed', message });
}

async function failureOf(step: StepPlan, runners: StepRunners, signal: AbortSignal): Promise<string | null> {
  try {
    // The table's type says that each runner takes the step of its own kind; indexing it loses that.
    const run = runners[step.kind] as StepRunner<StepPlan['kind']>;
    await run(step, signal);
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}
