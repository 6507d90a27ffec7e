import { isAbsolute, relative, resolve } from 'node:path';
import { sortDiagnostics } from '../diagnostics/collector.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { diskFiles } from '../manifest/disk-files.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { LiveChanges } from '../plan/live-changes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from './environment.ts';
import { printDiagnostics } from './print-diagnostics.ts';

export interface Loaded {
  /** null when a diagnostic is an error. */
  readonly plan: Plan | null;
  /** For commands that change the lab while it runs. */
  readonly live: LiveChanges;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];
}

/** Manifest and plan phase in a row, without printing: what could be read is planned, so that all mistakes come at once. */
export function loadPlan(environment: Environment, paths: readonly string[]): Loaded {
  const read = readManifests(
    paths.map((path) => asTyped(environment.cwd, path)),
    diskFiles,
  );
  const planned = makePlan(read.manifests);
  const diagnostics = sortDiagnostics([...read.diagnostics, ...planned.diagnostics]);
  const wrong = diagnostics.some(({ severity }) => severity === 'error');
  return { plan: wrong ? null : planned.plan, live: planned.live, diagnostics, files: read.manifests.files };
}

/**
 * As `loadPlan`, but prints warnings, and throws when there is nothing to run.
 * @param withoutTimeline the timeline is not run: nobody need hear of the probes that it leaves out
 */
export function loadPlanOrThrow(
  environment: Environment,
  paths: readonly string[],
  withoutTimeline = false,
): { plan: Plan; live: LiveChanges; files: readonly SourceFile[] } {
  const loaded = loadPlan(environment, paths);
  const said = loaded.diagnostics.filter(({ code }) => !withoutTimeline || code !== PROBES_LEFT_OUT);
  printDiagnostics(environment, said, sourcesOf(loaded.files));
  if (loaded.plan === null) throw new DiagnosticError('manifest', []);
  return { plan: loaded.plan, live: loaded.live, files: loaded.files };
}

const PROBES_LEFT_OUT = 'W405';

export function sourcesOf(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ file, text }) => [file, text]));
}

/** Diagnostics name files as people would: relative to where they stand, unless that leads out of it. */
function asTyped(cwd: string, path: string): string {
  if (!isAbsolute(path)) return path;
  const near = relative(cwd, resolve(cwd, path));
  return near === '' ? '.' : near.startsWith('..') ? path : near;
}
