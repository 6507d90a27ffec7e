/** What a command was given to read: paths, the files behind them, and what is to be said before anything is read. */
import { join, normalize } from 'node:path/posix';
import { isAbsolute, relative, resolve } from 'node:path';
import { DiagnosticError, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diskFiles } from '../../manifest/finding/disk-files.ts';
import { STDIN, type Files } from '../../manifest/finding/files.ts';
import { findBelow } from '../../manifest/finding/below.ts';
import type { ReadOptions } from '../../manifest/read-options.ts';
import { isChart, isKustomization } from '../../manifest/finding/rendered-folder.ts';
import type { FilenameOptions } from './filename-options.ts';
import { type RunTool, withRendering } from './render.ts';

export interface Given {
  /** For `Files`; empty: none was named. */
  readonly paths: readonly string[];
  readonly files: Files;
  /** The folders inside a folder are read too. */
  readonly recursive: boolean;
  readonly reading: ReadOptions;
  /** Name of the command, for remedies. */
  readonly command: string;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Of a command that takes no manifests, or was given none. */
export const NOTHING_GIVEN: Given = {
  paths: [],
  files: diskFiles,
  recursive: false,
  reading: {},
  command: '',
  diagnostics: [],
};

/**
 * @param parts.standardInput read to its end when `-` is among the paths
 * @param parts.say told, in words, what is rendered
 * @throws DiagnosticError of kind input for what cannot be a path
 */
export async function readGiven(
  { paths, kustomizations, recursive, reading }: FilenameOptions,
  parts: {
    /** Name of the command, for remedies. */
    readonly command: string;
    readonly disk: Files;
    readonly cwd: string;
    /** An error: it went on after what may be read. */
    readonly standardInput: () => Promise<Uint8Array | Error>;
    readonly runTool: RunTool;
    readonly say: (words: string) => void;
  },
): Promise<Given> {
  refuseAddresses(paths, parts.command);
  const named = [...paths, ...kustomizations].map((path) => (path === '-' ? STDIN : asTyped(parts.cwd, path)));
  refuseNoKustomizations(kustomizations, parts.disk);
  const input = paths.includes('-') ? await parts.standardInput() : null;
  const files = withRendering(input === null ? parts.disk : withInput(parts.disk, input), parts);
  const folders = recursive ? named.filter((path) => files.stat(path)?.kind === 'folder') : [];
  // Without a path it is the current folder that is read.
  if (recursive && named.length === 0) folders.push('.');
  // What is rendered itself has what lies inside it for its own parts.
  const searched = folders.filter((folder) => !isKustomization(folder, files) && !isChart(folder, files));
  const below = new Map(searched.map((folder) => [normal(folder), findBelow(folder, files)]));
  refuseUnread([...below.values()]);
  return {
    paths: named,
    files: below.size === 0 ? files : withFoldersInside(files, below),
    recursive,
    reading,
    command: parts.command,
    diagnostics: [...below].flatMap(([folder, found]) => warningsOf(folder, found)),
  };
}

function withInput(files: Files, input: Uint8Array | Error): Files {
  const bytes = input instanceof Error ? 0 : input.length;
  return {
    ...files,
    stat: (path) => (path === STDIN ? { kind: 'file', bytes } : files.stat(path)),
    read(file) {
      if (file !== STDIN) return files.read(file);
      if (input instanceof Error) throw input;
      return input;
    },
  };
}

/** A folder lists what lies below it as its own. */
function withFoldersInside(files: Files, below: ReadonlyMap<string, ReturnType<typeof findBelow>>): Files {
  return {
    ...files,
    list(folder) {
      const found = below.get(normal(folder));
      if (found === undefined || found.files.length === 0) return files.list(folder);
      const prefix = normal(folder) === '.' ? '' : `${normal(folder)}/`;
      return found.files.map((file) => normal(file).slice(prefix.length));
    },
  };
}

function warningsOf(folder: string, { charts, kustomizations }: ReturnType<typeof findBelow>): Diagnostic[] {
  const warnings: Diagnostic[] = [];
  const [chart] = charts;
  if (chart !== undefined) {
    warnings.push({
      code: 'W121',
      severity: 'warning',
      message: `${count(charts, 'chart')} below ${folder} left out, since a chart must be rendered: ${listed(charts)}`,
      help: `name what is to be rendered: \`-f ${chart}\``,
    });
  }
  const [kustomization] = kustomizations;
  if (kustomization !== undefined) {
    warnings.push({
      code: 'W121',
      severity: 'warning',
      message: `${count(kustomizations, 'kustomization')} below ${folder} not rendered, the files there read as they lie: ${listed(kustomizations)}`,
      help: `name what is to be rendered, without -R: \`-k ${kustomization}\``,
    });
  }
  return warnings;
}

function count(folders: readonly string[], what: string): string {
  return folders.length === 1 ? `1 ${what}` : `${folders.length} ${what}s`;
}

function listed(folders: readonly string[]): string {
  const more = folders.length > 3 ? ` and ${folders.length - 3} more` : '';
  return `${folders.slice(0, 3).join(', ')}${more}`;
}

function refuseAddresses(paths: readonly string[], command: string): void {
  if (paths.includes('')) {
    const help = 'write a file, a folder, or `.` for this one; a variable of the shell may be unset';
    throw new DiagnosticError('input', [
      { code: 'E124', severity: 'error', message: 'an empty path names nothing', help },
    ]);
  }
  const wrong = paths.filter((path) => /^https?:\/\//.test(path));
  if (wrong.length === 0) return;
  throw new DiagnosticError(
    'input',
    wrong.map((path) => ({
      code: 'E124',
      severity: 'error',
      message: `${path} is not of this machine, and ipvlane fetches no manifests`,
      help: `write \`curl -sSfL ${path} | ipvlane ${command} -\``,
    })),
  );
}

function refuseNoKustomizations(folders: readonly string[], disk: Files): void {
  const wrong = folders.filter((folder) => !isKustomization(folder, disk));
  if (wrong.length === 0) return;
  throw new DiagnosticError(
    'input',
    wrong.map((folder) => ({
      code: 'E123',
      severity: 'error',
      message: `${folder} holds no kustomization.yaml`,
      help: 'give -k the folder of a kustomization; a kernel is named with --kernel',
    })),
  );
}

function refuseUnread(below: readonly ReturnType<typeof findBelow>[]): void {
  const misnamed = below.flatMap((found) => found.misnamed);
  const unlisted = below.flatMap((found) => found.unlisted);
  if (misnamed.length + unlisted.length === 0) return;
  throw new DiagnosticError('input', [
    ...misnamed.map((folder) => ({
      code: 'E125' as const,
      severity: 'error' as const,
      message: `the name \`${folder}\` is no UTF-8 text: nothing in this folder can be read`,
      help: 'rename the folder',
    })),
    ...unlisted.map(({ folder, why }) => ({
      code: 'E102' as const,
      severity: 'error' as const,
      message: `${folder} cannot be read: ${why}`,
      help: 'let it be read, or name the folders beside it, without -R',
    })),
  ]);
}

function normal(path: string): string {
  return normalize(path).replace(/(?<=.)\/$/, '');
}

/** Diagnostics name files as people would: relative to where they stand, unless that leads out of it. */
function asTyped(cwd: string, path: string): string {
  if (!isAbsolute(path)) return normal(join(path));
  const near = relative(cwd, resolve(cwd, path));
  return near === '' ? '.' : near.startsWith('..') ? path : near;
}
