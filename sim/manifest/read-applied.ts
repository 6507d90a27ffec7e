/** What `ipvlane apply -f` and `delete -f` are given: files and folders, read as `kubectl apply -f` does. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { AppliedObjects } from './scenario/change-request.ts';
import type { Files } from './finding/files.ts';
import type { SourceFile } from './manifests.ts';
import type { ServiceSketch } from './other-kinds/service-sketch.ts';
import type { ReadOptions } from './read-options.ts';
import { Reading } from './reading.ts';

export interface ReadApplied {
  readonly objects: AppliedObjects;
  readonly services: readonly ServiceSketch[];
  readonly files: readonly SourceFile[];
  /** Sorted by file and position. */
  readonly diagnostics: readonly Diagnostic[];
}

export function readApplied(paths: readonly string[], files: Files, options: ReadOptions = {}): ReadApplied {
  const reading = new Reading(files, options);
  const objects = reading.appliedFrom(paths);
  reading.tellOfAll();
  const { services, sources } = reading;
  return { objects, services, files: sources, diagnostics: reading.diagnostics.sorted() };
}
