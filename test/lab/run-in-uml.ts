/** Runs a plan in user-mode Linux with the built agent, and keeps everything it said. */
import type { Kernel } from '../../sim/kernel/kernel.ts';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import type { AgentCommand, AgentMessage, RunOptions, StartCommand } from '../../sim/lab/protocol.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';

export interface LabRun {
  readonly messages: readonly AgentMessage[];
  readonly records: readonly TraceRecord[];
  of<T extends TraceRecord['type']>(type: T): RecordOf<T>[];
}

type RecordOf<T extends TraceRecord['type']> = Extract<TraceRecord, { type: T }>;

/** Hears a message, and may answer. */
export type Listener = (message: AgentMessage, send: (command: AgentCommand) => void) => void;

const inspected = await umlKernel().inspect();
/** Why nothing can be run here; null when it can. */
export const cannotRun =
  inspected.requirements
    .filter(({ met }) => !met)
    .map(({ name, detail }) => `${name}: ${detail}`)
    .join('; ') || null;

/** @param on its kernel; left out: the one of the real clock */
export async function runInUml(
  plan: Plan,
  options: Partial<RunOptions> = {},
  listener: Listener = () => undefined,
  on: Kernel = umlKernel(),
): Promise<LabRun> {
  const whole = { showCommands: false, pcap: false, hold: false, samplingIntervalMs: 100, ...options };
  const [clock] = on.clocks;
  const script: StartCommand = { type: 'start', plan, options: whole, kernel: { kind: on.kind, clock } };
  await using kernel = await on.start({ memoryMiB: 768, keepConsole: null, clock, script });
  const send = (command: AgentCommand): void => {
    kernel.send(command);
  };
  if (clock === 'real') send(script);
  const messages: AgentMessage[] = [];
  for await (const message of kernel.messages) {
    messages.push(message);
    listener(message, send);
  }
  const records = messages.flatMap((message) => (message.type === 'trace' ? [message.record] : []));
  return { messages, records, of: (type) => records.filter((record) => isOf(record, type)) };
}

function isOf<T extends TraceRecord['type']>(record: TraceRecord, type: T): record is RecordOf<T> {
  return record.type === type;
}

/** What a program started by `exec` said. */
export function outputOf(run: LabRun, id: number): string {
  return run.messages
    .flatMap((message) => (message.type === 'exec-output' && message.id === id ? [message.data] : []))
    .map((data) => Buffer.from(data, 'base64').toString())
    .join('');
}
