/**
 * A lab that is there to be asked: a kernel with the plan's pods and no timeline. Answers come in the order of the questions.
 */
import { isDeepStrictEqual } from 'node:util';
import { AgentClient, Silence } from '../kernel/agent-client.ts';
import type { Kernel, KernelOptions, RunningKernel } from '../kernel/kernel.ts';
import type { AgentMessage, AskedTarget, ForetoldCommand } from '../lab/protocol.ts';
import type { ClusterChange } from '../plan/cluster/cluster.ts';
import type { FlowPlan, Plan } from '../plan/plan.ts';
import type { TraceRecord } from '../trace/record.ts';
import type { Answer } from './answer.ts';
import { Answers, Deferred, labError, type Done, type Told } from './answers.ts';
import { flowTrace } from './flow-trace.ts';

export class AskingLab implements AsyncDisposable {
  readonly #plan: Plan;
  readonly #answers = new Answers();
  readonly #up = new Deferred<undefined>();
  /** What was told before the boot and not asked for yet, in order; null on a clock that hears. */
  #foretold: { readonly told: Told; readonly done: Promise<Done> }[] | null = null;
  #failed: Error | null = null;
  #agent: AgentClient | null = null;

  private constructor(plan: Plan) {
    this.#plan = plan;
  }

  get kernel(): RunningKernel {
    return this.#booted.kernel;
  }

  get #booted(): AgentClient {
    if (this.#agent === null) throw new Error('the lab has not booted');
    return this.#agent;
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
    options: KernelOptions & { readonly flows?: boolean },
    standIns = false,
    foretold: readonly Told[] = [],
  ): Promise<AskingLab> {
    const lab = new AskingLab(plan);
    const { clock = 'real' } = options;
    // Counters are looked at when something is asked, not in between; but a flow's rate is seen in between.
    const samplingIntervalMs = options.flows === true ? FLOW_SAMPLING_MS : NEVER_MS;
    const start = {
      type: 'start',
      plan: { ...plan, timeline: [] },
      options: { showCommands: false, pcap: false, hold: true, samplingIntervalMs, standIns },
      kernel: { kind: kernel.kind, clock },
    } as const;
    const script = clock === 'virtual' ? { script: { ...start, then: lab.#foretell(foretold) } } : {};
    lab.#agent = new AgentClient(await kernel.start({ ...options, ...script }));
    options.signal?.addEventListener('abort', () => lab.#stop(), { once: true });
    try {
      if (options.signal?.aborted === true) lab.#stop();
      void lab.#read();
      if (clock === 'real') lab.#booted.send(start);
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
    return this.#say({ type: 'ask', mode, from, targets, timeoutNs });
  }

  /** Changes the living cluster; resolves when that is in force. @throws DiagnosticError in the lab's words */
  async change(what: string, change: ClusterChange): Promise<void> {
    await this.#say({ type: 'change', what, change });
  }

  /** Sends one, which must be said in `options.flows`; gives a trace of it alone. @throws DiagnosticError of kind machine */
  async flow(flow: FlowPlan): Promise<readonly TraceRecord[]> {
    return flowTrace(this.#plan, flow, await this.#say({ type: 'flow', flow }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent?.end();
  }

  #foretell(all: readonly Told[]): ForetoldCommand[] {
    const expected = all.map((told) => ({ told, ...this.#answers.expect(told) }));
    this.#foretold = expected;
    return expected.map(({ command }) => command);
  }

  async #say<Asked extends Told>(told: Asked): Promise<Done<Asked>> {
    if (this.#foretold !== null) {
      const next = this.#foretold.shift();
      if (next !== undefined && isDeepStrictEqual(next.told, told)) return next.done as Promise<Done<Asked>>;
      throw new Error(`${told.type}: a guest under a virtual clock was not told of this before its boot`);
    }
    if (this.#failed !== null) throw this.#failed;
    const { command, done } = this.#answers.expect(told);
    this.#booted.send(command);
    return done;
  }

  async #read(): Promise<void> {
    const agent = this.#booted;
    // A guest that spins under a virtual clock stands still for ever; one that lives says so.
    using silence = agent.kernel.clock === 'virtual' ? new Silence(SILENCE_MS, () => this.#giveUp()) : null;
    try {
      await agent.readLab((message) => this.#hear(message), silence);
      this.#fail(labError((await agent.whyGone()).message));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #giveUp(): void {
    this.#end(labError(`nothing was heard of the lab for ${SILENCE_MS / 1000} s`));
  }

  #stop(): void {
    this.#end(labError('interrupted'));
  }

  #end(why: Error): void {
    this.#fail(why);
    void this.#booted.end();
  }

  #hear(message: AgentMessage): void {
    if (message.type === 'holding') this.#up.resolve(undefined);
    if (message.type === 'failure') this.#fail(labError(message.message, message.help));
    if (message.type === 'trace' && message.record.type === 'pod' && message.record.state === 'Failed') {
      const { pod, message: why = 'for no reason given' } = message.record;
      this.#fail(labError(`pod ${pod} cannot be built: ${why}`));
    }
    this.#answers.hear(message);
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#up.reject(error);
    this.#answers.fail(error);
  }
}

const NEVER_MS = 2 ** 30;
const FLOW_SAMPLING_MS = 100;

/** On the wall clock. */
const SILENCE_MS = 300_000;
