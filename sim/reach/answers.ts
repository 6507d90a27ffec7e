/**
 * Questions to a lab and their answers, told apart by number: what is on its way, and what the lab has counted until now.
 * Whoever reads the lab's messages passes them on.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { AgentMessage, ForetoldCommand } from '../lab/protocol.ts';
import type { ChangeRecord, RunRecord, TraceRecord } from '../trace/record.ts';
import type { Answer } from './answer.ts';

/** What is said to a lab; under a virtual clock all of it before the boot. */
export type Told = WithoutId<ForetoldCommand>;

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

/** What a lab recorded of a flow that was asked for. */
export interface FlowRecords {
  /** Of the lab; null when it never came. */
  readonly run: RunRecord | null;
  /** The counters as they stood when it began. */
  readonly before: readonly TraceRecord[];
  /** From the step's `started` to its end: the flow's own, and what the counters did meanwhile, in the order in which they came. */
  readonly during: readonly TraceRecord[];
}

interface Replies {
  readonly ask: Answer;
  readonly flow: FlowRecords;
  readonly change: ChangeRecord;
}

/** What it is answered with. */
export type Done<Asked extends Told = Told> = Replies[Asked['type']];

type CounterRecord = Extract<TraceRecord, { type: 'endpoint' | 'qdisc' | 'drop' | 'loss' | 'around' }>;

interface Expected<Asked extends Told> {
  readonly command: ForetoldCommand;
  readonly done: Promise<Done<Asked>>;
}

interface Pending {
  readonly command: ForetoldCommand;
  readonly rows: string[][];
  /** Of a flow that has begun. */
  during: TraceRecord[] | null;
  readonly before: TraceRecord[];
  /** What was noted while it was the first in the row: a warning, a full table. */
  readonly noted: TraceRecord[];
  readonly settle: Deferred<Done>;
}

export class Answers {
  readonly #pending = new Map<string, Pending>();
  readonly #counters = new Map<string, CounterRecord>();
  #run: RunRecord | null = null;
  #nextId = 1;

  /** Numbers it; `done` settles when the lab has answered that number. */
  expect<Asked extends Told>(told: Asked): Expected<Asked> {
    const command: ForetoldCommand = { ...told, id: this.#nextId++ };
    const rows = command.type === 'ask' ? command.targets.map(() => []) : [];
    const settle = new Deferred<Done>();
    this.#pending.set(keyOf(command), { command, rows, during: null, before: [], noted: [], settle });
    // Only messages of its own kind and number settle it.
    return { command, done: settle.promise as Promise<Done<Asked>> };
  }

  hear(message: AgentMessage): void {
    if (message.type === 'trace') this.#record(message.record);
    if (message.type === 'answer-rows') this.#of('ask', message.id)?.rows[message.target]?.push(...message.rows);
    if (message.type === 'answered') {
      const { error, durationNs, operations, late = 0 } = message;
      this.#settle('ask', message.id, error, ({ rows, noted }) => {
        const records = [...this.#counters.values(), ...noted];
        return { rows, durationNs, operations, late, records };
      });
    }
    if (message.type === 'changed') {
      if ('error' in message) this.#settle('change', message.id, message.error);
      else this.#settle('change', message.id, undefined, () => message.record);
    }
    if (message.type === 'flow-record') {
      const pending = this.#of('flow', message.id);
      if (pending !== undefined) this.#flowRecord(pending, message.record);
    }
    if (message.type === 'flowed')
      this.#settle('flow', message.id, message.error, ({ before, during }) => ({
        run: this.#run,
        before,
        during: during ?? [],
      }));
  }

  /** Nothing more will come. */
  fail(error: Error): void {
    for (const { settle } of this.#pending.values()) settle.reject(error);
    this.#pending.clear();
  }

  #record(record: TraceRecord): void {
    if (record.type === 'run') this.#run = record;
    const key = counterKey(record);
    if (record.type === 'note' || record.type === 'exhausted') {
      const [first] = this.#pending.values();
      first?.noted.push(record);
      if (record.type === 'exhausted') first?.during?.push(record);
    }
    if (key === null) return;
    this.#counters.set(key, record as CounterRecord);
    for (const { during } of this.#pending.values()) during?.push(record);
  }

  #flowRecord(pending: Pending, record: TraceRecord): void {
    if (pending.during === null) pending.before.push(...this.#counters.values());
    pending.during ??= [];
    pending.during.push(record);
  }

  #of(type: ForetoldCommand['type'], id: number): Pending | undefined {
    return this.#pending.get(`${type} ${id}`);
  }

  /** @param done makes the answer where there was no error */
  #settle(type: ForetoldCommand['type'], id: number, error: string): void;
  #settle(type: ForetoldCommand['type'], id: number, error: string | undefined, done: (pending: Pending) => Done): void;
  #settle(type: ForetoldCommand['type'], id: number, error?: string, done?: (pending: Pending) => Done): void {
    const pending = this.#of(type, id);
    if (pending === undefined) return;
    this.#pending.delete(keyOf(pending.command));
    if (error !== undefined) pending.settle.reject(labError(error));
    else if (done !== undefined) pending.settle.resolve(done(pending));
  }
}

/** What a lab said of itself, as an error of kind machine. */
export function labError(message: string, help: string | null = null): DiagnosticError {
  const remedy = help === null ? {} : { help };
  return new DiagnosticError('machine', [{ code: 'E502', severity: 'error', message, ...remedy }]);
}

/** Every kind of message has numbers of its own. */
function keyOf({ type, id }: ForetoldCommand): string {
  return `${type} ${id}`;
}

/** By what a counter is told from the others; null for what is none. */
function counterKey(record: TraceRecord): string | null {
  if (record.type === 'endpoint') return `endpoint ${record.endpointId} ${record.direction}`;
  if (record.type === 'qdisc') return `qdisc ${record.where} ${record.direction} ${record.device}`;
  if (record.type === 'drop') return `drop ${record.endpointId} ${record.direction} ${record.reason} ${record.ruleId}`;
  if (record.type === 'around') return `around ${record.endpointId}`;
  if (record.type === 'loss') return `loss ${record.where} ${record.device ?? ''} ${record.direction} ${record.reason}`;
  return null;
}

export class Deferred<T> {
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
