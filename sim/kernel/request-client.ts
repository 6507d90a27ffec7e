/** One question to who runs a lab, through its control socket. */
import type * as z from 'zod';
import { openLine } from '../lab/line.ts';
import type { ControlReply, ControlRequest } from './control.ts';
import { connectTo } from './exec-client.ts';
import { machineError } from './machine-error.ts';

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
    const line = openLine<ControlReply, ControlRequest>(socket, socket);
    line.send({ type: 'request', body });
    for await (const reply of line.messages) {
      if (reply.type === 'failure') throw new Error(`who runs the lab failed: ${reply.message}`);
      const answer = schema.safeParse(reply.body);
      if (answer.success) return answer.data;
      throw machineError({
        code: 'E515',
        attempted: 'ask the lab',
        said: `${wordsOf(answer.error)}: it runs with another release of ipvlane`,
        remedy: 'use that release, or start the lab again with this one',
      });
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

function wordsOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `its answer is not what was asked for (${issue?.path.join('.')}: ${issue?.message})`;
}
