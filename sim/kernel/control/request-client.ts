/** One question to who runs a lab, through its control socket. */
import type * as z from 'zod';
import { openLine } from '../../lab/line.ts';
import { type ControlRequest, controlReplySchema } from './control.ts';
import { connectTo } from './exec-client.ts';
import { heardBy } from './heard.ts';
import { machineError } from '../machine/machine-error.ts';

/**
 * Asks, and gives the answer.
 * @param outDir the run's output folder, absolute
 * @param schema of the answer: it comes from another process, which may be another release's
 * @throws DiagnosticError of kind `machine` when no lab runs there, or it ends before it has answered, or says what is no answer
 * @throws Error where answering met a bug
 */
export async function askLab<Schema extends z.ZodType>(
  outDir: string,
  body: unknown,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const socket = await connectTo(outDir);
  try {
    const line = openLine(socket, socket, heardBy(controlReplySchema, 'ask the lab'));
    const answer = heardBy(schema, 'ask the lab');
    line.send({ type: 'request', body } satisfies ControlRequest);
    for await (const reply of line.messages) {
      if (reply.type === 'failure') throw new Error(`who runs the lab failed: ${reply.message}`);
      return answer(reply.body);
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
