/**
 * The folder that a run, a matrix or a comparison leaves its results in. What an earlier one left is there until the new one is
 * whole: that is written into `unfinished/` beside it, and moved to its place at the end. Only one at a time writes into a folder.
 */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { RESULTS_FOLDER } from '../../manifest/finding/files.ts';
import { lockFolder } from '../../kernel/machine/file-lock.ts';
import { makeFolder } from '../../kernel/machine/make-folder.ts';
import { OUR_FILES, OurFolder, foreign } from './our-folder.ts';
import { attempt } from './unwritable.ts';
import { sync } from './whole-file.ts';

/** Where a run is written until it is whole, and stays when it is killed. */
export const UNFINISHED = 'unfinished';

const CONSOLE = 'console.log';

/**
 * The path of an output folder: `--out`, or `ipvlane-out/NAMES`.
 * @throws DiagnosticError of kind input where the latter leads elsewhere by a symbolic link: nobody named that place
 */
export function outputPath(cwd: string, out: string | null, ...names: readonly string[]): string {
  if (out !== null) return resolve(cwd, out);
  let path = cwd;
  for (const name of [RESULTS_FOLDER, ...names]) {
    path = join(path, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue;
    throw new DiagnosticError('input', [
      {
        code: 'E572',
        severity: 'error',
        message: `${path} is a symbolic link, and what it leads to was not named`,
        help: 'name the folder with --out, if it is meant',
      },
    ]);
  }
  return path;
}

export class OutputFolder implements Disposable {
  readonly path: string;
  /** What is there from an earlier run. */
  readonly earlier: OurFolder;
  readonly #lock: Disposable;
  #unfinished: OurFolder | null = null;

  private constructor(path: string, earlier: OurFolder, lock: Disposable) {
    this.path = path;
    this.earlier = earlier;
    this.#lock = lock;
  }

  /**
   * Made where it is not there.
   * @param names what will be written: refused where other files have them
   * @throws DiagnosticError of kind machine when it cannot be made or written; of kind input when another run writes into it, or
   * something else is in the way
   */
  static async create(path: string, names: readonly string[] = []): Promise<OutputFolder> {
    attempt(path, () => {
      makeFolder(path);
      accessSync(path, constants.W_OK | constants.X_OK);
    });
    const folder = await OutputFolder.open(path);
    try {
      folder.earlier.refuseForeign(names);
      refuseForeignUnfinished(folder.earlier);
      return folder;
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  }

  /** One that is there, to write its reports again. @throws as `create` does */
  static async open(named: string): Promise<OutputFolder> {
    const path = realpathSync(named);
    const lock = await lockAll(named, [path, ...(basename(path) === UNFINISHED ? [dirname(path)] : [])]);
    try {
      const earlier = OurFolder.at(path);
      const left = unfinishedIn(earlier);
      if (left?.moving === true) move(left, earlier);
      return new OutputFolder(named, earlier, lock);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** What was not brought to an end here before. */
  leftUnfinished(): OurFolder | null {
    return unfinishedIn(this.earlier);
  }

  /** Where the new one is written; null before `begin`. */
  get unfinished(): OurFolder | null {
    return this.#unfinished;
  }

  /** Takes away what was not brought to an end here before, but for folders to keep. @throws DiagnosticError */
  begin(keep: ReadonlySet<string> = new Set()): OurFolder {
    this.leftUnfinished()?.clear(keep);
    const path = join(this.earlier.path, UNFINISHED);
    refuseForeignUnfinished(this.earlier);
    attempt(path, () => makeFolder(path));
    this.#unfinished = OurFolder.at(path);
    this.#unfinished.save();
    return this.#unfinished;
  }

  /** What a kernel said that did not come up, or that died. */
  keepConsole(text: string): void {
    (this.#unfinished ?? this.earlier).write(CONSOLE, text);
  }

  /**
   * Moves what was written to its place, and takes the earlier result away; one that came to its end is not given up for one that did
   * not: the new one then stays beside it.
   * @returns where the new one is
   * @throws DiagnosticError where it cannot be; nothing is lost then
   */
  publish(completed: boolean): string {
    const { earlier } = this;
    const made = this.#unfinished;
    if (made === null) throw new Error('nothing was begun');
    made[Symbol.dispose]();
    made.completed = completed;
    if (!completed && earlier.completed) {
      made.save();
      return this.file(UNFINISHED);
    }
    refuseInTheWay(made, earlier);
    attempt(this.path, () => {
      syncAll(made);
      made.moving = true;
      made.save(true);
      sync(made.path);
      move(made, earlier);
      sync(earlier.path);
    });
    this.#unfinished = null;
    return this.path;
  }

  /** Nothing was seen, so nothing is kept, but what a kernel said that died; what an earlier run has left stays. */
  discard(): void {
    const made = this.#unfinished;
    if (made === null) return;
    this.#unfinished = null;
    const said = existsSync(made.file(CONSOLE)) ? readFileSync(made.file(CONSOLE), 'utf8') : null;
    made.clear();
    if (said !== null) this.keepConsole(said);
  }

  [Symbol.dispose](): void {
    this.#unfinished?.[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }
}

/** A run holds the folder that its unfinished one is in. */
async function lockAll(named: string, paths: readonly string[]): Promise<Disposable> {
  const locks: Disposable[] = [];
  const release = (): void => {
    for (const lock of locks) lock[Symbol.dispose]();
  };
  for (const path of paths) {
    const lock = await lockFolder(path);
    if (lock === null) {
      release();
      throw taken(named);
    }
    locks.push(lock);
  }
  return { [Symbol.dispose]: release };
}

function unfinishedIn(folder: OurFolder): OurFolder | null {
  return existsSync(join(folder.path, UNFINISHED, OUR_FILES)) ? folder.inside(UNFINISHED) : null;
}

/** An empty folder of that name is no loss. */
function refuseForeignUnfinished(folder: OurFolder): void {
  const path = join(folder.path, UNFINISHED);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) throw foreign(path);
  if (!existsSync(join(path, OUR_FILES)) && !isEmpty(path)) throw foreign(path);
}

function refuseInTheWay(from: OurFolder, to: OurFolder): void {
  to.refuseForeign(from.files);
  for (const name of from.folders) {
    const inside = from.inside(name);
    if (inside !== null) refuseInTheWay(inside, to.make(name));
  }
}

function syncAll(folder: OurFolder): void {
  folder.dropMissing();
  for (const name of folder.files) sync(folder.file(name));
  for (const name of folder.folders) {
    const inside = folder.inside(name);
    if (inside === null) continue;
    syncAll(inside);
    inside.save();
  }
}

/** Goes on where it was broken off, however often. */
function move(from: OurFolder, to: OurFolder): void {
  const [oldFiles, oldFolders] = [[...to.files], [...to.folders]];
  for (const name of from.files) to.files.add(name);
  const kept = new Set(from.folders);
  for (const name of kept) to.folders.add(name);
  to.save();
  for (const name of from.files) if (existsSync(from.file(name))) renameSync(from.file(name), to.file(name));
  for (const name of from.folders) {
    const inside = from.inside(name);
    if (inside !== null) move(inside, to.make(name));
  }
  for (const name of [...from.folders]) from.forget(name);
  for (const name of oldFiles) if (!from.files.has(name)) to.remove(name);
  for (const name of oldFolders) if (!kept.has(name)) to.forget(name);
  to.completed = from.completed;
  to.save(true);
  from.end();
}

function isEmpty(path: string): boolean {
  return readdirSync(path).length === 0;
}

function taken(path: string): DiagnosticError {
  return new DiagnosticError('input', [
    {
      code: 'E571',
      severity: 'error',
      message: `another run of ipvlane writes into ${path}`,
      help: 'wait for its end, or choose another folder with --out',
    },
  ]);
}
