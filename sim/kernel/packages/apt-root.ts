/**
 * A root of apt's own in the cache: one suite's lists, nothing of the machine's, no rights needed. apt checks the
 * archive's signature and every package's hash, with the keys that the machine already trusts.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { MORE_ROOM } from '../machine/cache-folder.ts';
import { findProgram } from '../machine/program.ts';
import { machineError } from '../machine/machine-error.ts';

/** @param fraction from 0 to 1, of what is underway */
export type Progress = (fraction: number) => void;

export class AptRoot {
  readonly #folder: string;
  readonly #configuration: string;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param folder its own, made when it is not there; may be used again
   * @param sources text of a sources.list
   * @param signal ends what is underway
   */
  constructor(folder: string, sources: string, signal?: AbortSignal) {
    this.#signal = signal;
    this.#folder = folder;
    this.#configuration = join(folder, 'apt.conf');
    for (const below of ['lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, below), { recursive: true });
    writeFileSync(join(folder, 'sources.list'), sources);
    writeFileSync(this.#configuration, configuration(folder));
  }

  /** Fetches the lists. @throws DiagnosticError: no network, a key that is not here, a suite that is gone */
  async update(onProgress: Progress): Promise<void> {
    await this.#run('apt-get', ['update'], 'read what the archive has', this.#folder, onProgress);
  }

  /** Names of all packages that begin so. */
  async names(prefix: string): Promise<string[]> {
    const said = await this.#run('apt-cache', ['pkgnames', prefix], 'search the archive', this.#folder);
    return said.split('\n').filter(Boolean).sort();
  }

  /** Fetches packages as files into a folder. @throws DiagnosticError: no network, no space, a file that is not what the lists say */
  async download(packages: readonly string[], into: string, onProgress: Progress): Promise<void> {
    await this.#run('apt-get', ['download', ...packages], `download ${packages.join(', ')}`, into, onProgress);
  }

  /** @returns what it printed */
  async #run(
    program: string,
    args: readonly string[],
    attempted: string,
    cwd: string,
    onProgress?: Progress,
  ): Promise<string> {
    const child = spawn(
      findProgram(program) ?? program,
      ['-c', this.#configuration, '-q', '-o', 'APT::Status-Fd=3', ...args],
      { cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8' } },
    );
    const gathered = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (gathered.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (gathered.stderr += text));
    (child.stdio[3] as Readable | null)?.setEncoding('utf8').on('data', (text: string) => {
      // `dlstatus:1:45.3333:Retrieving file 1 of 1`
      const percents = [...text.matchAll(/^(?:dl|pm)status:[^:]*:([0-9.]+):/gm)].map((found) => Number(found[1]));
      const last = percents.at(-1);
      if (last !== undefined) onProgress?.(last / 100);
    });
    const end = (): void => void child.kill();
    if (this.#signal?.aborted === true) end();
    this.#signal?.addEventListener('abort', end, { once: true });
    const ended = await new Promise<string | null>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      // Not before apt's own helpers are gone, too: they write where the caller is about to clean up.
      child.once('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? code}`));
    });
    this.#signal?.removeEventListener('abort', end);
    if (ended === null) return gathered.stdout;
    throw machineError({ code: 'E519', attempted, ...explain(gathered.stderr, ended) });
  }
}

/** apt's many lines, shortened to those that say what went wrong, with what can be done about it. */
function explain(stderr: string, ended: string): { said: string; remedy: string } {
  const lines = stderr.split('\n').filter((line) => /^(E|W|Err):? ?/.test(line));
  const said = [...new Set(lines)].slice(0, 4).join('\n') || stderr.trim().split('\n').slice(-4).join('\n') || ended;
  const remedy = REMEDIES.find(([pattern]) => pattern.test(stderr))?.[1];
  return { said, remedy: remedy ?? 'see that `apt-get update` works on this machine, then try again' };
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /NO_PUBKEY|not signed|EXPKEYSIG/,
    'install a debian-archive-keyring that has the key: sudo apt-get install debian-archive-keyring',
  ],
  [
    /Hash Sum mismatch|unexpected size/,
    'the archive, or a proxy before it, gave another file than its lists promise: try again',
  ],
  [
    /Could not resolve|Could not connect|Connection failed|Network is unreachable|Temporary failure|timed out|Could not handshake/,
    'connect this machine to its Debian archive; kernels that `ipvlane kernels list` shows as here work without it',
  ],
  [/No space left|not have enough (free )?space/, MORE_ROOM],
  [
    /does not have a Release file|404/,
    'the archive of this machine does not have that suite: use a full mirror of Debian',
  ],
];

function configuration(folder: string): string {
  return `Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "${folder}";
Dir::State::Lists "${folder}/lists";
Dir::State::status "/dev/null";
Dir::Cache "${folder}/cache";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
// The cache may lie where apt's own user cannot go.
APT::Sandbox::User "${userInfo().username}";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
// Nothing that the machine does after its own updates.
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
// Of all that an archive has, the lists of packages.
#clear Acquire::IndexTargets;
Acquire::IndexTargets::deb::Packages {
  MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
  flatMetaKey "Packages";
  ShortDescription "Packages";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
};
`;
}
