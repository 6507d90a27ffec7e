import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningKernel } from '../../sim/kernel/kernel.ts';
import type { AgentMessage } from '../../sim/lab/protocol.ts';
import { DiagnosticError } from '../../sim/diagnostics/diagnostic.ts';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import { ask, bootEcho, drain, ECHO_AGENT } from './echo-lab.ts';

describe('a booted guest', () => {
  let kernel: RunningKernel;
  let messages: AsyncIterator<AgentMessage>;

  beforeAll(async () => {
    kernel = await bootEcho({ shown: [import.meta.dirname] });
    messages = kernel.messages[Symbol.asyncIterator]();
  }, 60_000);
  afterAll(async () => {
    await kernel[Symbol.asyncDispose]();
  });

  test('runs its own kernel', () => {
    expect(kernel.release).not.toBe(readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
    expect(kernel.pids.length).toBeGreaterThan(2);
  });

  test('takes a command of 200 000 characters and gives it back whole', async () => {
    const word = 'ä0123456789'.repeat(20_000);
    expect(await ask(kernel, messages, 'echo', word)).toEqual({ code: 0, output: word });
  });

  test('has the agent in a network namespace of its own, with nothing but lo', async () => {
    const { output } = await ask(kernel, messages, 'ls', '/sys/class/net', '/proc/self/task');
    const devices = await ask(kernel, messages, 'cat', '/proc/net/dev');
    expect(devices.output).toContain('lo:');
    expect(devices.output.trim().split('\n')).toHaveLength(3);
    expect(output).not.toContain('eth');
  });

  test.each([
    ['writing to its root', (target: string) => `echo no > ${target}`],
    ['after remounting its root writable', (target: string) => `mount -o remount,rw /; echo no > ${target}`],
    [
      'through another hostfs mounted writable',
      (target: string) =>
        `mkdir -p /dev/shm/h; mount -t hostfs -o / none /dev/shm/h; echo no > /dev/shm/h${target}; r=$?; umount /dev/shm/h; exit $r`,
    ],
  ])('cannot change a file of the machine by %s', async (_, script) => {
    const target = join(import.meta.dirname, 'written-by-a-guest');
    const { code, output } = await ask(kernel, messages, 'sh', '-c', script(target));
    expect(output).toMatch(/Read-only file system/);
    expect(code).not.toBe(0);
    expect(existsSync(target)).toBe(false);
  });

  test('cannot change the settings of the machine’s kernel', async () => {
    const before = readFileSync('/proc/sys/kernel/printk', 'utf8');
    const script =
      'mkdir -p /dev/shm/p; mount -t hostfs -o /proc/sys/kernel none /dev/shm/p && echo 1 1 1 1 > /dev/shm/p/printk';
    expect((await ask(kernel, messages, 'sh', '-c', script)).code).not.toBe(0);
    expect(readFileSync('/proc/sys/kernel/printk', 'utf8')).toBe(before);
  });

  test('has room for temporary files', async () => {
    expect(await ask(kernel, messages, 'sh', '-c', 'f=$(mktemp) && echo yes > $f && cat $f')).toEqual({
      code: 0,
      output: 'yes\n',
    });
  });
});

test('a guest that is told to stop ends in order', async () => {
  const kernel = await bootEcho();
  const messages = kernel.messages[Symbol.asyncIterator]();
  kernel.send({ type: 'stop' });
  await drain(messages);
  expect(await kernel.ended).toMatchObject({ how: 'ordered', diagnostic: null });
  expect(kernel.pids).toEqual([]);
}, 60_000);

test('a panic is told in the kernel’s own words', async () => {
  const kernel = await bootEcho();
  const messages = kernel.messages[Symbol.asyncIterator]();
  kernel.send({ type: 'exec', id: 1, party: 'host:guest', argv: ['panic'], env: {}, terminal: null });
  await drain(messages);
  const ended = await kernel.ended;
  expect(ended.how).toBe('died');
  expect(ended.diagnostic?.message).toContain('Kernel panic - not syncing: sysrq triggered crash');
  expect(ended.diagnostic?.help).toBeDefined();
}, 60_000);

async function faultOf(starting: Promise<unknown>): Promise<DiagnosticError> {
  try {
    await starting;
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
  throw new Error('it started');
}

test('a guest that never says hello is given up, with the end of its console', async () => {
  const silent = join(import.meta.dirname, 'fixtures/silent-agent.mjs');
  const fault = await faultOf(bootEcho({ agent: silent, helloTimeoutMs: 20_000 }));
  expect(fault.kind).toBe('machine');
  expect(fault.message).toContain('cannot boot user-mode Linux: its agent said nothing for 20 s');
  expect(fault.message).toContain('the silent agent is here');
}, 60_000);

test('an agent that ends before hello is told with its status', async () => {
  const fault = await faultOf(bootEcho({ agent: join(import.meta.dirname, 'fixtures/failing-agent.mjs') }));
  expect(fault.message).toContain('the agent ended with status 7');
}, 60_000);

test('a missing linux.uml names the package that brings it', async () => {
  const fault = await faultOf(bootEcho({ program: 'linux.uml-that-is-not-there' }));
  expect(fault.diagnostics[0]).toMatchObject({ code: 'E513' });
  expect(fault.diagnostics[0]?.help).toContain('apt-get install');
  expect(fault.diagnostics[0]?.help).toContain('user-mode-linux');
});

test('an interrupt while booting ends the boot', async () => {
  const interrupt = new AbortController();
  const starting = umlKernel({ agent: ECHO_AGENT }).start({
    memoryMiB: 256,
    keepConsole: null,
    signal: interrupt.signal,
  });
  interrupt.abort();
  expect((await faultOf(starting)).message).toContain('interrupted');
}, 60_000);
