/** The built command, as a person runs it: in a folder of their own, with their files in it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

export const REPOSITORY = join(import.meta.dirname, '../..');
export const COMMAND: readonly [string, string] = [process.execPath, join(REPOSITORY, 'dist/ipvlane.js')];

export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is gone at the end, with the command run in it. */
export class Desk implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'ipvlane-cli-'));

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
  }

  /** The seed scenario below `seed/`, each named file changed; every change must find what it changes. */
  seed(changes: Readonly<Record<string, readonly [from: string, to: string]>> = {}): void {
    const skip = join(REPOSITORY, 'scenarios/seed/as-documented');
    cpSync(join(REPOSITORY, 'scenarios/seed'), join(this.path, 'seed'), {
      recursive: true,
      filter: (path) => path !== skip,
    });
    for (const [name, [from, to]] of Object.entries(changes)) {
      const text = readFileSync(join(this.path, 'seed', name), 'utf8');
      if (!text.includes(from)) throw new Error(`${name} of the seed scenario does not hold «${from}»`);
      this.write(join('seed', name), text.replace(from, to));
    }
  }

  /** Runs `before... node dist/ipvlane.js words...` here, or in a folder below. */
  async ipvlane(words: readonly string[], before: readonly string[] = [], folder = '.'): Promise<Said> {
    const [program = '', ...args] = [...before, ...COMMAND, ...words];
    const { exitCode, stdout, stderr } = await execa(program, args, {
      cwd: join(this.path, folder),
      reject: false,
      stdin: 'ignore',
      timeout: 170_000, // short of what a kernel test has: a hang is told by its words
      env: { NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    return { exitCode, stdout, stderr };
  }

  /** Names in a folder; empty when there is no such folder. */
  list(folder: string): string[] {
    const path = join(this.path, folder);
    return existsSync(path) ? readdirSync(path).sort() : [];
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
