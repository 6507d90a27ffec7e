/**
 * The agent: the same bundle in every kernel. Its launcher has given it network, mount and PID namespaces of its own, so
 * whatever it makes ends with it. It speaks over one line: commands in, messages out. Where IPVLANE_SCRIPT names a file,
 * its one command stands in there, and nothing comes in.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemCallError } from '../linux/errno.ts';
import { agentCommand } from './command.ts';
import { openAgentLine } from './agent-line.ts';
import { openAgentSpeech } from './agent-speech.ts';
import { ExecPrograms } from './exec.ts';
import type { Party } from './lab.ts';
import { wordsOf } from './lab.ts';
import type { Line } from './line.ts';
import { MachineError } from './machine-error.ts';
import { loadGuestModules } from './modules.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { AgentCommand, AgentMessage, ForetoldCommand, StartCommand } from './protocol.ts';
import { Questions } from './questions.ts';
import { runLab } from './run.ts';

/** The cluster, from when it has come up. */
let live: LiveCluster | null = null;
const { IPVLANE_LINE: where, IPVLANE_SCRIPT: script = '' } = process.env;
const line = script === '' ? openAgentLine(where) : openAgentSpeech(where ?? '');
const stop = new AbortController();
// As the first process of its PID namespace it gets only the signals that it asks for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
process.on('uncaughtException', (error) => {
  line.send(failureOf(error));
  void line.close().then(() => process.exit(EXIT_BUG));
});
void main();

const EXIT_BUG = 70;

async function main(): Promise<void> {
  line.send({ type: 'hello', build: process.env.IPVLANE_BUILD ?? 'source', release: release() });
  await line.flush();
  // While the front end reads the greeting and sends its plan.
  const modules = attempt(() => loadGuestModules(process.env.IPVLANE_MODULES ?? '', process.env.IPVLANE_LOAD ?? ''));
  if (script === '') await hearAndRun(modules);
  else await run(startIn(readFileSync(script, 'utf8')), new Served(), modules);
  line.send({ type: 'bye' });
  await line.close();
  process.exit(0);
}

/** @throws Error where a script is no `start` */
function startIn(text: string): StartCommand {
  const command = agentCommand(JSON.parse(text));
  if (command.type !== 'start') throw new Error(`the script's command is \`${command.type}\`, not \`start\``);
  return command;
}

/** Waits for the one answer that may be outstanding. */
class Again {
  #answer: (again: boolean) => void = () => undefined;

  ask(step: number): Promise<boolean> {
    if (stop.signal.aborted) return Promise.resolve(false);
    line.send({ type: 'step-over', step });
    return new Promise((resolve) => {
      this.#answer = resolve;
      stop.signal.addEventListener('abort', () => resolve(false), { once: true });
    });
  }

  hear(again: boolean): void {
    this.#answer(again);
  }
}

/** What commands other than `start` reach in the lab that lives. */
class Served {
  readonly parties = new Map<string, Party>();
  readonly exec = new ExecPrograms(this, line);
  readonly questions = new Questions(line);
  readonly again = new Again();
}

/** Resolves when the last lab that a `start` began is undone, or when the line ended without one. */
async function hearAndRun(modules: () => readonly string[]): Promise<void> {
  let served = new Served();
  let running: Promise<void> | null = null;
  await new Promise<void>((end) => {
    const begin = (command: StartCommand): void => {
      if (running !== null) throw new Error('a second `start`: an agent has one lab at a time');
      running = run(command, served, modules).then(() => {
        if (command.more !== true || stop.signal.aborted) {
          end();
          return;
        }
        running = null;
        live = null;
        served = new Served();
        line.send({ type: 'finished' });
      });
    };
    void listen(line, () => served, begin).then(async () => {
      stop.abort();
      await running;
      end();
    });
  });
}

/** Hears commands until the line ends, or `stop` comes. */
async function listen(
  { messages }: Line<unknown, AgentMessage>,
  served: () => Served,
  begin: (command: StartCommand) => void,
): Promise<void> {
  for await (const message of messages) {
    const command = agentCommand(message);
    const { exec, questions, again } = served();
    switch (command.type) {
      case 'start':
        begin(command);
        break;
      case 'stop':
        return;
      case 'change':
        void change(command);
        break;
      case 'exec':
      case 'exec-input':
      case 'exec-input-end':
      case 'exec-resize':
      case 'exec-signal':
        exec.handle(command);
        break;
      case 'again':
        again.hear(command.again);
        break;
      case 'ask':
      case 'flow':
        void questions.handle(command);
        break;
    }
  }
}

/** Never rejects: what the lab could not go on after is said as a `failure`, and nothing that ran in it is left. */
async function run(
  { plan, options, kernel, then }: StartCommand,
  { parties, exec, questions, again }: Served,
  modules: () => readonly string[],
): Promise<void> {
  try {
    await runLab({
      plan,
      options,
      line,
      parties,
      questions,
      onLive: (cluster) => {
        live = cluster;
        if (then !== undefined) void follow(then, questions);
      },
      askAgain: (step) => again.ask(step),
      onPartyGone: (party) => exec.endIn(party),
      kernel: kernel ?? { kind: 'unknown', clock: 'real' },
      // The bundle's own folder holds the object too.
      objectPath: process.env.IPVLANE_OBJECT ?? join(dirname(realpathSync(process.argv[1] ?? '.')), 'dataplane.bpf.o'),
      firstNamespace: process.env.IPVLANE_FIRST_NETNS ?? '',
      missingModules: modules(),
      stop: stop.signal,
    });
  } catch (error) {
    line.send(failureOf(error));
  }
  exec.end();
}

/** Works through what was told before the boot, and ends the lab. */
async function follow(commands: readonly ForetoldCommand[], questions: Questions): Promise<void> {
  for (const command of commands) await (command.type === 'change' ? change(command) : questions.handle(command));
  stop.abort();
}

async function change({ id, what, change: wanted }: Extract<AgentCommand, { type: 'change' }>): Promise<void> {
  try {
    if (live === null) throw new Error('the pods are not up yet');
    line.send({ type: 'changed', id, record: await live.change(wanted, { step: null, what }) });
  } catch (error) {
    line.send({ type: 'changed', id, error: wordsOf(error) });
  }
}

/** Does it now; what it gave, or threw, comes when it is asked for. */
function attempt<T>(work: () => T): () => T {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** A machine that refuses is not a bug of ours; everything unforeseen is. */
function failureOf(error: unknown): Extract<AgentMessage, { type: 'failure' }> {
  const message = wordsOf(error);
  if (error instanceof MachineError)
    return { type: 'failure', kind: 'machine', message, help: error.help, stack: null };
  if (error instanceof SystemCallError)
    return { type: 'failure', kind: 'machine', message, help: error.remedy ?? null, stack: null };
  return {
    type: 'failure',
    kind: 'bug',
    message,
    help: null,
    stack: error instanceof Error ? (error.stack ?? null) : null,
  };
}
