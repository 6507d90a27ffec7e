/**
 * Tells a run that gets nowhere from one that takes long. Two clocks can run out: its kernel's processor time, when nothing at all
 * is heard of the lab (something in it spins, or it hangs), and the lab's own, when it lives but what it does never ends.
 */
import type { AgentMessage } from '../lab/protocol.ts';
import type { Plan, StepPlan } from '../plan/plan.ts';
import { GuestSilence } from './machine/guest-silence.ts';
import type { ThreadTimes } from './machine/watch-guest.ts';
import type { TraceRecord } from '../trace/record.ts';

export interface StallLimits {
  /**
   * Without any message, of the time in which its kernel had a processor or wanted none (machine/guest-silence.ts). A living agent
   * says something every few seconds of its time.
   */
  readonly silenceMs: number;
  /** Without progress, on the lab's clock, beyond what the step is planned to take. */
  readonly labNs: number;
}

const LOOK_MS = 1000;

export const STALL_LIMITS: StallLimits = { silenceMs: 120_000, labNs: 60e9 };

export class StallGuard implements Disposable {
  readonly #plan: Plan;
  readonly #limits: StallLimits;
  readonly #onStall: (words: string) => void;
  readonly #silence: GuestSilence;
  readonly #timer: NodeJS.Timeout;
  #last = 'it came up';
  #progressNs = 0;
  #plannedNs = 0;
  /** The last step that has begun. */
  #begun = -1;
  /** A lab that is held is expected to do nothing. */
  #held = false;

  /**
   * @param onStall called at most once, with what happened last, in words
   * @param threads of the kernel's own processes on this machine
   */
  constructor(
    plan: Plan,
    limits: StallLimits,
    onStall: (words: string) => void,
    threads: () => readonly ThreadTimes[] = () => [],
  ) {
    this.#plan = plan;
    this.#limits = limits;
    this.#onStall = onStall;
    this.#silence = new GuestSilence({ threads, nowMs: () => performance.now() });
    this.#timer = setInterval(() => this.#listen(), Math.min(LOOK_MS, limits.silenceMs));
  }

  heard(message: AgentMessage): void {
    this.#silence.broken();
    if (message.type === 'holding') this.#held = true;
    if (message.type === 'alive') this.#checkLabTime(message.t);
    if (message.type === 'trace') this.#note(message.record);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #listen(): void {
    const { silenceMs } = this.#limits;
    if (this.#silence.look() < silenceMs) return;
    clearInterval(this.#timer);
    const { wallMs } = this.#silence;
    // On a busy machine the two differ, and whoever waited has the wall's.
    const late =
      wallMs > 1.2 * silenceMs ? ` in which it had a processor (${(wallMs / 1000).toFixed(0)} s in all)` : '';
    this.#onStall(`nothing was heard of the lab for ${silenceMs / 1000} s${late}; the last was that ${this.#last}`);
  }

  #note(record: TraceRecord): void {
    if (SAMPLES.has(record.type)) {
      this.#checkLabTime(record.t);
      return;
    }
    this.#progressNs = record.t;
    this.#last = `${this.#wordsOf(record)}, at ${(record.t / 1e9).toFixed(3)} s of its time`;
    if (record.type !== 'step') return;
    const { [record.step]: step, [Math.max(this.#begun, record.step) + 1]: next } = this.#plan.timeline;
    this.#begun = Math.max(this.#begun, record.step);
    // Between two steps the next may have to wait until so long after another.
    if (record.state === 'started') this.#plannedNs = step === undefined ? 0 : plannedNs(step);
    else this.#plannedNs = next?.notBefore?.ns ?? 0;
  }

  #checkLabTime(t: number): void {
    const idle = t - this.#progressNs;
    if (this.#held || idle <= this.#plannedNs + this.#limits.labNs) return;
    this.#held = true; // said once
    this.#onStall(
      `the lab made no progress for ${(idle / 1e9).toFixed(0)} s of its time; the last was that ${this.#last}`,
    );
  }

  #wordsOf(record: TraceRecord): string {
    if (record.type === 'step') {
      const { [record.step]: step, length } = this.#plan.timeline;
      return `step ${record.step + 1}/${length} \`${step?.name ?? step?.kind ?? ''}\` ${record.state}`;
    }
    if (record.type === 'pod') return `pod ${record.pod} became ${record.state}`;
    if (record.type === 'build') return `${record.what} ${record.name} was built`;
    if (record.type === 'flow-state') return `flow ${record.flowId} ${record.state}`;
    if (record.type === 'flow') return `flow ${record.flowId} moved ${record.bytes} bytes`;
    return `a record of type ${record.type} came`;
  }
}

/** They come by the clock, whether the lab gets anywhere or not. */
const SAMPLES: ReadonlySet<TraceRecord['type']> = new Set(['endpoint', 'qdisc', 'drop']);

/** How long a step may be without a record of its own. */
function plannedNs(step: StepPlan): number {
  const own = [
    'durationNs' in step ? step.durationNs : 0,
    'timeoutNs' in step ? step.timeoutNs : 0,
    ...('flows' in step ? step.flows.map((flow) => flow.durationNs) : []),
  ];
  return Math.max(...own);
}
