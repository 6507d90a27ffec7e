/** Files of this machine, gathered for a guest at the same places, with the folders that lead there. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CpioEntry } from './cpio.ts';

/** Where a guest finds what; equal trees give equal entries. */
export class Tree {
  /** Path in the guest to the file's path on this machine. */
  readonly #files = new Map<string, string>();
  readonly #entries = new Map<string, CpioEntry>();

  /** Adds an entry that is no file of this machine; one at the same path is replaced. */
  add(entry: CpioEntry): void {
    this.#entries.set(entry.path, entry);
  }

  /** Adds a file of this machine, links followed, at `path` in the guest. */
  copy(from: string, path = guestPath(from)): void {
    this.#files.set(path, realpathSync(from));
  }

  /** What decides the content without reading it: place, source, size and time of change of every file. */
  fingerprint(): string {
    const files = [...this.#files].map(([path, from]) => {
      const { size, mtimeMs, mode } = statSync(from);
      return [path, from, size, mtimeMs, mode].join(' ');
    });
    const others = [...this.#entries.values()].map((entry) =>
      JSON.stringify(
        entry.kind === 'file' ? { ...entry, content: Buffer.from(entry.content).toString('base64') } : entry,
      ),
    );
    return [...files, ...others].sort().join('\n');
  }

  /** Everything, folders first, files read now. */
  entries(): CpioEntry[] {
    const files = [...this.#files].map(([path, from]): CpioEntry => {
      return { kind: 'file', path, mode: statSync(from).mode & 0o777, content: readFileSync(from) };
    });
    const all = [...this.#entries.values(), ...files].sort((a, b) => (a.path < b.path ? -1 : 1));
    const given = new Set(all.filter(({ kind }) => kind === 'folder').map(({ path }) => path));
    const folders = new Set(all.flatMap(({ path }) => parents(path)).filter((path) => !given.has(path)));
    const made = [...folders].map((path): CpioEntry => ({ kind: 'folder', path }));
    return [...made, ...all.filter(({ kind }) => kind === 'folder')]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .concat(all.filter(({ kind }) => kind !== 'folder'));
  }
}

/** The file's own name in its folder's real place: a merged /usr stays merged, and a library keeps the name it is asked by. */
function guestPath(from: string): string {
  return join(realpathSync(dirname(from)), basename(from));
}

function parents(path: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(path); folder !== '/' && folder !== '.'; folder = dirname(folder)) found.push(folder);
  return found;
}
