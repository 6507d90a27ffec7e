/**
 * What the front end and the agent say to each other: newline-delimited JSON over a pipe, a console or a serial line.
 * Commands go in, messages come out. Binary data is base64. Both ends are of one build, so there is no negotiation:
 * the agent's `hello` carries its build and the front end refuses another.
 */
import type { Protocol } from '../../dataplane/policy/network-policy.ts';
import type { ClusterChange } from '../plan/cluster.ts';
import type { FlowPlan, Plan } from '../plan/plan.ts';
import type { ChangeRecord, RunRecord, TraceRecord } from '../trace/record.ts';

export interface RunOptions {
  /** Attach to build records the iproute2/tc/bpftool lines they amount to. */
  readonly showCommands: boolean;
  /** Capture every pod's slave into a pcap, sent as `file` messages. */
  readonly pcap: boolean;
  /** Stay after the last step until `stop`. */
  readonly hold: boolean;
  /** People will work in it: programs find names in /etc/hosts, and once the steps are done somebody listens on declared ports. */
  readonly forPeople?: boolean;
  readonly samplingIntervalMs: number;
  /** No lab, only devices that stand for the pods' slaves: `ask` may ask the programs, and nothing else happens. */
  readonly standIns?: boolean;
  /**
   * After each step with traffic that is not in the background: `step-over` is said, and the step is done once more if the answer
   * (`again`) says so.
   */
  readonly askAgain?: boolean;
  /** For tests: how many neighbours the kernel's tables hold, instead of what the lab needs. */
  readonly mostNeighbours?: number;
}

export type AgentCommand =
  | {
      readonly type: 'start';
      readonly plan: Plan;
      readonly options: RunOptions;
      /** What the agent cannot know of the kernel it runs in, for the `run` record. */
      readonly kernel?: Omit<RunRecord['kernel'], 'release'>;
      /** Another `start` follows in the same boot, once this lab is undone (`finished`). */
      readonly more?: boolean;
      /**
       * Done once the lab stands, each when the one before is answered, and then the lab ends: for a guest that hears
       * nothing. Only in a script.
       */
      readonly then?: readonly ForetoldCommand[];
    }
  /** Run a program in a pod's namespace; `id` is the caller's and names the program from then on. */
  | {
      readonly type: 'exec';
      readonly id: number;
      /** `namespace/name` of a pod, `host:NAME`, `node:NAME`. */
      readonly party: string;
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** Where it starts, if there is such a folder in the guest; `/` otherwise. */
      readonly cwd?: string;
      /** A terminal of this size, or none. */
      readonly terminal: { readonly columns: number; readonly rows: number } | null;
    }
  | { readonly type: 'exec-input'; readonly id: number; readonly data: string }
  | { readonly type: 'exec-input-end'; readonly id: number }
  | { readonly type: 'exec-resize'; readonly id: number; readonly columns: number; readonly rows: number }
  | { readonly type: 'exec-signal'; readonly id: number; readonly signal: string }
  /** Change the living cluster, at any time between the first step and `stop`; answered with `changed` of the same id. */
  | { readonly type: 'change'; readonly id: number; readonly what: string; readonly change: ClusterChange }
  /** May each of `from` reach each target? Asked of the programs or of the wire, once the lab is up. */
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly mode: 'verdict' | 'wire';
      /** Party names, as in `exec`. */
      readonly from: readonly string[];
      readonly targets: readonly AskedTarget[];
      /** Wire: how long a question may stay unanswered before it counts as denied. */
      readonly timeoutNs: number;
    }
  /**
   * Send one flow, once the lab is up and no other question is under way: its records come as `flow-record`, then `flowed`. It
   * is no step, so the trace does not tell of it.
   */
  | { readonly type: 'flow'; readonly id: number; readonly flow: FlowPlan }
  /** The answer to `step-over`. */
  | { readonly type: 'again'; readonly step: number; readonly again: boolean }
  /** End the lab: at once and in order, with an `end` record of outcome `interrupted` if steps remain. */
  | { readonly type: 'stop' };

/** What can be told before the boot: it needs no reply to whoever said it. */
export type ForetoldCommand = Extract<AgentCommand, { type: 'ask' | 'change' | 'flow' }>;

/** The lab to run. Under a virtual clock the agent finds it in a file (IPVLANE_SCRIPT) and hears nothing else. */
export type StartCommand = Extract<AgentCommand, { type: 'start' }>;

/** Port 0 for ICMP. */
export interface AskedPort {
  readonly protocol: Protocol | 'ICMP';
  readonly port: number;
}

/** One port of several parties. */
export interface AskedTarget extends AskedPort {
  readonly to: readonly string[];
}

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
