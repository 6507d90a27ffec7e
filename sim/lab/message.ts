/** What an agent says, as the schema of it: to the front end, and what it says of programs, to whoever started them. */
import * as z from 'zod';
import { type Checked, count, wordsOfFirst } from '../diagnostics/checked.ts';
import { changeRecordSchema, traceRecordSchema, type TraceRecord } from '../trace/record.ts';

const words = z.string();
const id = z.int();

/** A program's output, base64. */
const execOutput = z.object({ type: z.literal('exec-output'), id, stream: z.enum(['stdout', 'stderr']), data: words });
const execExit = z.object({
  type: z.literal('exec-exit'),
  id,
  code: z.int().nullable(),
  signal: words.nullable(),
  /** Why it could not be started: no such pod, no such program. */
  error: words.exactOptional(),
});
export const execMessageSchema = z.discriminatedUnion('type', [execOutput, execExit]);
export type ExecMessage = Checked<typeof execMessageSchema>;

const changed = z.object({ type: z.literal('changed'), id });
/** A `change` is in force, or was refused (`error`, for people) and nothing has changed. */
const changedSchema = z.union([changed.extend({ record: changeRecordSchema }), changed.extend({ error: words })]);

const others = [
  /** The first. Both ends are of one build, and the front end refuses another. */
  z.object({ type: z.literal('hello'), build: words, release: words }),
  /** The agent has read this many bytes of commands in all; only on a line without flow control (sim/kernel/control/credit-window.ts). */
  z.object({ type: z.literal('credit'), bytes: count }),
  /** The lab lives and its time goes on, though nothing may be happening: every ten seconds of its clock. */
  z.object({ type: z.literal('alive'), t: count }),
  /** A step with traffic has ended; nothing goes on until `again` is said of it (`askAgain`). */
  z.object({ type: z.literal('step-over'), step: count }),
  /** All steps are done and the lab is kept (`hold`). */
  z.object({ type: z.literal('holding') }),
  execOutput,
  execExit,
  /** Some rows of the answer to an `ask`: one character a receiver, `VerdictMark` or `WireMark`. */
  z.object({
    type: z.literal('answer-rows'),
    id,
    /** Index into the `targets` asked. */
    target: count,
    /** Index into `from` of the first of them. */
    first: count,
    rows: z.array(words),
  }),
  /** All that was asked by `ask` is answered; with `error` it was not, or not wholly. */
  z.object({
    type: z.literal('answered'),
    id,
    durationNs: z.number(),
    /** Program runs, or probes. */
    operations: count,
    /** Wire: how many were answered only when they had been asked again. */
    late: count.exactOptional(),
    error: words.exactOptional(),
  }),
  /** Of a `flow`: first a `step` record that it has started, then what the generator says, then that it has finished or failed. */
  z.object({ type: z.literal('flow-record'), id, record: traceRecordSchema }),
  /** The flow is over; with `error` it never began. */
  z.object({ type: z.literal('flowed'), id, error: words.exactOptional() }),
  /**
   * What the lab takes, once its steps are done: no part of the trace, since what a process takes is no matter of the lab's clock.
   * Bytes; `maps` as the kernel counts them.
   */
  z.object({
    type: z.literal('memory'),
    agentBytes: count,
    /** At its most. */
    agentPeakBytes: count,
    maps: z.array(z.object({ name: words, bytes: count.nullable() })),
  }),
  /** A piece of a file for the output folder, base64, in order; `last` ends it. `name` holds no slash. */
  z.object({ type: z.literal('file'), name: words, data: words, last: z.boolean() }),
  /** The agent cannot go on; `kind` as in DiagnosticError, `bug` for what should not happen. */
  z.object({
    type: z.literal('failure'),
    kind: z.enum(['machine', 'bug']),
    message: words,
    help: words.nullable(),
    stack: words.nullable(),
  }),
  /** A lab that `more` are to follow is undone; its last message. */
  z.object({ type: z.literal('finished') }),
  /** Last message: everything is undone. */
  z.object({ type: z.literal('bye') }),
] as const;

export type AgentMessage =
  | { readonly type: 'trace'; readonly record: TraceRecord }
  | Checked<typeof changedSchema>
  | Checked<(typeof others)[number]>;

/**
 * Nineteen of twenty records come by the clock, an endpoint and a queue at a time. All of a record costs 4 us, which is 9 % and
 * more of what the front end takes of a processor; kind and moment alone 0.2 us. So these two kinds are checked no further here:
 * who reads a trace checks them whole (sim/trace/reader.ts).
 */
const SAMPLES = ['endpoint', 'qdisc'] as const;

const sample = z.object({ type: z.enum(SAMPLES), t: count });
const recordSchema = z.discriminatedUnion('type', [
  sample,
  ...traceRecordSchema.options.filter(({ shape }) => !sample.shape.type.safeParse(shape.type.value).success),
]);

const heardSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('trace'), record: recordSchema }),
  ...others,
]);

/**
 * What an agent said, unchanged.
 * @throws Error in words where it is no message
 */
export function agentMessage(message: unknown): AgentMessage {
  if (isMessage(message)) return message;
  const schema = changed.safeParse(message).success ? changedSchema : heardSchema;
  throw new Error(`not a message: ${wordsOfFirst(schema.safeParse(message).error)}`);
}

function isMessage(message: unknown): message is AgentMessage {
  return heardSchema.safeParse(message).success || changedSchema.safeParse(message).success;
}
