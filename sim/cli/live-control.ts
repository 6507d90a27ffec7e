/**
 * What other terminals ask of the lab of this run. Changes are planned here, where the manifests are, on the cluster as the lab
 * says it stands; the agent carries them out. Questions get the plan of that cluster, or the agent's answer.
 */
import type { AgentCommand, AgentMessage } from '../lab/protocol.ts';
import type { ChangeRequest } from '../manifest/scenario/change-request.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { memoryFiles } from '../manifest/finding/memory-files.ts';
import { readApplied } from '../manifest/read-applied.ts';
import { titleOfChange } from '../plan/cluster/describe-change.ts';
import type { LiveChanges } from '../plan/cluster/live-changes.ts';
import { planWithCluster } from '../plan/cluster/cluster.ts';
import type { FlowPlan, Plan } from '../plan/plan.ts';
import { Answers, type Done, type Told } from '../reach/answers.ts';
import { flowTrace } from '../reach/flow-trace.ts';
import type { Clock, TraceRecord } from '../trace/record.ts';
import { withMachine } from './machine/watch-guest.ts';
import type { AskReply, FlowReply, LabQuestion, LiveReply, PlanReply, WhoReply } from './held/questions.ts';

/** What `apply` sends is text: positions and all come from reading it. */
export type LiveRequest =
  { readonly verb: 'apply'; readonly files: readonly SourceFile[] } | Exclude<ChangeRequest, { verb: 'apply' }>;

/** The lab's kernel, as far as questions and changes concern it. */
interface AskedKernel {
  readonly kind: string;
  readonly release: string;
  readonly clock: Clock;
  readonly pids: readonly number[];
  send(command: AgentCommand): void;
}

export class LiveControl {
  readonly #live: LiveChanges;
  readonly #answers = new Answers();
  readonly #held: boolean;
  /** With the wire as it is now. */
  #plan: Plan;
  #holding = false;
  /** One after the other: each is planned on what the one before it left. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param held the lab is kept after its last step */
  constructor(live: LiveChanges, plan: Plan, held: boolean) {
    this.#live = live;
    this.#plan = plan;
    this.#held = held;
  }

  /** Hears every message of the agent: a step that is done changes what commands find. */
  hear(message: AgentMessage): void {
    this.#answers.hear(message);
    if (message.type === 'holding') this.#holding = true;
    if (message.type === 'trace') this.#see(message.record);
  }

  #see(record: TraceRecord): void {
    if (record.type === 'change' && record.step !== null) this.#live.stepDone(record.step);
    if (record.type !== 'step' || record.state !== 'finished') return;
    const step = this.#plan.timeline[record.step];
    if (step?.kind === 'underlay') this.#plan = { ...this.#plan, underlay: step.underlay };
  }

  handle(request: LiveRequest | LabQuestion, kernel: AskedKernel): Promise<LiveReply | QuestionReply> {
    switch (request.verb) {
      case 'who': {
        const { kind, release, clock } = kernel;
        const scenario = this.#plan.scenario.name;
        return Promise.resolve({ scenario, kernel: { kind, release, clock }, held: this.#held });
      }
      case 'plan':
        return Promise.resolve({ plan: planWithCluster(this.#plan, this.#live.real) });
      case 'ask': {
        const { mode, from, targets, timeoutNs } = request;
        return orError(async () => ({
          answer: await this.#say({ type: 'ask', mode, from, targets, timeoutNs }, kernel),
        }));
      }
      case 'flow':
        return orError(() => this.#flow(request.flow, kernel));
      case 'apply':
      case 'delete':
      case 'restart':
      case 'label':
      case 'annotate':
      case 'scale':
        return this.#change(request, kernel);
    }
  }

  async #flow(flow: FlowPlan, kernel: AskedKernel): Promise<FlowReply> {
    if (!this.#holding)
      return { error: 'its steps are still running, and a flow beside them would spoil what they measure' };
    const plan = planWithCluster(this.#plan, this.#live.real);
    const send = async () => flowTrace(plan, flow, await this.#say({ type: 'flow', flow }, kernel));
    return { records: await withMachine(kernel, send) };
  }

  #say<Asked extends Told>(told: Asked, kernel: AskedKernel): Promise<Done<Asked>> {
    const { command, done } = this.#answers.expect(told);
    kernel.send(command);
    return done;
  }

  #change(request: LiveRequest, kernel: AskedKernel): Promise<LiveReply> {
    const handled = this.#last.then(() => this.#carryOut(request, kernel));
    this.#last = handled.catch(() => undefined);
    return handled;
  }

  async #carryOut(request: LiveRequest, kernel: AskedKernel): Promise<LiveReply> {
    const { resolved, diagnostics, undo } = this.#live.planCommand(asRequest(request), this.#plan.underlay);
    if (resolved === null) return { diagnostics, error: null, record: null };
    if (Object.keys(resolved.change).length === 0) return { diagnostics, error: null, record: null };
    const what = titleOfChange(request.verb, resolved.change);
    const changed = await orError(async () => ({
      record: await this.#say({ type: 'change', what, change: resolved.change }, kernel),
    }));
    if ('error' in changed) {
      undo();
      return { diagnostics, error: changed.error, record: null };
    }
    this.#live.commandDone(resolved);
    return { diagnostics, error: null, record: changed.record };
  }
}

type QuestionReply = WhoReply | PlanReply | AskReply | FlowReply;

async function orError<T>(work: () => Promise<T>): Promise<T | { readonly error: string }> {
  try {
    return await work();
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function asRequest(request: LiveRequest): ChangeRequest {
  if (request.verb !== 'apply') return request;
  const texts = new Map(request.files.map(({ file, text }) => [file, text]));
  const { objects, services } = readApplied([...texts.keys()], memoryFiles(Object.fromEntries(texts)));
  return { verb: 'apply', objects, services };
}
