import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import { chooseKernel } from '../kernel/choose.ts';
import { type Cell, type Matrix, MATRIX_SCHEMA } from '../matrix/matrix.ts';
import { partOf } from '../matrix/shard.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { scenarioUnits } from './filenames/scenario-units.ts';
import { loadPlan, sourcesOf } from './load-plan.ts';
import { readBaseline } from './matrix-baseline.ts';
import type { MatrixKernel, MatrixScenario } from './matrix-kernel.ts';
import { cellKey, cellsIn, endJournal, noteCell } from './matrix-journal.ts';
import { matrixFolder, presentMatrix } from './matrix-output.ts';
import { type MatrixSettings, matrixSettings } from './matrix-settings.ts';
import { namesTwice } from './names-twice.ts';
import { nothingToRun } from './nothing-to-run.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { OurFolder } from './output/our-folder.ts';
import { type OutputFolder, UNFINISHED } from './output/output-folder.ts';
import { type Pair, pairsOf, runMatrix } from './run-matrix.ts';
import { stopSignal } from './stop-signal.ts';

/** The same scenarios on many kernels: one table, with the numbers. */
export const matrix: Action = async (environment, paths, options) => {
  const settings = matrixSettings(environment, options);
  // All that can be wrong with the command line is said before anything is pulled or booted.
  const baseline = readBaseline(environment, settings.baseline);
  const scenarios = loadScenarios(environment, paths);
  const kernels = await chooseKernels(settings);
  const all = pairsOf(kernels, scenarios);
  const pairs = settings.shard === null ? all : partOf(all, settings.shard);
  using folder = await matrixFolder(environment, settings.out);
  const keys = new Map(pairs.map((pair) => [pair, cellKey(pair, settings.memoryMiB)]));
  const { place, kept, waiting } = goOn(folder, keys);
  using stop = stopSignal();
  const say = (line: string): void => void environment.stderr.write(`${line}\n`);
  say(heading(settings, all.length, pairs.length));
  if (kept.length > 0)
    say(
      `${kept.length} of them stand in ${place.path}, from a matrix that was cut off; without that folder all are run`,
    );
  const keyOf = (cell: Cell): string =>
    [...keys].find(([{ on, scenario }]) => on.name === cell.kernel && scenario.name === cell.scenario)?.[1] ?? '';
  const ran = await runMatrix(waiting, settings.jobs ?? jobsFor(kernels), {
    memoryMiB: settings.memoryMiB,
    out: place,
    stop: stop.signal,
    stallLimits: settings.stallLimits,
    retries: settings.retries,
    commandLine: environment.commandLine,
    now: environment.now,
    onKept: (cell) => noteCell(place, keyOf(cell), cell),
    onProgress: (kernel, words) => say(`${kernel}: ${words}`),
  });
  const made: Matrix = {
    schema: MATRIX_SCHEMA,
    clock: settings.clock,
    kernels: kernels.map(({ name }) => name),
    scenarios: scenarios.map(({ name }) => name),
    shards: settings.shard === null ? null : [settings.shard],
    cells: pairs.flatMap(({ on, scenario }) =>
      [...kept, ...ran].filter(({ kernel, scenario: of }) => kernel === on.name && of === scenario.name),
    ),
  };
  const cutOff = stop.signal.aborted;
  if (!cutOff) endJournal(place);
  const shownPath = cutOff ? folder.file(UNFINISHED) : folder.path;
  const code = presentMatrix(environment, place, made, { ...settings, baseline, shownPath });
  if (!cutOff) folder.publish(true);
  return cutOff ? EXIT.interrupted : code;
};

/** What a matrix that was cut off here has done of these pairs stands; the rest waits. */
function goOn(
  folder: OutputFolder,
  keys: ReadonlyMap<Pair, string>,
): { readonly place: OurFolder; readonly kept: readonly Cell[]; readonly waiting: readonly Pair[] } {
  const left = folder.leftUnfinished();
  const done = left === null ? new Map<string, Cell>() : cellsIn(left);
  const standing = new Map(
    [...keys].flatMap(([pair, key]) => {
      const cell = done.get(key);
      const isThere = cell !== undefined && (cell.status === 'skip' || left?.inside(cell.folder) != null);
      return isThere ? [[pair, { key, cell }] as const] : [];
    }),
  );
  const kept = [...standing.values()];
  const place = folder.begin(new Set(kept.map(({ cell }) => cell.folder)));
  for (const { key, cell } of kept) noteCell(place, key, cell);
  const waiting = [...keys.keys()].filter((pair) => !standing.has(pair));
  return { place, kept: kept.map(({ cell }) => cell), waiting };
}

/** On the real clock a kernel wants a processor for itself and one for its front end; virtual time does not mind. */
function jobsFor(kernels: readonly MatrixKernel[]): number {
  const processors = availableParallelism();
  const isVirtual = kernels.every(({ clock }) => clock === 'virtual');
  return Math.max(1, isVirtual ? processors : Math.floor(processors / 2));
}

function heading({ shard }: MatrixSettings, all: number, own: number): string {
  const part = shard === null ? '' : `; shard ${shard.index}/${shard.count} has ${own} of them`;
  return `matrix: ${all} pairs of kernel and scenario${part}`;
}

/** @throws DiagnosticError once all scenarios were read and all that is wrong was printed */
function loadScenarios(environment: Environment, paths: readonly string[]): MatrixScenario[] {
  const { given } = environment;
  // A folder of several Scenarios is all of them; every path is a scenario of its own.
  const units = (paths.length === 0 ? ['.'] : paths).flatMap((path) => scenarioUnits(given, [path]));
  const loaded = units.map((unit) => ({ path: unit[0] ?? '.', ...loadPlan(environment, unit) }));
  for (const { diagnostics, files } of loaded) printDiagnostics(environment, diagnostics, sourcesOf(files));
  const scenarios = loaded.flatMap(({ path, plan, files }) =>
    plan === null ? [] : [{ name: nameOf(plan.scenario, path), plan, files }],
  );
  const named = scenarios.map(({ name, plan }) => ({ name, file: plan.scenario.file }));
  const refused = [...namesTwice(named), ...scenarios.flatMap(({ plan }) => nothingToRun(plan))];
  const wrong = scenarios.length < loaded.length ? [] : refused;
  if (scenarios.length < loaded.length || wrong.length > 0) throw new DiagnosticError('input', wrong);
  return scenarios;
}

function nameOf({ name }: { readonly name: string }, path: string): string {
  return name === '' ? basename(resolve(path)) : name;
}

/** @throws DiagnosticError with every name that no kernel has */
async function chooseKernels({ kernels, clock }: MatrixSettings): Promise<MatrixKernel[]> {
  const wrong: Diagnostic[] = [];
  const chosen: MatrixKernel[] = [];
  for (const name of kernels) {
    try {
      chosen.push({ name, ...(await chooseKernel(name, clock)) });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      for (const diagnostic of error.diagnostics) wrong.push(diagnostic);
    }
  }
  if (wrong.length > 0) throw new DiagnosticError('machine', wrong);
  return chosen;
}
