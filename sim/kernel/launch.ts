/** Starts a process that leads to an agent, and turns it into a RunningKernel. The same for every kind of kernel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Duplex, PassThrough, type Readable, type Writable } from 'node:stream';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Line, openLine } from '../lab/line.ts';
import { agentMessage } from '../lab/message.ts';
import type { AgentCommand, AgentMessage } from '../lab/protocol.ts';
import type { Clock } from '../trace/record.ts';
import { CreditWriter } from './control/credit-window.ts';
import { ConsoleTail } from './machine/console-tail.ts';
import { killTree, treeOf } from './machine/process-tree.ts';
import { remedyOfDeath } from './uml/guest-memory.ts';
import type { Kernel, KernelOptions, RunningKernel } from './kernel.ts';
import { SpoolReader } from './machine/spool.ts';
import { machineDiagnostic, machineError, type MachineFault } from './machine/machine-error.ts';

export interface Launch {
  readonly kind: Kernel['kind'];
  /** Completes "cannot …" in errors: `boot user-mode Linux`. */
  readonly attempted: string;
  readonly clock: Clock;
  /** Bytes that may be underway to the agent, which gives credits; null where the carrier has flow control. */
  readonly window: number | null;
  readonly argv: readonly [string, ...string[]];
  /**
   * Where the process has the agent's line, or leads to it: descriptors 3 (commands in) and 4 (messages out), or 3 for
   * both. Under a virtual clock descriptor 3 of the two brings the script, one JSON object, and ends; or the script went
   * another way, and 3 is an open file that the messages are written to (sim/kernel/machine/spool.ts).
   */
  readonly line: 'two descriptors' | 'one socket' | { readonly spool: number };
  /** Open files that it gets as its next descriptors. */
  readonly files?: readonly number[];
  readonly env: NodeJS.ProcessEnv;
  /** How long the agent may take to say hello. */
  readonly helloTimeoutMs: number;
  /** Makes better words of a process that ended before hello; null for the general ones. */
  readonly explain?: (exitCode: number | null, console: string) => MachineFault | null;
  /** Called with its process id once it runs. */
  readonly started?: (pid: number) => void;
  /** What to undo by hand when the process is gone; for kernels that the kernel does not clean up. */
  readonly afterwards?: () => void;
}

/** A kernel whose agent is gone may take this long to switch itself off. */
const GRACE_MS = 3_000;

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly error: Error | null };

/**
 * Starts it and waits for the agent's hello.
 * @throws DiagnosticError of kind `machine`; nothing is left running then.
 */
export async function launch(how: Launch, options: KernelOptions): Promise<RunningKernel> {
  const began = performance.now();
  const [program, ...args] = how.argv;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe', ...descriptorsOf(how.line), ...(how.files ?? [])],
    env: how.env,
    cwd: '/',
  });
  if (child.pid !== undefined) how.started?.(child.pid);
  const console = gatherConsole(child, options.onConsole);
  const exit = exitOf(child).finally(how.afterwards);
  const [toAgent, fromAgent] = lineOf(child, how.line, exit);
  const scripted = how.clock === 'virtual';
  // A script is no conversation: it goes out at once, and whoever never reads it is found out by silence.
  const output = how.window === null || scripted ? null : new CreditWriter(toAgent, how.window);
  if (scripted) tellScript(toAgent, how, options);
  const line = openLine<AgentMessage, AgentCommand>(
    fromAgent,
    scripted ? new PassThrough() : (output ?? toAgent),
    agentMessage,
  );
  const messages = line.messages[Symbol.asyncIterator]();
  const end = async (): Promise<void> => {
    killTree(child);
    await exit;
    toAgent.destroy();
    fromAgent.destroy();
  };
  try {
    const hello = await firstMessage(messages, exit, how, options.signal, console);
    refuseOtherBuild(hello.build, how);
    return new Running(
      how,
      options,
      { child, line, credit: (bytes) => output?.credit(bytes), messages, console, exit, end },
      hello.release,
      performance.now() - began,
    );
  } catch (error) {
    await end();
    keepConsole(options, console);
    throw error;
  }
}

function tellScript(toAgent: Writable, how: Launch, { script }: KernelOptions): void {
  if (script === undefined) throw new Error(`${how.attempted}: a virtual clock needs its script before the boot`);
  toAgent.on('error', () => undefined); // whoever dies before it has read it is found out by its silence
  toAgent.end(JSON.stringify(script));
}

function descriptorsOf(line: Launch['line']): readonly ('pipe' | number)[] {
  if (line === 'two descriptors') return ['pipe', 'pipe'];
  return line === 'one socket' ? ['pipe'] : [line.spool];
}

/** A descriptor of a child is a socket here: readable and writable both. */
function lineOf(child: ChildProcess, line: Launch['line'], exit: Promise<Exit>): readonly [Writable, Readable] {
  if (typeof line === 'object') return [new PassThrough(), new SpoolReader(line.spool, exit)];
  const [, , , first, second] = child.stdio as unknown as [null, Readable, Readable, Duplex, Duplex];
  return [first, line === 'one socket' ? first : second];
}

interface Parts {
  readonly child: ChildProcess;
  readonly line: Line<AgentMessage, AgentCommand>;
  readonly credit: (bytes: number) => void;
  readonly messages: AsyncIterator<AgentMessage>;
  readonly console: ConsoleTail;
  readonly exit: Promise<Exit>;
  readonly end: () => Promise<void>;
}

class Running implements RunningKernel {
  readonly kind: Kernel['kind'];
  readonly clock: Clock;
  readonly release: string;
  readonly bootMs: number;
  readonly messages: AsyncIterable<AgentMessage>;
  readonly ended: RunningKernel['ended'];
  readonly #parts: Parts;
  #ordered = false;

  constructor(how: Launch, options: KernelOptions, parts: Parts, release: string, bootMs: number) {
    this.kind = how.kind;
    this.clock = how.clock;
    this.release = release;
    this.bootMs = bootMs;
    this.#parts = parts;
    let fault: Diagnostic | null = null;
    this.messages = this.#read(how, (diagnostic) => (fault = diagnostic));
    this.ended = parts.exit.then((exit) => {
      const console = parts.console.lastLines(40);
      if (this.#ordered) return { how: 'ordered', console, diagnostic: null };
      keepConsole(options, parts.console);
      return {
        how: 'died',
        console,
        diagnostic:
          fault ??
          machineDiagnostic({ ...deathOf(how, exit, parts.console), attempted: `go on in the ${how.kind} kernel` }),
      };
    });
  }

  get pids(): readonly number[] {
    return treeOf(this.#parts.child);
  }

  send(command: AgentCommand): void {
    if (this.clock === 'virtual') throw new Error(`${command.type}: a guest under a virtual clock hears nothing`);
    this.#parts.line.send(command);
  }

  async *#read(how: Launch, onFault: (diagnostic: Diagnostic) => void): AsyncGenerator<AgentMessage> {
    let grace: NodeJS.Timeout | undefined;
    try {
      for (;;) {
        const next = await this.#parts.messages.next();
        if (next.done === true) break;
        if (next.value.type === 'bye') {
          this.#ordered = true;
          grace = setTimeout(() => void this.#parts.end(), GRACE_MS);
        }
        if (next.value.type === 'credit') this.#parts.credit(next.value.bytes);
        else yield next.value;
      }
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const remedy = 'run it again; if it happens again, report it with the console above';
      onFault(
        machineDiagnostic({ code: 'E512', attempted: `understand the agent in the ${how.kind} kernel`, said, remedy }),
      );
      await this.#parts.end();
    }
    // The line is closed: a kernel that does not follow hangs.
    grace ??= setTimeout(() => void this.#parts.end(), GRACE_MS);
    await this.#parts.exit;
    clearTimeout(grace);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ordered = true;
    await this.#parts.end();
  }
}

async function firstMessage(
  messages: AsyncIterator<AgentMessage>,
  exit: Promise<Exit>,
  how: Launch,
  signal: AbortSignal | undefined,
  console: ConsoleTail,
): Promise<Extract<AgentMessage, { type: 'hello' }>> {
  const { attempted } = how;
  const seconds = how.helloTimeoutMs / 1000;
  using limit = deadline(how.helloTimeoutMs);
  using interrupt = aborted(signal);
  const first = await Promise.race([
    messages.next().catch((error: unknown) => ({ done: true as const, value: undefined, error })),
    limit.reached,
    interrupt.reached,
  ]);
  if (first === 'deadline')
    throw machineError({
      code: 'E511',
      attempted,
      said: [`its agent said nothing for ${seconds} s; the end of its console:`, console.lastLines(20)].join('\n'),
      remedy: 'try again when the machine is less busy, or give the guest more --memory',
    });
  if (first === 'aborted')
    throw machineError({ code: 'E511', attempted, said: 'interrupted', remedy: 'start it again' });
  if (first.done !== true && first.value.type === 'hello') return first.value;
  if (first.done !== true && first.value.type === 'failure')
    throw machineError({
      code: 'E511',
      attempted,
      said: first.value.message,
      remedy: first.value.help ?? 'run `ipvlane doctor`',
    });
  const ended = await Promise.race([exit, limit.reached]);
  const death = ended === 'deadline' ? { code: null, signal: null, error: null } : ended;
  throw machineError(how.explain?.(death.code, console.text) ?? { ...deathOf(how, death, console), code: 'E511' });
}

function deathOf(how: Launch, exit: Exit, console: ConsoleTail): MachineFault {
  const ended =
    exit.error?.message ?? (exit.signal === null ? `it ended with ${exit.code}` : `it was ended by ${exit.signal}`);
  const tail = console.lastLines(20);
  return {
    code: 'E512',
    attempted: how.attempted,
    said: [console.panic ?? ended, ...(tail === '' ? [] : ['the end of its console:', tail])].join('\n'),
    remedy: remedyOfDeath(console.text),
  };
}

function refuseOtherBuild(build: string, how: Launch): void {
  const own = process.env.IPVLANE_BUILD; // set by the bundler; from source there is none to compare
  if (own === undefined || own === build) return;
  throw machineError({
    code: 'E511',
    attempted: how.attempted,
    said: `its agent is of build ${build}, this command of build ${own}`,
    remedy: 'run `npm run build`, or install the package again',
  });
}

function gatherConsole(child: ChildProcess, tell?: (text: string) => void): ConsoleTail {
  const console = new ConsoleTail();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      console.add(text);
      tell?.(text);
    });
  }
  return console;
}

/**
 * Resolves when the process is gone and its console is closed, which is when all beneath it is gone too. Not the
 * process's `close`: that also waits until somebody has read the agent's line to its end. Never rejects.
 */
async function exitOf(child: ChildProcess): Promise<Exit> {
  const closed = [child.stdout, child.stderr].map(
    (stream) => new Promise<void>((resolve) => (stream === null ? resolve() : stream.once('close', resolve))),
  );
  const exit = await new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      resolve({ code: null, signal: null, error });
    });
    child.once('exit', (code, signal) => {
      resolve({ code, signal, error: null });
    });
  });
  if (exit.error === null) await Promise.all(closed);
  return exit;
}

function keepConsole(options: KernelOptions, console: ConsoleTail): void {
  if (options.keepConsole === null || console.text === '') return;
  try {
    options.keepConsole(console.text);
  } catch {
    // A full disk must not hide why the kernel died; the tail is in the diagnostic too.
  }
}

function deadline(ms: number): Disposable & { readonly reached: Promise<'deadline'> } {
  let timer: NodeJS.Timeout;
  const reached = new Promise<'deadline'>((resolve) => {
    timer = setTimeout(() => {
      resolve('deadline');
    }, ms);
  });
  return {
    reached,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
    },
  };
}

function aborted(signal: AbortSignal | undefined): Disposable & { readonly reached: Promise<'aborted'> } {
  const { promise, resolve } = withResolvers<'aborted'>();
  const onAbort = (): void => {
    resolve('aborted');
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort);
  return {
    reached: promise,
    [Symbol.dispose]: () => {
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => (resolve = r));
  return { promise, resolve };
}
