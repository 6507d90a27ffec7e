/** `report`, which makes a finished run's faces again, killed while it is at it: each file stays whole, the old one or the new one. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, REPOSITORY } from '../cli/ipvlane.ts';

const FACES = ['result.json', 'junit.xml', 'summary.md', 'report.html'];

export class ReportKills implements AsyncDisposable {
  readonly #place = mkdtempSync(join(tmpdir(), 'ipvlane-kill-'));
  readonly #out = join(this.#place, 'out');
  #wholeMs = 0;
  #made = new Map<string, string>();

  private constructor() {}

  /** With a run of which there is everything. */
  static async prepare(): Promise<ReportKills> {
    const kills = new ReportKills();
    await kills.#ipvlane('run', join(REPOSITORY, 'scenarios/seed'), '--kernel', 'uml', '--plain', '-o', kills.#out)
      .ended;
    // What it says of how it was run is the same each time from now on.
    await kills.#ipvlane('report', kills.#out).ended;
    const began = performance.now();
    await kills.#ipvlane('report', kills.#out).ended;
    kills.#wholeMs = performance.now() - began;
    kills.#made = kills.#files();
    return kills;
  }

  /** @param part of the time that it takes, after which it is killed @returns ms, and what is gone or was not there */
  async kill(part: number): Promise<readonly [number, readonly string[]]> {
    const ms = Math.floor(part * this.#wholeMs);
    const { child, ended } = this.#ipvlane('report', this.#out);
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill('SIGKILL');
    await ended;
    const now = this.#files();
    // Half a file has a name of its own, which the next one to write it takes: nobody reads it.
    const left = [...now.keys()].filter((name) => !this.#made.has(name) && !/^\..*\.part$/.test(name));
    const changed = [...this.#made.keys()].filter((name) => now.get(name) !== this.#made.get(name));
    await this.#ipvlane('report', this.#out).ended;
    const parts = [...this.#files().keys()].filter((name) => name.endsWith('.part'));
    return [ms, [...left, ...changed, ...parts]];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#place, { recursive: true, force: true });
  }

  #files(): Map<string, string> {
    const files = readdirSync(this.#out, { withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = new Map(files.map(({ name }) => [name, readFileSync(join(this.#out, name), 'utf8')]));
    for (const name of FACES) if (!texts.has(name)) texts.set(name, 'not there');
    return texts;
  }

  #ipvlane(...words: readonly string[]) {
    const child = spawn(COMMAND[0], [COMMAND[1], ...words], { stdio: 'ignore' });
    return { child, ended: new Promise<void>((resolve) => child.once('close', () => resolve())) };
  }
}
