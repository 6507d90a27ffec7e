/**
 * A lab that is there to be asked: a kernel with the plan's pods and no timeline. Answers come in the order of the questions.
 */
import { isDeepStrictEqual } from 'node:util';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Kernel, KernelOptions, RunningKernel } from '../kernel/kernel.ts';
import type { AgentMessage, AskedTarget, ForetoldCommand } from '../lab/protocol.ts';
import type { ClusterChange } from '../plan/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import type { TraceRecord } from '../trace/record.ts';

export interface Answer {
  /** By target, by sender: one character a receiver (`VerdictMark`, `WireMark`). */
  readonly rows: readonly (readonly string[])[];
  readonly durationNs: number;
  /** Program runs, or probes. */
  readonly operations: number;
  /** Of the wire: how many were answered only when they had been asked again, because a packet was lost or late. */
  readonly late: number;
  /** What the lab recorded meanwhile: counters and drops that moved. */
  readonly records: readonly TraceRecord[];
}

/** What is said to a lab; under a virtual clock all of it before the boot. */
export type Told = WithoutId<ForetoldCommand>;

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

type Answered = Extract<AgentMessage, { type: 'answered' }>;

export class AskingLab implements AsyncDisposable {
  readonly #pending = new Map<number, Pending>();
  readonly #changes = new Map<number, Deferred<undefined>>();
  readonly #up = new Deferred<undefined>();
  /** What was told before the boot and not asked for yet, in order; null on a clock that hears. */
  #foretold: { readonly told: Told; readonly done: Promise<Answer | undefined> }[] | null = null;
  #nextId = 1;
  #failed: Error | null = null;
  #kernel: RunningKernel | null = null;

  private constructor() {
    // start() is the way in
  }

  get kernel(): RunningKernel {
    if (this.#kernel === null) throw new Error('the lab has not booted');
    return this.#kernel;
  }

  /**
   * Boots and builds; resolves when every pod is there.
   * @param standIns only devices that stand for the pods' slaves: enough to ask the programs, nobody else
   * @param foretold under a virtual clock (`options.clock`) all that ask() and change() will say, in that order
   * @throws DiagnosticError of kind machine: the kernel does not boot, or a pod cannot be built
   */
  static async start(
    kernel: Kernel,
    plan: Plan,
    options: KernelOptions,
    standIns = false,
    foretold: readonly Told[] = [],
  ): Promise<AskingLab> {
    const lab = new AskingLab();
    const { clock = 'real' } = options;
    const start = {
      type: 'start',
      plan: { ...plan, timeline: [] },
      options: { showCommands: false, pcap: false, hold: true, samplingIntervalMs: NEVER_MS, standIns },
      kernel: { kind: kernel.kind, clock },
    } as const;
    const script = clock === 'virtual' ? { script: { ...start, then: lab.#foretell(foretold) } } : {};
    lab.#kernel = await kernel.start({ ...options, ...script });
    try {
      void lab.#pump();
      if (clock === 'real') lab.kernel.send(start);
      await lab.#up.promise;
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** @throws Error in the lab's words when it could not be answered */
  ask(
    mode: 'verdict' | 'wire',
    from: readonly string[],
    targets: readonly AskedTarget[],
    timeoutNs: number,
  ): Promise<Answer> {
    return this.#say({ type: 'ask', mode, from, targets, timeoutNs }) as Promise<Answer>;
  }

  /** Changes the living cluster; resolves when that is in force. @throws DiagnosticError in the lab's words */
  async change(what: string, change: ClusterChange): Promise<void> {
    await this.#say({ type: 'change', what, change });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kernel?.[Symbol.asyncDispose]();
  }

  #foretell(all: readonly Told[]): ForetoldCommand[] {
    const expected = all.map((told) => ({ told, ...this.#expect(told) }));
    this.#foretold = expected;
    return expected.map(({ command }) => command);
  }

  async #say(told: Told): Promise<Answer | undefined> {
    if (this.#foretold !== null) {
      const next = this.#foretold.shift();
      if (next !== undefined && isDeepStrictEqual(next.told, told)) return next.done;
      throw new Error(`${told.type}: a guest under a virtual clock was not told of this before its boot`);
    }
    if (this.#failed !== null) throw this.#failed;
    const { command, done } = this.#expect(told);
    this.kernel.send(command);
    return done;
  }

  /** Numbers it; `done` settles when the lab has answered that number. */
  #expect(told: Told): { readonly command: ForetoldCommand; readonly done: Promise<Answer | undefined> } {
    const command = { ...told, id: this.#nextId++ };
    if (command.type === 'change') {
      const change = new Deferred<undefined>();
      this.#changes.set(command.id, change);
      return { command, done: change.promise };
    }
    const pending = new Pending(command.targets.length);
    this.#pending.set(command.id, pending);
    return { command, done: pending.promise };
  }

  async #pump(): Promise<void> {
    // A guest that spins under a virtual clock stands still for ever; one that lives says so.
    const watched = this.kernel.clock === 'virtual';
    const watch = (): NodeJS.Timeout | undefined =>
      watched ? setTimeout(() => this.#giveUp(), SILENCE_MS) : undefined;
    let silence = watch();
    try {
      for await (const message of this.kernel.messages) {
        clearTimeout(silence);
        silence = watch();
        this.#hear(message);
      }
      const { diagnostic, console } = await this.kernel.ended;
      this.#fail(machine(diagnostic?.message ?? `the kernel ended; its console ended with:\n${console}`));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      clearTimeout(silence);
    }
  }

  #giveUp(): void {
    this.#fail(machine(`nothing was heard of the lab for ${SILENCE_MS / 1000} s`));
    void this.kernel[Symbol.asyncDispose]();
  }

  #hear(message: AgentMessage): void {
    if (message.type === 'holding') this.#up.resolve(undefined);
    if (message.type === 'failure') this.#fail(machine(message.message, message.help));
    if (message.type === 'trace') this.#record(message.record);
    if (message.type === 'answer-rows') this.#pending.get(message.id)?.add(message.target, message.rows);
    if (message.type === 'changed') {
      if ('error' in message) this.#changes.get(message.id)?.reject(machine(message.error));
      else this.#changes.get(message.id)?.resolve(undefined);
      this.#changes.delete(message.id);
    }
    if (message.type === 'answered') {
      this.#pending.get(message.id)?.settle(message);
      this.#pending.delete(message.id);
    }
  }

  #record(record: TraceRecord): void {
    if (record.type === 'pod' && record.state === 'Failed')
      this.#fail(machine(`pod ${record.pod} cannot be built: ${record.message ?? 'for no reason given'}`));
    for (const pending of this.#pending.values()) {
      pending.records.push(record);
      if (this.#foretold !== null) break; // the others' turn has not come
    }
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#up.reject(error);
    for (const pending of [...this.#pending.values(), ...this.#changes.values()]) pending.reject(error);
    this.#changes.clear();
    this.#pending.clear();
  }
}

/** Counters are looked at when something is asked, not in between. */
const NEVER_MS = 2 ** 30;

/** On the wall clock. */
const SILENCE_MS = 300_000;

class Deferred<T> {
  readonly promise: Promise<T>;
  resolve: (value: T) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits hears of it; nobody waiting is no fault.
    this.promise.catch(() => undefined);
  }
}

class Pending extends Deferred<Answer> {
  readonly records: TraceRecord[] = [];
  readonly #rows: string[][];

  constructor(targets: number) {
    super();
    this.#rows = Array.from({ length: targets }, () => []);
  }

  add(target: number, rows: readonly string[]): void {
    this.#rows[target]?.push(...rows);
  }

  settle({ error, durationNs, operations, late = 0 }: Answered): void {
    if (error === undefined) this.resolve({ rows: this.#rows, records: this.records, durationNs, operations, late });
    else this.reject(machine(error));
  }
}

function machine(message: string, help: string | null = null): DiagnosticError {
  const remedy = help === null ? {} : { help };
  return new DiagnosticError('machine', [{ code: 'E502', severity: 'error', message, ...remedy }]);
}
