/** The manifests of a folder and of the folders inside it, as `kubectl apply -R -f` finds them. */
import { join } from 'node:path/posix';
import { MANIFEST_NAME, RESULTS_FOLDER, type Files } from './files.ts';
import { isChart, isKustomization, KUSTOMIZATION_NAMES } from './rendered-folder.ts';

export interface FoundBelow {
  /** Paths of the files, by name, a folder's own and those of its folders among each other. */
  readonly files: readonly string[];
  /** Folders inside it that only a tool can read. A chart's files are left out; a kustomization's are there, but for itself. */
  readonly charts: readonly string[];
  readonly kustomizations: readonly string[];
  /** Folders inside it whose name no text can say: nothing in them is found. */
  readonly misnamed: readonly string[];
  /** Folders inside it that cannot be listed. */
  readonly unlisted: readonly { readonly folder: string; readonly why: string }[];
}

/** Nothing in them was written to be applied. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules', RESULTS_FOLDER]);

/** What only the output folder of a run, a matrix or a comparison has. */
const OURS = ['ipvlane-files.json', 'trace.ndjson', 'matrix.json', 'comparison.json'];

/**
 * Symbolic links to folders are not followed (filepath.Walk, which kubectl uses, does not either), so it ends. Where
 * the folder itself cannot be listed, that is left to who reads it: here it is empty.
 * @param entries it ends after so many entries of folders, with what it has found
 */
export function findBelow(folder: string, files: Files, entries = Infinity): FoundBelow {
  const found = { files: [], charts: [], kustomizations: [], misnamed: [], unlisted: [], entriesLeft: entries };
  walk(folder, true, files, found);
  return found;
}

interface Findings extends FoundBelow {
  readonly files: string[];
  readonly charts: string[];
  readonly kustomizations: string[];
  readonly misnamed: string[];
  readonly unlisted: { readonly folder: string; readonly why: string }[];
  entriesLeft: number;
}

function walk(folder: string, isRoot: boolean, files: Files, found: Findings): void {
  if (found.entriesLeft <= 0) return;
  const names = listed(folder, files);
  if (names instanceof Error) {
    if (!isRoot) found.unlisted.push({ folder, why: names.message });
    return;
  }
  found.entriesLeft -= names.length;
  if (!isRoot && OURS.some((name) => names.includes(name))) return;
  if (!isRoot && isChart(folder, files)) {
    found.charts.push(folder);
    return;
  }
  const renders = isKustomization(folder, files);
  if (!isRoot && renders) found.kustomizations.push(folder);
  for (const name of names.toSorted()) {
    // `..2026_11_29`: what a mounted ConfigMap's files are links to.
    if (SKIPPED.has(name) || name.startsWith('..') || (renders && KUSTOMIZATION_NAMES.includes(name))) continue;
    const path = join(folder, name);
    const stat = files.stat(path);
    if (stat?.kind === 'folder') {
      if (stat.link !== true) walk(path, false, files, found);
    } else if (stat?.kind === 'misnamed' && stat.isFolder) found.misnamed.push(path);
    // Whatever it is: who reads it says why it cannot be read.
    else if (MANIFEST_NAME.test(name)) found.files.push(path);
  }
}

function listed(folder: string, files: Files): readonly string[] | Error {
  try {
    return files.list(folder);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
