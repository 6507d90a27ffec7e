/**
 * KVM or QEMU's own emulation (TCG). That /dev/kvm is there says little: inside another virtual machine a guest may stop at
 * its first instructions. So one is booted, once, and the outcome remembered.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { cacheFolder } from '../machine/cache-folder.ts';

const accelerationSchema = z.object({
  accelerator: z.enum(['kvm', 'tcg']),
  /** Why, for `ipvlane doctor`. */
  reason: z.string(),
});
export type Acceleration = Readonly<z.infer<typeof accelerationSchema>>;

const rememberedSchema = z.object({ key: z.string(), found: accelerationSchema });

/** With KVM a kernel comes to the end of its boot within a second or two. */
const PROBE_TIMEOUT_MS = 10_000;
/** What a kernel without a root file system says at the end of its boot. */
const BOOTED = /Kernel panic - not syncing: (VFS|No working init)/;

/**
 * @param program QEMU's absolute path
 * @param vmlinuz any kernel, to try it with
 */
export async function chooseAcceleration(program: string, vmlinuz: string, device = '/dev/kvm'): Promise<Acceleration> {
  const known = knownAcceleration(program, device);
  if (known !== null) return known;
  const failure = await probe(program, vmlinuz);
  const found: Acceleration =
    failure === null
      ? { accelerator: 'kvm', reason: 'a guest boots with it' }
      : { accelerator: 'tcg', reason: `no guest boots with ${device}: ${failure}` };
  remember(keyOf(program, device), found);
  return found;
}

/** Without trying anything: null when it was not tried yet. */
export function knownAcceleration(program: string, device = '/dev/kvm'): Acceleration | null {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be opened';
    return { accelerator: 'tcg', reason: `${device}: ${code}` };
  }
  return remembered(keyOf(program, device));
}

/** Boots without a root file system, and waits for the kernel to find that out. @returns null when it does, else what was seen */
async function probe(program: string, vmlinuz: string): Promise<string | null> {
  const argv = [
    ...['--pdeathsig', 'KILL', 'prlimit', '--core=0', program],
    ...[
      '-no-user-config',
      '-nodefaults',
      '-display',
      'none',
      '-no-reboot',
      '-machine',
      'q35',
      '-accel',
      'kvm',
      '-cpu',
      'host',
    ],
    ...['-m', '256M', '-kernel', vmlinuz, '-append', 'console=ttyS0 panic=-1'],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
  ];
  const child = spawn('setpriv', argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_TIMEOUT_MS);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = await new Promise<string>((resolve) => {
    child.once('error', ({ message }) => {
      resolve(message);
    });
    child.once('close', (code, signal) => {
      resolve(signal === 'SIGKILL' ? `nothing after ${PROBE_TIMEOUT_MS / 1000} s` : `it ended with ${signal ?? code}`);
    });
  });
  clearTimeout(timer);
  return BOOTED.test(said) ? null : ended;
}

/** Another QEMU, another kernel beneath: another outcome. */
function keyOf(program: string, device: string): string {
  const { size, mtimeMs } = statSync(program);
  return [program, size, mtimeMs, device, release()].join(' ');
}

const file = (): string => join(cacheFolder(), 'accelerator.json');

function remembered(key: string): Acceleration | null {
  try {
    const stored = rememberedSchema.parse(JSON.parse(readFileSync(file(), 'utf8')));
    return stored.key === key ? stored.found : null;
  } catch {
    return null; // nothing was tried, or by another version of this
  }
}

function remember(key: string, found: Acceleration): void {
  const unfinished = `${file()}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ key, found }));
  renameSync(unfinished, file());
}
