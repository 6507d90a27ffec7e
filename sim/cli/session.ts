/**
 * One run, from a booted kernel to the last record: brings what the agent says into trace, measurement and view.
 * Whatever ends it (the last step, Ctrl-C, a dead kernel, a full disk), what was measured so far is on disk.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { AgentMessage, StartCommand } from '../lab/protocol.ts';
import type { AgentClient } from '../kernel/agent-client.ts';
import type { Measurement } from '../measure/observing/reduce.ts';
import { type TraceWriter, TraceWriteError } from '../trace/writer.ts';
import type { TraceRecord } from '../trace/record.ts';
import type { RunView } from '../../reports/terminal/view.ts';
import { Garbage } from './garbage.ts';
import type { OurFolder } from './output/our-folder.ts';
import { mayPass } from '../measure/machine/run-diagnostics.ts';
import { threadTimes, watchOf, type GuestWatch } from './machine/watch-guest.ts';
import { STALL_LIMITS, StallGuard, type StallLimits } from './stall-guard.ts';

export interface SessionParts {
  readonly agent: AgentClient;
  /** The lab; a kernel under a virtual clock has heard it before its boot. */
  readonly script: StartCommand;
  readonly trace: TraceWriter;
  readonly measurement: Measurement;
  readonly view: RunView;
  readonly folder: OurFolder;
  /** Aborted by Ctrl-C or `q`: the lab is asked to end in order. */
  readonly stop: AbortSignal;
  /** STALL_LIMITS when left out. */
  readonly stallLimits?: StallLimits;
  /** All steps are done and the lab is kept. */
  readonly onHolding: () => void;
  /** Messages that belong to programs started by `ipvlane exec`. */
  readonly onExec: (message: Extract<AgentMessage, { type: 'exec-output' | 'exec-exit' }>) => void;
  /** Every message: answers to what other terminals ask are among them. */
  readonly onMessage?: (message: AgentMessage) => void;
  readonly onMemory?: (message: Extract<AgentMessage, { type: 'memory' }>) => void;
}

/** Why the records ended. `machine` and `bug` carry words for people. */
export type SessionEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'interrupted' }
  /** It made no progress and was ended; `message` says what it did last. */
  | { readonly kind: 'timeout'; readonly message: string }
  | { readonly kind: 'machine' | 'bug'; readonly message: string; readonly help: string | null };

/** An agent that was asked to stop and has not said `bye` after this long is ended with its kernel. */
const GRACE_MS = 5_000;

export async function runSession(parts: SessionParts): Promise<SessionEnd> {
  const { agent, stop } = parts;
  const { clock } = agent.kernel;
  let grace: NodeJS.Timeout | undefined;
  const askToStop = (): void => {
    // Who hears nothing can only be ended; all in it ends with it.
    if (clock === 'virtual') return void agent.end();
    agent.send({ type: 'stop' });
    grace ??= setTimeout(() => void agent.end(), GRACE_MS);
  };
  if (stop.aborted) askToStop();
  stop.addEventListener('abort', askToStop, { once: true });
  try {
    if (clock === 'real') agent.send(parts.script);
    return await read(parts);
  } catch (error) {
    const reason = whyUnwritten(error);
    if (reason === null) throw error;
    return reason;
  } finally {
    stop.removeEventListener('abort', askToStop);
    clearTimeout(grace);
  }
}

async function read(parts: SessionParts): Promise<SessionEnd> {
  const { agent } = parts;
  let failure: SessionEnd | null = null;
  let outcome: SessionEnd | null = null;
  const stalls: SessionEnd[] = [];
  const retries = new Retries();
  using watch = watchOf(agent.kernel);
  const onStall = (message: string): void => {
    stalls.push({ kind: 'timeout', message });
    void agent.end();
  };
  const threads = () => threadTimes(agent.kernel.pids);
  using guard = new StallGuard(parts.script.plan, parts.stallLimits ?? STALL_LIMITS, onStall, threads);
  const garbage = agent.kernel.clock === 'virtual' ? new Garbage() : null;
  const hear = (message: AgentMessage): void => {
    garbage?.heard();
    parts.onMessage?.(message);
    switch (message.type) {
      case 'trace': {
        const { record } = message;
        take(parts, record);
        const told = toldOfMachine(parts, watch, record);
        if (told !== null) take(parts, told);
        if (record.type === 'end')
          outcome = record.outcome === 'interrupted' ? { kind: 'interrupted' } : { kind: 'completed' };
        break;
      }
      case 'step-over':
        agent.send({ type: 'again', step: message.step, again: retries.wants(parts, message.step) });
        break;
      case 'file':
        parts.folder.append(message.name, Buffer.from(message.data, 'base64'), message.last);
        break;
      case 'holding':
        parts.onHolding();
        break;
      case 'exec-output':
      case 'exec-exit':
        parts.onExec(message);
        break;
      case 'failure':
        failure = { kind: message.kind, message: withStack(message.message, message.stack), help: message.help };
        break;
      case 'memory':
        parts.onMemory?.(message);
        break;
      case 'changed':
      case 'answer-rows':
      case 'answered':
      case 'flow-record':
      case 'flowed':
      case 'hello':
      case 'credit':
      case 'alive':
      case 'finished':
      case 'bye':
        break;
    }
  };
  await agent.readLab(hear, guard);
  const seen = [...stalls, failure, outcome].find((end) => end !== null);
  if (seen !== undefined) return seen;
  if (parts.stop.aborted) return { kind: 'interrupted' };
  const { message, help } = await agent.whyGone(' in the middle of the run');
  const remedy = 'run it again; when it happens again, give a guest more --memory or choose another --kernel';
  return { kind: 'machine', message, help: help ?? remedy };
}

function take({ trace, measurement, view }: SessionParts, record: TraceRecord): void {
  trace.write(record);
  measurement.add(record);
  view.add(record);
}

/** What the machine did while a step with traffic ran, once it is over. */
function toldOfMachine({ script }: SessionParts, watch: GuestWatch | null, record: TraceRecord): TraceRecord | null {
  if (watch === null || record.type !== 'step' || script.plan.timeline[record.step]?.kind !== 'traffic') return null;
  if (record.state !== 'started') return watch.end(record.step, record.t);
  watch.begin(record.step);
  return null;
}

/** A step that the machine spoilt gets one more chance. */
class Retries {
  readonly #had = new Set<number>();

  wants({ measurement, script, view }: SessionParts, index: number): boolean {
    const step = script.plan.timeline[index];
    const { seen } = measurement;
    if (seen === null || step === undefined || this.#had.has(index) || !mayPass(seen, step, measurement.checks(step)))
      return false;
    this.#had.add(index);
    view.progress(`the machine was too busy to measure \`${step.name}\`: once more`);
    return true;
  }
}

/** The disk let us down in the middle: what is on it stays. */
function whyUnwritten(error: unknown): SessionEnd | null {
  if (error instanceof TraceWriteError)
    return { kind: 'machine', message: error.message, help: 'make room, or choose another folder with --out' };
  const [diagnostic] = error instanceof DiagnosticError && isOfDisk(error) ? error.diagnostics : [];
  if (diagnostic === undefined) return null;
  return { kind: 'machine', message: diagnostic.message, help: diagnostic.help ?? null };
}

/** What was a place to write when the run began, and is none any more, is the machine's. */
function isOfDisk({ kind, diagnostics }: DiagnosticError): boolean {
  return kind === 'machine' || diagnostics.some(({ code }) => code === 'E501');
}

function withStack(message: string, stack: string | null): string {
  return stack === null ? message : `${message}\n${stack}`;
}
