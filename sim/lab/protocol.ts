/**
 * What the front end and the agent say to each other: newline-delimited JSON over a pipe, a console or a serial line.
 * Commands go in, messages come out. Binary data is base64. Both ends are of one build, so there is no negotiation:
 * the agent's `hello` carries its build and the front end refuses another.
 */
import type { ChangeRecord, TraceRecord } from '../trace/record.ts';

export type * from './command.ts';

/**
 * One cell of an answer. `.` allowed; `e`, `i`: dropped by the sender's egress, the receiver's ingress program; `s`: a
 * packet to itself never meets a program; `-`: no address family in common, so nothing was asked.
 */
export type VerdictMark = '.' | 'e' | 'i' | 's' | '-';

/**
 * `.` connected or answered; `r` refused, so the packet arrived; `X` silence; `u` unreachable; `?` one of these two, while a table
 * of the kernel was full, so that it says nothing; `-` nothing was asked.
 */
export type WireMark = '.' | 'r' | 'X' | 'u' | '?' | '-';

export type AgentMessage =
  | { readonly type: 'hello'; readonly build: string; readonly release: string }
  | { readonly type: 'trace'; readonly record: TraceRecord }
  /** The agent has read this many bytes of commands in all; only on a line without flow control (sim/kernel/credit-window.ts). */
  | { readonly type: 'credit'; readonly bytes: number }
  /** The lab lives and its time goes on, though nothing may be happening: every ten seconds of its clock. */
  | { readonly type: 'alive'; readonly t: number }
  /** A step with traffic has ended; nothing goes on until `again` is said of it (`askAgain`). */
  | { readonly type: 'step-over'; readonly step: number }
  /** All steps are done and the lab is kept (`hold`). */
  | { readonly type: 'holding' }
  | { readonly type: 'exec-output'; readonly id: number; readonly stream: 'stdout' | 'stderr'; readonly data: string }
  | {
      readonly type: 'exec-exit';
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
      /** Why it could not be started: no such pod, no such program. */
      readonly error?: string;
    }
  /** A `change` is in force, or was refused (`error`, for people) and nothing has changed. */
  | { readonly type: 'changed'; readonly id: number; readonly record: ChangeRecord }
  | { readonly type: 'changed'; readonly id: number; readonly error: string }
  /** Some rows of the answer to an `ask`: one character a receiver, `VerdictMark` or `WireMark`. */
  | {
      readonly type: 'answer-rows';
      readonly id: number;
      /** Index into the `targets` asked. */
      readonly target: number;
      /** Index into `from` of the first of them. */
      readonly first: number;
      readonly rows: readonly string[];
    }
  /** All that was asked by `ask` is answered; with `error` it was not, or not wholly. */
  | {
      readonly type: 'answered';
      readonly id: number;
      readonly durationNs: number;
      /** Program runs, or probes. */
      readonly operations: number;
      /** Wire: how many were answered only when they had been asked again. */
      readonly late?: number;
      readonly error?: string;
    }
  /** Of a `flow`: first a `step` record that it has started, then what the generator says, then that it has finished or failed. */
  | { readonly type: 'flow-record'; readonly id: number; readonly record: TraceRecord }
  /** The flow is over; with `error` it never began. */
  | { readonly type: 'flowed'; readonly id: number; readonly error?: string }
  /**
   * What the lab takes, once its steps are done: no part of the trace, since what a process takes is no matter of the lab's clock.
   * Bytes; `maps` as the kernel counts them.
   */
  | {
      readonly type: 'memory';
      readonly agentBytes: number;
      /** At its most. */
      readonly agentPeakBytes: number;
      readonly maps: readonly { readonly name: string; readonly bytes: number | null }[];
    }
  /** A piece of a file for the output folder, in order; `last` ends it. `name` holds no slash. */
  | { readonly type: 'file'; readonly name: string; readonly data: string; readonly last: boolean }
  /** The agent cannot go on; `kind` as in DiagnosticError, `bug` for what should not happen. */
  | {
      readonly type: 'failure';
      readonly kind: 'machine' | 'bug';
      readonly message: string;
      readonly help: string | null;
      readonly stack: string | null;
    }
  /** A lab that `more` are to follow is undone; its last message. */
  | { readonly type: 'finished' }
  /** Last message: everything is undone. */
  | { readonly type: 'bye' };
