/**
 * The folder a run writes: trace.ndjson, result.json, report.html, junit.xml, summary.md, run.json, captures.
 * What an earlier run left there under these names goes when there is something to replace it with; files that are not
 * ours are never touched.
 */
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { TraceWriter } from '../trace/writer.ts';

const OURS =
  /^(trace\.ndjson|result\.json|report\.html|junit\.xml|summary\.md|run\.json|console\.log|control\.sock|.+\.pcap)$/;

export class OutputFolder implements Disposable {
  readonly path: string;
  readonly #open = new Map<string, number>();

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws DiagnosticError of kind machine when the folder cannot be made or written. */
  static create(path: string): OutputFolder {
    return attempt(path, () => {
      mkdirSync(path, { recursive: true });
      accessSync(path, constants.W_OK | constants.X_OK);
      return new OutputFolder(path);
    });
  }

  /** A folder that a run wrote, to write its reports again. */
  static open(path: string): OutputFolder {
    return new OutputFolder(path);
  }

  /** Takes away what an earlier run wrote. @throws DiagnosticError of kind machine */
  empty(): void {
    attempt(this.path, () => {
      for (const name of readdirSync(this.path)) if (OURS.test(name)) rmSync(join(this.path, name));
    });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The trace, made anew. @throws DiagnosticError of kind machine */
  trace(): TraceWriter {
    const file = this.file('trace.ndjson');
    return attempt(file, () => TraceWriter.create(file));
  }

  /** @throws DiagnosticError of kind machine: disk full, quota, permissions. */
  write(name: string, text: string): void {
    attempt(this.file(name), () => writeFileSync(this.file(name), text));
  }

  /** Appends a piece of a file that comes in pieces, such as a capture. */
  append(name: string, data: Uint8Array, last: boolean): void {
    const file = this.file(basename(name));
    attempt(file, () => {
      const fd = this.#open.get(name) ?? openSync(file, 'w');
      this.#open.set(name, fd);
      for (let offset = 0; offset < data.length;) offset += writeSync(fd, data, offset);
      if (!last) return;
      this.#open.delete(name);
      closeSync(fd);
    });
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

const REMEDIES: Readonly<Record<string, { readonly said: string; readonly help: string }>> = {
  ENOSPC: { said: 'no space left on the device', help: 'make room, or choose another folder with --out' },
  EDQUOT: { said: 'the disk quota is used up', help: 'make room, or choose another folder with --out' },
  EACCES: { said: 'permission denied', help: 'choose a folder you may write with --out' },
  EPERM: { said: 'operation not permitted', help: 'choose a folder you may write with --out' },
  EROFS: { said: 'the file system is read-only', help: 'choose a folder you may write with --out' },
  ENOTDIR: { said: 'a part of the path is no folder', help: 'choose another folder with --out' },
  EEXIST: { said: 'a file of that name is in the way', help: 'move it away, or choose another folder with --out' },
  EISDIR: { said: 'a folder of that name is in the way', help: 'move it away, or choose another folder with --out' },
  ERR_FS_EISDIR: {
    said: 'a folder of that name is in the way',
    help: 'move it away, or choose another folder with --out',
  },
  EFBIG: { said: 'it has reached the largest size allowed', help: 'raise `ulimit -f`, or run a shorter scenario' },
  EIO: { said: 'the device reports an input/output error', help: 'choose a folder on another disk with --out' },
  ENAMETOOLONG: { said: 'the name is too long', help: 'choose another folder with --out' },
};

/** The errors of a file system as a diagnostic of the machine; others pass through. */
function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const row = REMEDIES[code];
    if (row === undefined) throw error;
    throw new DiagnosticError('machine', [
      { code: 'E501', severity: 'error', message: `${path} cannot be written: ${row.said} (${code})`, help: row.help },
    ]);
  }
}
