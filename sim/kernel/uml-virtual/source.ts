/** Linux's source as Debian packs it: the installed one, or the package, fetched without installing it. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache-folder.ts';
import { fileDigest } from '../machine/file-digest.ts';
import { machineError } from '../machine/machine-error.ts';
import { AptRoot, type Progress } from '../packages/apt-root.ts';
import { debianArchive, readAptSources, suiteSources } from '../packages/apt-sources.ts';
import type { RunStep } from './logged-run.ts';

const SERIES = '6.12';
const PACKAGE = `linux-source-${SERIES}`;
const ARCHIVE = `usr/src/${PACKAGE}.tar.xz`;
/** Debian's releases that have it, the one this was tried on first. */
const SUITES = ['bookworm', 'trixie'];

export interface LinuxSource {
  /** Where it came from: a suite, or `installed`. */
  readonly suite: string;
  readonly packages: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[];
  /** A tar.xz whose only folder is named as the package. */
  readonly archive: string;
  readonly folder: string;
}

/**
 * @param work a folder for what is fetched
 * @throws DiagnosticError of kind `machine`
 */
export async function findLinuxSource(
  work: string,
  run: RunStep,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<LinuxSource> {
  const installed = join('/', ARCHIVE);
  if (existsSync(installed)) return { suite: 'installed', packages: [], archive: installed, folder: PACKAGE };
  const archive = debianArchive(readAptSources());
  if (archive === null)
    throw machineError({
      code: 'E521',
      attempted: `download ${PACKAGE}`,
      said: 'none of this machine’s sources of packages is an archive of Debian (/etc/apt/sources.list, sources.list.d)',
      remedy: `put ${PACKAGE}.tar.xz into /usr/src, or use --kernel debian:6.12 --clock virtual, which needs no build`,
    });
  for (const suite of SUITES) {
    const apt = new AptRoot(cacheFolder('apt', suite), suiteSources(archive, suite), signal);
    await apt.update(() => undefined);
    if (!(await apt.names(PACKAGE)).includes(PACKAGE)) continue;
    const folder = join(work, 'package');
    mkdirSync(folder);
    await apt.download([PACKAGE], folder, onProgress);
    const packages = readdirSync(folder).map((file) => describe(folder, file));
    const [first] = packages;
    if (first === undefined) continue;
    const argv = ['dpkg-deb', '-x', join(folder, first.file), join(work, 'unpacked')] as const;
    await run({ attempted: `unpack ${first.file}`, argv, cwd: work });
    return { suite, packages, archive: join(work, 'unpacked', ARCHIVE), folder: PACKAGE };
  }
  throw machineError({
    code: 'E521',
    attempted: `download ${PACKAGE}`,
    said: `${SUITES.join(' and ')} of this machine’s archive do not have it (any more)`,
    remedy: `put ${PACKAGE}.tar.xz into /usr/src, or use --kernel debian:6.12 --clock virtual, which needs no build`,
  });
}

function describe(folder: string, file: string): LinuxSource['packages'][number] {
  const path = join(folder, file);
  return { file, bytes: statSync(path).size, sha256: fileDigest(path) };
}
