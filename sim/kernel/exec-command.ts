/** What came by the control socket, told from what the agent could not act on: it ends with what it cannot understand. */
import { constants } from 'node:os';
import type { AgentCommand } from '../lab/protocol.ts';

export type ExecCommand = Extract<
  AgentCommand,
  { type: 'exec' | 'exec-input' | 'exec-input-end' | 'exec-resize' | 'exec-signal' }
>;

type Fields = Readonly<Record<string, unknown>>;

const SHAPES: Readonly<Record<ExecCommand['type'], (command: Fields) => boolean>> = {
  exec: ({ party, argv, env, cwd, terminal }) =>
    typeof party === 'string' &&
    Array.isArray(argv) &&
    argv.length > 0 &&
    argv.every(isText) &&
    isRecord(env) &&
    Object.values(env).every(isText) &&
    (cwd === undefined || typeof cwd === 'string') &&
    (terminal === null || (isRecord(terminal) && isSize(terminal))),
  'exec-input': ({ data }) => isText(data),
  'exec-input-end': () => true,
  'exec-resize': isSize,
  'exec-signal': ({ signal }) => typeof signal === 'string' && Object.hasOwn(constants.signals, signal),
};

export function isExecCommand(message: unknown): message is ExecCommand {
  if (!isRecord(message) || !Number.isSafeInteger(message.id)) return false;
  const { type } = message;
  return typeof type === 'string' && Object.hasOwn(SHAPES, type) && SHAPES[type as ExecCommand['type']](message);
}

/** struct winsize has 16 bits for each. */
function isSize({ columns, rows }: Fields): boolean {
  return [columns, rows].every((each) => Number.isSafeInteger(each) && Number(each) >= 0 && Number(each) < 2 ** 16);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
