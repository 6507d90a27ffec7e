/** One question to who runs a lab, through its control socket. */
import { openLine } from '../lab/line.ts';
import type { ControlReply, ControlRequest } from './control.ts';
import { connectTo } from './exec-client.ts';
import { machineError } from './machine-error.ts';

/**
 * Asks, and gives the answer.
 * @param outDir the run's output folder, absolute
 * @throws DiagnosticError of kind `machine` when no lab runs there, or it ends before it has answered
 * @throws Error where answering met a bug
 */
export async function askLab(outDir: string, body: unknown): Promise<unknown> {
  const socket = await connectTo(outDir);
  try {
    const line = openLine<ControlReply, ControlRequest>(socket, socket);
    line.send({ type: 'request', body });
    for await (const reply of line.messages) {
      if (reply.type === 'failure') throw new Error(`who runs the lab failed: ${reply.message}`);
      return reply.body;
    }
  } finally {
    socket.destroy();
  }
  throw machineError({
    code: 'E515',
    attempted: 'change the lab',
    said: 'it ended before it answered',
    remedy: 'start it again with `ipvlane run … --hold`',
  });
}
