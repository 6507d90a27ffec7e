/** The shared libraries a program needs, as its own dynamic linker finds them. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/**
 * The absolute paths of the dynamic linker and all libraries of an ELF program or library, those of libraries included.
 * A script, or a static program, needs none.
 * @param linker for a library, which names no linker itself: that of the program that will load it
 * @throws Error when a library is not there, with the linker's words
 */
export function sharedLibraries(path: string, linker: string | null = interpreter(path)): string[] {
  if (linker === null) return [];
  const run = spawnSync(linker, ['--list', path], { encoding: 'utf8' });
  const said = run.error?.message ?? run.stdout + run.stderr;
  if (run.status !== 0 || said.includes('not found')) throw new Error(`${path}: ${said.trim()}`);
  // `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`; the linker itself stands alone, the vDSO has no path.
  const listed = run.stdout.split('\n').map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1]);
  return [...new Set([linker, ...listed.filter((found) => found !== undefined)])];
}

/** The dynamic linker that an ELF program names (PT_INTERP, elf(5)), or null: static, a library, or no ELF at all. */
export function interpreter(path: string): string | null {
  const head = readHead(path, 4096);
  if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== ELFCLASS64) return null;
  const offset = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  for (let index = 0; index < count; index++) {
    const at = offset + index * size;
    if (at + size > head.length) return null;
    if (head.readUInt32LE(at) !== PT_INTERP) continue;
    const start = Number(head.readBigUInt64LE(at + 8));
    const length = Number(head.readBigUInt64LE(at + 32));
    return readFileSync(path)
      .subarray(start, start + length - 1)
      .toString();
  }
  return null;
}

const ELFCLASS64 = 2;
const PT_INTERP = 3;

function readHead(path: string, length: number): Buffer {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(length);
    return head.subarray(0, readSync(fd, head, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}
