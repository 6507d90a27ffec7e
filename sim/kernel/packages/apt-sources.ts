/**
 * Where this machine gets its packages from: sources.list(5), one line a source or in deb822 style. No archive's address is
 * written in this program; it is read from what the machine already trusts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Options in brackets that say whom to trust, as the machine has them: `signed-by=/usr/share/keyrings/….gpg`. */
  readonly trust: readonly string[];
}

/** @param folder /etc/apt */
export function readAptSources(folder = '/etc/apt'): AptSource[] {
  const parts = join(folder, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [join(folder, 'sources.list'), ...names.map((name) => join(parts, name))]
    .filter((path) => existsSync(path) && /\.(list|sources)$/.test(path))
    .flatMap((path) => parseAptSources(readFileSync(path, 'utf8'), path.endsWith('.sources') ? 'deb822' : 'lines'));
}

export function parseAptSources(text: string, style: 'lines' | 'deb822'): AptSource[] {
  return style === 'lines' ? text.split('\n').flatMap(parseLine) : text.split(/\n\s*\n/).flatMap(parseStanza);
}

const LINE = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/;

function parseLine(line: string): AptSource[] {
  const [, options = '', uri, suite, components = ''] = LINE.exec(line) ?? [];
  if (uri === undefined || suite === undefined) return [];
  return [{ uri: withoutSlash(uri), suite, components: words(components), trust: words(options).filter(isTrust) }];
}

function parseStanza(text: string): AptSource[] {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of text.split('\n').filter((line) => !line.startsWith('#'))) {
    const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (field !== null) fields.set((last = (field[1] ?? '').toLowerCase()), field[2] ?? '');
    else if (/^\s/.test(line)) fields.set(last, `${fields.get(last) ?? ''}\n${line}`);
  }
  const list = (name: string): string[] => words(fields.get(name) ?? '');
  if (!list('types').includes('deb') || fields.get('enabled')?.trim() === 'no') return [];
  const trust = ['signed-by', 'trusted'].flatMap((name) => {
    const value = fields.get(name)?.trim();
    // A key written out in the file cannot stand in brackets; apt's own trusted keys are asked then.
    return value === undefined || value.includes('\n') ? [] : [`${name}=${value}`];
  });
  return list('uris').flatMap((uri) =>
    list('suites').map((suite) => ({ uri: withoutSlash(uri), suite, components: list('components'), trust })),
  );
}

/** The archive of Debian's releases and that of their security updates, as the machine's own sources name them. */
export interface DebianArchive {
  readonly main: AptSource;
  readonly security: AptSource | null;
}

const RELEASES =
  /^(?:buster|bullseye|bookworm|trixie|forky|duke|sid|(?:old)*stable|testing|unstable)(-security|-updates|-backports|\/updates)?$/;

/** @returns null when none of the sources is Debian's archive */
export function debianArchive(sources: readonly AptSource[]): DebianArchive | null {
  const ofDebian = sources.filter(({ suite, components }) => RELEASES.test(suite) && components.includes('main'));
  const isSecurity = ({ suite }: AptSource): boolean => /(-security|\/updates)$/.test(suite);
  // A third party's archive may name its suites as Debian does; its address does not end so.
  const best = (candidates: readonly AptSource[], ending: RegExp): AptSource | null =>
    candidates.find(({ uri }) => ending.test(uri)) ?? candidates[0] ?? null;
  const main = best(
    ofDebian.filter((source) => !isSecurity(source)),
    /debian$/,
  );
  return main === null ? null : { main, security: best(ofDebian.filter(isSecurity), /security/) };
}

/** Lines for a sources.list that has one suite, and its security updates where it has such. */
export function suiteSources({ main, security }: DebianArchive, suite: string): string {
  const line = ({ uri, trust }: AptSource, name: string): string =>
    `deb ${trust.length === 0 ? '' : `[${trust.join(' ')}] `}${uri} ${name} main\n`;
  const updates = security === null || UNRELEASED.has(suite) ? '' : line(security, `${suite}-security`);
  return line(main, suite) + updates;
}

/** Suites without security updates of their own. */
const UNRELEASED = new Set(['forky', 'sid']);

function isTrust(option: string): boolean {
  return /^(signed-by|trusted)=/.test(option);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
