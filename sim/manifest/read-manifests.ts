/** The entry point of this folder: paths in, typed objects and diagnostics out. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Files } from './files.ts';
import type { Manifests } from './manifests.ts';

export interface ReadResult {
  /** What could be understood; meant for the plan only when no diagnostic is an error. */
  readonly manifests: Manifests;
  /** Sorted by file and position, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads files and folders as `kubectl apply -f` does (folders are not searched recursively), and whatever a Scenario
 * among them brings in.
 */
export type ReadManifests = (paths: readonly string[], files: Files) => ReadResult;
