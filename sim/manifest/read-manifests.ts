/** The entry point of this folder: paths in, typed objects and diagnostics out. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { buildScenario, type RawScenario } from './scenario/build-scenario.ts';
import { warnOfHostBits } from './objects/host-bits.ts';
import type { Files } from './finding/files.ts';
import { beside } from './finding/beside.ts';
import type { Manifests } from './manifests.ts';
import { laterOnes, sortByKind, warnOfUndeclaredNamespaces } from './objects/object-set.ts';
import { checkPodSecurity } from './objects/pod-security.ts';
import type { ReadOptions } from './read-options.ts';
import { Reading } from './reading.ts';
import { anything } from './objects/unread.ts';

export interface ReadResult {
  /** What could be understood. Where a diagnostic is an error, `unread` says what is missing because of it. */
  readonly manifests: Manifests;
  /** Sorted by file and position, without repetitions. */
  readonly diagnostics: readonly Diagnostic[];
  /** The files whose objects are there from the beginning: given, or brought by a Scenario that is. */
  readonly atStart: readonly string[];
}

/**
 * Reads files and folders as `kubectl apply -f` does (folders are not searched recursively), and whatever a Scenario
 * among them brings in. Files that an `apply` step names are read for that step alone.
 */
export function readManifests(paths: readonly string[], files: Files, options: ReadOptions = {}): ReadResult {
  const reading = new Reading(files, options);
  const given = reading.findAll(paths);
  const scenarios = given.flatMap((file) => reading.scenariosOf(file));
  const brought = scenarios.flatMap((scenario) => reading.broughtBy(scenario));
  const scenario = reading.onlyScenario(given, brought);
  const broken = reading.brokenScenarios.map((document) => reading.broughtByBroken(document));
  // Those of a Scenario that is another question about the same manifests, too: they are not there from the beginning.
  const everyScenario = new Set([...given, ...brought].flatMap((file) => reading.scenariosOf(file)));
  const applied = new Set([...[...everyScenario].flatMap(appliedFiles), ...broken.flatMap((each) => each.applied)]);
  const named = new Set([...given, ...brought, ...broken.flatMap((each) => each.brought)]);
  const atStart = [...named].filter((file) => !applied.has(file));
  const objects = atStart.flatMap((file) => reading.objectsOf(file));
  const isEmpty = objects.length === 0 && reading.kinds.count === 0;
  if (isEmpty && !reading.diagnostics.hasErrors) reading.refuseNothing(paths);
  const built = objects.filter((object) => object.kind !== 'Scenario');
  const distinct = laterOnes(built, reading.diagnostics);
  const scenarioManifest =
    scenario === null
      ? null
      : buildScenario(scenario, {
          applied: (names, path) => reading.appliedBy(names, path, scenario),
          trace: (name, path) => reading.traceOf(name, path, scenario),
        });
  reading.tellOfAll();
  const unread = reading.diagnostics.hasUnreadText ? [anything] : reading.unread;
  const manifests = {
    ...sortByKind(distinct),
    scenario: scenarioManifest,
    unread,
    services: reading.services,
    others: reading.others,
    files: reading.sources,
  };
  warnOfUndeclaredNamespaces(manifests, reading.diagnostics);
  reading.needed.warnOfUndeclared(manifests, reading.diagnostics);
  warnOfHostBits(manifests, reading.diagnostics);
  checkPodSecurity(manifests, reading.diagnostics);
  return { manifests, diagnostics: reading.diagnostics.sorted(), atStart };
}

function appliedFiles({ content, source }: RawScenario): string[] {
  const steps = (content.spec.timeline ?? []).flatMap((step) => [step, ...(step.steps ?? [])]);
  return steps.flatMap((step) => step.apply ?? []).map((file) => beside(source.file, file));
}
