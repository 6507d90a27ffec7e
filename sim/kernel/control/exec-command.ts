/** What came by the control socket, told from what the agent could not act on: it ends with what it cannot understand. */
import { execCommandSchema, type ExecCommand } from '../../lab/command.ts';

export type { ExecCommand };

export function isExecCommand(message: unknown): message is ExecCommand {
  return execCommandSchema.safeParse(message).success;
}
