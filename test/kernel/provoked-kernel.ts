/** A kernel in which something happens to a lab: for the ends that a matrix must tell apart. */
import { join } from 'node:path';
import type { Kernel, RunningKernel } from '../../sim/kernel/kernel.ts';
import type { AgentMessage } from '../../sim/lab/protocol.ts';

export type Mishap = (kernel: RunningKernel) => void;

/** Does a program in the guest, as its root, in the network namespace of the node `n1`. */
function inGuest(script: string): Mishap {
  return (kernel) => {
    const argv = ['sh', '-c', script];
    kernel.send({ type: 'exec', id: 1, party: 'node:n1', argv, env: {}, terminal: null });
  };
}

const WARN = join(import.meta.dirname, 'fixtures/provoke-warning.mjs');

export const MISHAPS = {
  panics: inGuest('echo c > /proc/sysrq-trigger'),
  // Nothing else gets the processor any more.
  hangs: inGuest('echo -1 > /proc/sys/kernel/sched_rt_runtime_us; exec chrt --fifo 99 sh -c "while :; do :; done"'),
  // Beneath the /proc of the agent's PID namespace is the one of the guest, whose process 1 has the first network namespace.
  splats: inGuest(
    `unshare --mount sh -c "umount /proc; nsenter --net=/proc/1/ns/net sh -c 'ip link set lo up; ${process.execPath} ${WARN}'"`,
  ),
  'is-killed': (kernel: RunningKernel) => {
    const [outermost] = kernel.pids;
    if (outermost !== undefined) process.kill(outermost, 'SIGKILL');
  },
} satisfies Readonly<Record<string, Mishap>>;

/** What happens, happens at the beginning of the second step of a lab whose scenario has a mishap's name. */
export function provokedKernel(kernel: Kernel): Kernel {
  return {
    ...kernel,
    start: async (options) => {
      const running = await kernel.start(options);
      return {
        kind: running.kind,
        release: running.release,
        clock: running.clock,
        bootMs: running.bootMs,
        get pids() {
          return running.pids;
        },
        send: (command) => running.send(command),
        messages: watched(running),
        ended: running.ended,
        [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
      };
    },
  };
}

async function* watched(kernel: RunningKernel): AsyncGenerator<AgentMessage> {
  let mishap: Mishap | undefined;
  for await (const message of kernel.messages) {
    yield message;
    if (message.type !== 'trace') continue;
    const { record } = message;
    if (record.type === 'run')
      mishap = Object.entries(MISHAPS).find(([name]) => name === record.plan.scenario.name)?.[1];
    if (record.type === 'step' && record.step === 1 && record.state === 'started') mishap?.(kernel);
  }
}
