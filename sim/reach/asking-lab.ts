/**
 * A lab that is there to be asked: a kernel with the plan's pods and no timeline. Answers come in the order of the questions.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Kernel, KernelOptions, RunningKernel } from '../kernel/kernel.ts';
import type { AgentCommand, AgentMessage, AskedTarget } from '../lab/protocol.ts';
import type { ClusterChange } from '../plan/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import type { TraceRecord } from '../trace/record.ts';

export interface Answer {
  /** By target, by sender: one character a receiver (`VerdictMark`, `WireMark`). */
  readonly rows: readonly (readonly string[])[];
  readonly durationNs: number;
  /** Program runs, or probes. */
  readonly operations: number;
  /** What the lab recorded meanwhile: counters and drops that moved. */
  readonly records: readonly TraceRecord[];
}

type Answered = Extract<AgentMessage, { type: 'answered' }>;

export class AskingLab implements AsyncDisposable {
  readonly kernel: RunningKernel;
  readonly #pending = new Map<number, Pending>();
  readonly #changes = new Map<number, Deferred<undefined>>();
  readonly #up = new Deferred<undefined>();
  #nextId = 1;
  #failed: Error | null = null;

  private constructor(kernel: RunningKernel) {
    this.kernel = kernel;
  }

  /**
   * Boots and builds; resolves when every pod is there.
   * @param standIns only devices that stand for the pods' slaves: enough to ask the programs, nobody else
   * @throws DiagnosticError of kind machine: the kernel does not boot, or a pod cannot be built
   */
  static async start(kernel: Kernel, plan: Plan, options: KernelOptions, standIns = false): Promise<AskingLab> {
    const lab = new AskingLab(await kernel.start(options));
    try {
      void lab.#pump();
      const { kind, clock } = lab.kernel;
      lab.kernel.send({
        type: 'start',
        plan: { ...plan, timeline: [] },
        options: { showCommands: false, pcap: false, hold: true, samplingIntervalMs: NEVER_MS, standIns },
        kernel: { kind, clock },
      });
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
    return this.#send((id) => ({ type: 'ask', id, mode, from, targets, timeoutNs }), targets.length);
  }

  /** Changes the living cluster; resolves when that is in force. @throws DiagnosticError in the lab's words */
  async change(what: string, change: ClusterChange): Promise<void> {
    const id = this.#nextId++;
    const done = new Deferred<undefined>();
    if (this.#failed !== null) throw this.#failed;
    this.#changes.set(id, done);
    this.kernel.send({ type: 'change', id, what, change });
    await done.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kernel[Symbol.asyncDispose]();
  }

  #send(command: (id: number) => AgentCommand, targets: number): Promise<Answer> {
    const id = this.#nextId++;
    const pending = new Pending(targets);
    if (this.#failed === null) {
      this.#pending.set(id, pending);
      this.kernel.send(command(id));
    } else pending.reject(this.#failed);
    return pending.promise;
  }

  async #pump(): Promise<void> {
    try {
      for await (const message of this.kernel.messages) this.#hear(message);
      const { diagnostic, console } = await this.kernel.ended;
      this.#fail(machine(diagnostic?.message ?? `the kernel ended; its console ended with:\n${console}`));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
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
    for (const pending of this.#pending.values()) pending.records.push(record);
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

  settle({ error, durationNs, operations }: Answered): void {
    if (error === undefined) this.resolve({ rows: this.#rows, records: this.records, durationNs, operations });
    else this.reject(machine(error));
  }
}

function machine(message: string, help: string | null = null): DiagnosticError {
  const remedy = help === null ? {} : { help };
  return new DiagnosticError('machine', [{ code: 'E502', severity: 'error', message, ...remedy }]);
}
