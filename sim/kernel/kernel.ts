/**
 * Where a lab runs: one interface, several implementations (`host`, `uml`, `qemu`).
 * A kernel starts the bundled agent inside itself and hands back a line to it.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { AgentCommand, AgentMessage, StartCommand } from '../lab/protocol.ts';
import type { Clock } from '../trace/record.ts';

/** One thing a kernel needs on this machine: there or not, and the line that puts it right. */
export interface Requirement {
  readonly name: string;
  readonly met: boolean;
  /** What was found, or what is missing. */
  readonly detail: string;
  /** The command that fixes it; null when nothing can, or nothing need be done. */
  readonly fix: string | null;
}

export interface KernelReport {
  readonly name: string;
  readonly release: string | null;
  readonly usable: boolean;
  readonly requirements: readonly Requirement[];
}

export interface KernelOptions {
  /** Guest memory in MiB; ignored by `host`. */
  readonly memoryMiB: number;
  /** Given all of the console of a kernel that did not come up, or that died; null: only the tail in memory is wanted. */
  readonly keepConsole: ((console: string) => void) | null;
  /** Told all that comes on the console, as it comes. */
  readonly onConsole?: (text: string) => void;
  /** Told what goes on where starting takes long: a download. */
  readonly onProgress?: (words: string) => void;
  readonly signal?: AbortSignal;
  /** `real` when left out. One that the kernel has not (`Kernel.clocks`) is refused by start(). */
  readonly clock?: Clock;
  /** Of the kernel's random numbers under a virtual clock, FIRST_SEED or more: each gives another run, which repeats. */
  readonly seed?: number;
  /**
   * The lab, given before the boot: required under a virtual clock, where whatever came in later would come at an
   * arbitrary moment of the guest's time. The guest then only speaks: send() refuses everything.
   */
  readonly script?: StartCommand;
}

/** The seed of every run that asks for none. */
export const FIRST_SEED = 1;

export interface Kernel {
  /** As `--kernel` names it: `host`, `uml`, `debian:6.12`, `qemu:/boot/vmlinuz`. */
  readonly name: string;
  readonly kind: 'host' | 'uml' | 'qemu';
  /** The clocks it can run with, the one it takes by itself first. */
  readonly clocks: readonly [Clock, ...Clock[]];
  /** Looks without changing anything. */
  inspect(): Promise<KernelReport>;
  /**
   * Boots, starts the agent and waits for its `hello`.
   * @throws DiagnosticError of kind `machine` when it cannot: what was tried, what the kernel said, the remedy.
   */
  start(options: KernelOptions): Promise<RunningKernel>;
}

/** A living kernel with its agent. Disposing ends it, waits for the end, and leaves nothing behind. */
export interface RunningKernel extends AsyncDisposable {
  readonly kind: Kernel['kind'];
  readonly release: string;
  readonly clock: Clock;
  /** Wall clock from start() to the agent's `hello`. */
  readonly bootMs: number;
  /** For tests that kill: process ids on this machine, outermost first. */
  readonly pids: readonly number[];
  /** @throws Error under a virtual clock */
  send(command: AgentCommand): void;
  /** Ends when the kernel is gone. Read it once. */
  readonly messages: AsyncIterable<AgentMessage>;
  /** Resolves when the kernel is gone: how it ended and the last lines of its console. Never rejects. */
  readonly ended: Promise<{
    readonly how: 'ordered' | 'died';
    readonly console: string;
    readonly diagnostic: Diagnostic | null;
  }>;
}
