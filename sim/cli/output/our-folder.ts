/**
 * A folder with files of ours in it. `ipvlane-files.json` names them, and what it does not name is not ours: it is never written,
 * replaced or taken away. Folders inside it that are ours have such a file of their own.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { readRegularFile } from '../../manifest/finding/regular-file.ts';
import { TraceWriter } from '../../trace/writer.ts';
import { RUN_FACTS_FILE, readRunFacts } from '../run-facts.ts';
import { attempt } from './unwritable.ts';
import { partOf, writeWhole } from './whole-file.ts';

export const OUR_FILES = 'ipvlane-files.json';

/** What a run leaves, but for captures. */
export const RUN_FILES = [
  ...['trace.ndjson', 'result.json', 'report.html', 'junit.xml', 'summary.md', RUN_FACTS_FILE, 'console.log'],
] as const;

/** Whatever such a file says, it makes nothing else ours. */
const KNOWN =
  /^(trace\.ndjson|result\.json|report\.html|junit\.xml|summary\.md|run\.json|console\.log|matrix\.json|cells\.ndjson|comparison\.(json|html)|[^/\0]+\.pcap)$/;
const INSIDE = /^(?!\.)[^/\0]+(\/(?!\.)[^/\0]+){0,3}$/;

const schema = z.object({
  schema: z.literal('ipvlane.files/v1'),
  /** The run whose files these are came to its end. */
  completed: z.boolean(),
  /** All is on the disk, and on its way into the folder that this one is in. */
  moving: z.boolean().default(false),
  files: z.array(z.string().regex(KNOWN)),
  folders: z.array(z.string().regex(INSIDE)),
});

const LARGEST = 1 << 24;
/** What Node reads at once. */
const LARGEST_COPIED = 2 ** 31 - 1;

export class OurFolder implements Disposable {
  readonly path: string;
  readonly files = new Set<string>();
  /** Folders inside, from here. */
  readonly folders = new Set<string>();
  completed = false;
  moving = false;
  readonly #open = new Map<string, number>();

  private constructor(path: string) {
    this.path = path;
  }

  /** A folder that is there. @throws DiagnosticError where another file has the name of ours */
  static at(path: string): OurFolder {
    const folder = new OurFolder(path);
    folder.#read();
    return folder;
  }

  /** The folder of that name inside, if it is one and ours. */
  inside(name: string): OurFolder | null {
    const path = this.#realFolder(name);
    if (path === null || (!existsSync(join(path, OUR_FILES)) && !existsSync(join(path, RUN_FACTS_FILE)))) return null;
    return OurFolder.at(path);
  }

  /**
   * The folder of that name inside, made where it is not there; ours from now on.
   * @throws DiagnosticError where something else is in the way, such as a symbolic link
   */
  make(name: string): OurFolder {
    if (!INSIDE.test(name)) throw new Error(`${name} is no name of a folder`);
    let path = this.path;
    for (const part of name.split('/')) {
      path = join(path, part);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && !stat.isDirectory()) throw foreign(path);
      if (stat === undefined) attempt(path, () => mkdirSync(path));
    }
    const folder = OurFolder.at(path);
    this.adopt(name);
    if (!existsSync(join(path, OUR_FILES))) folder.save();
    return folder;
  }

  /** A folder inside is ours. */
  adopt(name: string): void {
    if (this.folders.has(name)) return;
    this.folders.add(name);
    this.save();
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** @throws DiagnosticError of kind input where a name is taken by what is not ours: nothing is written then */
  refuseForeign(names: Iterable<string>): void {
    const taken = [...names].filter((name) => !this.files.has(name) && this.#isThere(name));
    if (taken.length > 0) throw foreign(...taken.map((name) => this.file(name)));
  }

  /** @throws DiagnosticError of kind machine (disk full, quota, permissions) or manifest (not ours) */
  write(name: string, data: string | Uint8Array): void {
    this.#claim(name);
    attempt(this.file(name), () => writeWhole(this.file(name), data));
  }

  /** The trace, made anew. @throws DiagnosticError as `write` does */
  trace(): TraceWriter {
    this.#makeRoom('trace.ndjson');
    const file = this.file('trace.ndjson');
    return attempt(file, () => TraceWriter.create(file));
  }

  /** Appends a piece of a file that comes in pieces, such as a capture. */
  append(given: string, data: Uint8Array | string, last: boolean): void {
    const name = basename(given);
    if (!this.#open.has(name)) this.#makeRoom(name);
    attempt(this.file(name), () => {
      const fd = this.#open.get(name) ?? openSync(this.file(name), 'wx');
      this.#open.set(name, fd);
      writeFileSync(fd, data);
      if (!last) return;
      fsyncSync(fd);
      this.#open.delete(name);
      closeSync(fd);
    });
  }

  /** All files of another folder of ours. */
  copyFrom(other: OurFolder): void {
    for (const name of other.files)
      if (other.#isThere(name)) this.write(name, readRegularFile(other.file(name), LARGEST_COPIED));
  }

  /** Takes away one file of ours. */
  remove(name: string): void {
    if (!this.files.has(name)) return;
    attempt(this.file(name), () => this.#unlink(name));
    this.files.delete(name);
    this.save();
  }

  /** Takes away all that is ours, but for folders to keep; and itself, where nothing else is in it. */
  clear(keep: ReadonlySet<string> = new Set()): void {
    this[Symbol.dispose]();
    attempt(this.path, () => {
      for (const name of this.files) this.#unlink(name);
      for (const name of [...this.folders].filter((each) => !keep.has(each))) this.forget(name);
      this.files.clear();
      if (this.folders.size > 0) this.save();
      else this.end();
    });
  }

  /** Takes away what is ours in a folder inside. Not saved. */
  forget(name: string): void {
    this.inside(name)?.clear();
    this.folders.delete(name);
    for (let each = name; each !== '.'; each = dirname(each)) if (!removeIfEmpty(join(this.path, each))) return;
  }

  /** Of what was named before it was made, what never was. Not saved. */
  dropMissing(): void {
    for (const name of this.files) if (!this.#isThere(name)) this.files.delete(name);
  }

  /** Nothing of it is ours any more; it is gone when nothing else is in it. */
  end(): void {
    rmSync(this.file(OUR_FILES), { force: true });
    removeIfEmpty(this.path);
  }

  /** @param synced it is to outlive the machine too, and not only this process */
  save(synced = false): void {
    const sorted = (names: Iterable<string>): string[] => [...names].sort();
    const kept = { completed: this.completed, ...(this.moving ? { moving: true } : {}) };
    const named = { files: sorted(this.files), folders: sorted(this.folders) };
    const text = `${JSON.stringify({ schema: 'ipvlane.files/v1', ...kept, ...named }, null, 2)}\n`;
    attempt(this.file(OUR_FILES), () => writeWhole(this.file(OUR_FILES), text, synced));
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #read(): void {
    if (!this.#isThere(OUR_FILES)) {
      this.#readOlder();
      return;
    }
    try {
      const read = schema.parse(JSON.parse(readRegularFile(this.file(OUR_FILES), LARGEST).toString('utf8')));
      for (const name of read.files) this.files.add(name);
      for (const name of read.folders) this.folders.add(name);
      this.completed = read.completed;
      this.moving = read.moving;
    } catch {
      throw foreign(this.file(OUR_FILES));
    }
  }

  /** Before there was such a file, `run.json` alone said that a run had been here: under fixed names, but for captures. */
  #readOlder(): void {
    if (!this.#isThere(RUN_FACTS_FILE)) return;
    try {
      readRunFacts(this.file(RUN_FACTS_FILE));
    } catch {
      return; // somebody's own
    }
    for (const name of RUN_FILES) if (this.#isThere(name)) this.files.add(name);
    this.completed = true;
  }

  #claim(name: string): void {
    if (this.files.has(name)) return;
    if (!KNOWN.test(name)) throw new Error(`${name} is no name of ours`);
    this.refuseForeign([name]);
    if (lstatSync(partOf(this.file(name)), { throwIfNoEntry: false }) !== undefined)
      throw foreign(partOf(this.file(name)));
    this.files.add(name);
    this.save();
  }

  #makeRoom(name: string): void {
    this.#claim(name);
    attempt(this.file(name), () => this.#unlink(name));
  }

  #unlink(name: string): void {
    rmSync(this.file(name), { force: true });
    rmSync(partOf(this.file(name)), { force: true });
  }

  #isThere(name: string): boolean {
    return lstatSync(this.file(name), { throwIfNoEntry: false }) !== undefined;
  }

  /** null where it is not there, or not reached by folders alone. */
  #realFolder(name: string): string | null {
    let path = this.path;
    for (const part of name.split('/')) {
      path = join(path, part);
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
    }
    return path;
  }
}

function removeIfEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    // Else something else is in it.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

export function foreign(...paths: readonly string[]): DiagnosticError {
  const [first, ...more] = paths;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return new DiagnosticError('input', [
    {
      code: 'E570',
      severity: 'error',
      message: `${first ?? ''} is in the way${others}: no run of ipvlane is known to have written it, so it is left as it is`,
      help: 'move it away, or choose another folder with --out',
    },
  ]);
}
