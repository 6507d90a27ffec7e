import { totalmem } from 'node:os';
import { basename, resolve } from 'node:path';
import { sortDiagnostics } from '../diagnostics/collector.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { memoryNeeded, memoryReckoned } from '../kernel/uml/guest-memory.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { makePlan, type PlanOptions } from '../plan/make-plan.ts';
import type { LiveChanges } from '../plan/cluster/live-changes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from './environment.ts';
import { foldersPassedOver } from './filenames/folders-passed-over.ts';
import { onlyUnit } from './filenames/scenario-units.ts';
import { printDiagnostics } from './print-diagnostics.ts';

export interface Loaded {
  /** null when a diagnostic is an error. */
  readonly plan: Plan | null;
  /** For commands that change the lab while it runs. */
  readonly live: LiveChanges;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];
  /** As `ReadResult` has them. */
  readonly atStart: readonly string[];
}

/**
 * Manifest and plan phase in a row, without printing: what could be read is planned, so that all mistakes come at once.
 * @param named paths; without any it is the current folder
 */
export function loadPlan({ given, cwd }: Environment, named: readonly string[], options: LoadOptions = {}): Loaded {
  const paths = named.length === 0 ? ['.'] : named;
  const read = readManifests(paths, given.files, given.reading);
  const { manifests } = read;
  const here = paths.find((path) => /^[./]+$/.test(path));
  const searched = given.recursive ? paths.find((path) => given.files.stat(path)?.kind === 'folder') : undefined;
  const planned = makePlan(options.withoutScenario === true ? { ...manifests, scenario: null } : manifests, {
    ...options,
    ...(here === undefined ? {} : { here: basename(resolve(cwd, here)) }),
    ...(searched === undefined ? {} : { searched: basename(resolve(cwd, searched)) }),
  });
  const isEmpty = planned.plan?.pods.length === 0;
  const passedOver = read.manifests.scenario === null ? foldersPassedOver(paths, given, isEmpty) : [];
  const diagnostics = sortDiagnostics([
    ...given.diagnostics,
    ...read.diagnostics.filter((one) => !isSaidBetter(one, passedOver)),
    ...passedOver,
    ...planned.diagnostics,
    ...tooManyForThisMachine(planned.plan?.pods.length ?? 0),
  ]);
  const wrong = diagnostics.some(({ severity }) => severity === 'error');
  const { live } = planned;
  return { plan: wrong ? null : planned.plan, live, diagnostics, files: manifests.files, atStart: read.atStart };
}

/** That a folder holds no manifest goes without saying where it is said which folders inside it do. */
export function isSaidBetter({ code, span, folder }: Diagnostic, passedOver: readonly Diagnostic[]): boolean {
  if (code !== 'E109' || span !== undefined || folder === undefined) return false;
  return passedOver.some((better) => better.code === 'E120' && better.folder === folder);
}

/** What no kernel here could carry, whatever memory a guest of it is given. */
export function tooManyForThisMachine(pods: number, machineBytes = totalmem()): Diagnostic[] {
  const machineMiB = Math.floor(machineBytes / 2 ** 20);
  if (memoryNeeded(pods) <= machineMiB) return [];
  const message = `${memoryReckoned(pods)}, and this machine has ${machineMiB} MiB of memory`;
  return [{ code: 'E424', severity: 'error', message, help: 'ask for fewer pods' }];
}

export interface LoadOptions extends PlanOptions {
  /** The timeline is not run: nobody need hear of the probes that it leaves out, and no host is put there to measure against. */
  readonly withoutTimeline?: boolean;
  /** What a Scenario among the manifests says is passed over. */
  readonly withoutScenario?: boolean;
}

/** As `loadPlan`, but prints warnings, and throws when there is nothing to run, or several Scenarios. */
export function loadPlanOrThrow(
  environment: Environment,
  paths: readonly string[],
  options: LoadOptions = {},
): Loaded & { readonly plan: Plan } {
  const { withoutTimeline = false, traffic = true } = options;
  const named = options.withoutScenario === true ? paths : onlyUnit(environment.given, paths);
  const loaded = loadPlan(environment, named, { ...options, traffic: traffic && !withoutTimeline });
  const said = loaded.diagnostics.filter(({ code }) => !withoutTimeline || code !== PROBES_LEFT_OUT);
  printDiagnostics(environment, said, sourcesOf(loaded.files));
  if (loaded.plan === null) throw new DiagnosticError('input', []);
  return { ...loaded, plan: loaded.plan };
}

const PROBES_LEFT_OUT = 'W405';

export function sourcesOf(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ file, text }) => [file, text]));
}
