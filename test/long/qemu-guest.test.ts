/** What a guest in QEMU may not do, and how its end is told. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../sim/diagnostics/diagnostic.ts';
import { descendants } from '../../sim/kernel/machine/process-tree.ts';
import type { Kernel, RunningKernel } from '../../sim/kernel/kernel.ts';
import { catalogEntry } from '../../sim/kernel/packages/catalog.ts';
import { pullKernel } from '../../sim/kernel/packages/pull.ts';
import { storedImage } from '../../sim/kernel/packages/stored-image.ts';
import type { KernelImage } from '../../sim/kernel/qemu/kernel-image.ts';
import { qemuKernel, type QemuParts } from '../../sim/kernel/qemu/qemu.ts';
import { COMMAND, Desk } from '../cli/ipvlane.ts';
import { ask, drain, ECHO_AGENT } from '../kernel/echo-lab.ts';

let image: KernelImage;

beforeAll(async () => {
  const entry = catalogEntry('debian:6.1');
  if (entry === null) throw new Error('the catalog has no debian:6.1');
  image = storedImage(await pullKernel(entry, { onProgress: () => undefined }));
});

function guest(parts: Partial<QemuParts> = {}): Kernel {
  return qemuKernel(
    'debian:6.1',
    { here: () => image, find: () => Promise.resolve(image) },
    { agent: ECHO_AGENT, ...parts },
  );
}

function boot(parts: Partial<QemuParts> = {}, memoryMiB = 1024): Promise<RunningKernel> {
  return guest(parts).start({ memoryMiB, keepConsole: null });
}

async function refusal(starting: Promise<RunningKernel>): Promise<string> {
  const error: unknown = await starting.then(
    async (kernel) => kernel[Symbol.asyncDispose](),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw new Error(`it was not refused: ${String(error)}`);
  return error.diagnostics.map(({ code, message, help }) => `${code} ${message} (${help})`).join('\n');
}

describe('a booted guest', () => {
  test('takes a long command whole, sees none of the machine’s files, and leaves nothing when it is ended', async () => {
    const kernel = await boot();
    const messages = kernel.messages[Symbol.asyncIterator]();
    const word = 'ä0123456789'.repeat(5_000);
    expect(await ask(kernel, messages, 'echo', word)).toEqual({ code: 0, output: word });
    expect((await ask(kernel, messages, 'ls', import.meta.dirname)).code).not.toBe(0);
    expect((await ask(kernel, messages, 'cat', '/proc/net/dev')).output.trim().split('\n')).toHaveLength(3);
    const [pid = 0] = kernel.pids;
    await kernel[Symbol.asyncDispose]();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    const cache = join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? '', '.cache'), 'ipvlane/initramfs');
    expect(readdirSync(cache).filter((name) => name.startsWith('run-'))).toEqual([]);
  });

  test('that is killed in the middle is told so', async () => {
    const kernel = await boot();
    const messages = kernel.messages[Symbol.asyncIterator]();
    const [pid = 0] = kernel.pids;
    process.kill(pid, 'SIGKILL');
    await drain(messages);
    const end = await kernel.ended;
    expect(end.how).toBe('died');
    expect(end.diagnostic?.message).toMatch(/cannot go on in the qemu kernel: it was ended by SIGKILL/);
  });

  test('that panics is told in the kernel’s own words', async () => {
    const kernel = await boot();
    const messages = kernel.messages[Symbol.asyncIterator]();
    void ask(kernel, messages, 'panic').catch(() => undefined);
    const end = await kernel.ended;
    expect(end.diagnostic?.message).toMatch(/Kernel panic - not syncing: sysrq triggered crash/);
  });
});

test('a guest that never says hello is given up', async () => {
  expect(await refusal(boot({ helloTimeoutMs: 100 }))).toMatch(/E511 .*said nothing for 0\.1 s/);
});

test('a guest with too little memory is told so', async () => {
  expect(await refusal(boot({}, 128))).toMatch(/E51[123] .*--memory/s);
});

test('a machine without QEMU is told the line that installs it', async () => {
  expect(await refusal(boot({ program: 'qemu-of-nobody' }))).toMatch(/E513 .*apt-get install .*qemu-system-x86/s);
});

test('a killed front end takes QEMU with it', async () => {
  using desk = new Desk();
  desk.seed();
  const [program, entry] = COMMAND;
  const frontEnd = spawn(program, [entry, 'run', 'seed', '--kernel', 'debian:6.1', '--clock', 'real', '--out', 'out'], {
    cwd: desk.path,
    stdio: 'ignore',
  });
  const { pid: own = 0 } = frontEnd;
  const qemu = (): number => descendants(own).find((pid) => commandOf(pid).startsWith('qemu')) ?? 0;
  await expect.poll(qemu, POLL).not.toBe(0);
  const pid = qemu();
  frontEnd.kill('SIGKILL');
  await expect.poll(() => commandOf(pid), POLL).toBe('');
});

const POLL = { timeout: 60_000, interval: 20 };

/** Empty: it ended; what nobody has asked after yet (a zombie) counts as ended. */
function commandOf(pid: number): string {
  try {
    const [, name = '', state = ''] = /^\d+ \((.*)\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state === 'Z' ? '' : name;
  } catch {
    return '';
  }
}
