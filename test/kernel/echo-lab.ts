/** A kernel with the smallest agent, for tests of kernels alone. */
import { join } from 'node:path';
import type { AgentMessage } from '../../sim/lab/protocol.ts';
import type { RunningKernel } from '../../sim/kernel/kernel.ts';
import { umlKernel, type UmlParts } from '../../sim/kernel/uml/uml.ts';

export const ECHO_AGENT = join(import.meta.dirname, 'fixtures/echo-agent.mjs');

/** User-mode Linux with the echo agent. */
export function bootEcho(parts: Partial<UmlParts> = {}): Promise<RunningKernel> {
  const kernel = umlKernel({ agent: ECHO_AGENT, ...parts });
  return kernel.start({ memoryMiB: 256, keepConsole: null });
}

/** Asks the echo agent to run a program in the guest, and reads until it is done. */
export async function ask(
  kernel: RunningKernel,
  messages: AsyncIterator<AgentMessage>,
  ...argv: string[]
): Promise<{ code: number | null; output: string }> {
  kernel.send({ type: 'exec', id: 1, party: 'host:guest', argv, env: {}, terminal: null });
  let output = '';
  for (;;) {
    const next = await messages.next();
    if (next.done === true) throw new Error(`the kernel ended during ${argv.join(' ')}`);
    if (next.value.type === 'exec-output') output += Buffer.from(next.value.data, 'base64').toString('utf8');
    if (next.value.type === 'exec-exit') return { code: next.value.code, output };
  }
}

/** Reads to the end of the line. */
export async function drain(messages: AsyncIterator<AgentMessage>): Promise<void> {
  while ((await messages.next()).done !== true);
}
