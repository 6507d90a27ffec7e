import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { engineNames } from '../../dataplane/bandwidth/engine.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { diskFiles } from '../manifest/finding/disk-files.ts';
import { TOLERANCES } from '../matrix/baseline.ts';
import { resultForPeople } from '../measure/words/short-result.ts';
import { renderResultJson } from '../../reports/json/result-json.ts';
import { renderResultsJson } from '../../reports/json/results-json.ts';
import { summaryLines } from '../../reports/terminal/summary.ts';
import type { Action } from './command.ts';
import { presentComparison, type OneOfCompared } from './compare.ts';
import { type Environment, wantsColour, widthOf } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { MATRIX_FILE, readMatrixFile } from './matrix-baseline.ts';
import { presentMatrix } from './matrix-output.ts';
import { OutputFolder, UNFINISHED } from './output/output-folder.ts';
import { presentSeveral, type OneOfSeveral } from './present-several.ts';
import { measureTrace } from './measure-trace.ts';
import { readRunFacts, RUN_FACTS_FILE, type RunFacts } from './run-facts.ts';
import { stepSecondsOf, writeReports } from './write-reports.ts';

const TRACE = 'trace.ndjson';
const COMPARISON = 'comparison.json';

/**
 * Makes every report again from the trace: after an update of ipvlane, or from a trace another machine recorded. Of a
 * matrix and of a comparison, those of each of its runs and its own; of a folder of runs, those of each and their sum.
 */
export const report: Action = async (environment, [named = '.'], options) => {
  const path = resolve(environment.cwd, named);
  const how: How = { json: options.json === true, fullNames: options.fullNames === true };
  const stat = diskFiles.stat(path);
  if (stat === null || stat.kind === 'misnamed') throw noRun(`${named} is not there`);
  if (stat.kind === 'unreachable') throw noRun(`${named} cannot be read: ${stat.why}`);
  const isFile = stat.kind === 'file';
  const [folder, name] = isFile ? [dirname(path), basename(path)] : [path, null];
  if (name === MATRIX_FILE || (name === null && existsSync(join(folder, MATRIX_FILE))))
    await reportMatrix(environment, folder, how);
  else if (name === COMPARISON || (name === null && existsSync(join(folder, COMPARISON))))
    await reportComparison(environment, folder, how);
  else if (name !== null || existsSync(join(folder, TRACE))) {
    if (sawAnything(join(folder, UNFINISHED))) sayUnfinished(environment, named);
    await reportRun(environment, folder, name ?? TRACE, how);
  } else if (sawAnything(join(folder, UNFINISHED))) await reportRun(environment, join(folder, UNFINISHED), TRACE, how);
  else await reportFolderOfRuns(environment, folder, named, how);
  return EXIT.ok;
};

/** One that was killed before its first record leaves a trace without any; a plain file beside the runs is no folder of one. */
function sawAnything(folder: string): boolean {
  const stat = diskFiles.stat(join(folder, TRACE));
  return stat?.kind === 'file' && stat.bytes > 0;
}

interface How {
  /** The result on standard output, and nothing written. */
  readonly json: boolean;
  readonly fullNames: boolean;
}

function sayUnfinished(environment: Environment, named: string): void {
  const path = join(named, UNFINISHED);
  environment.stderr.write(
    `ipvlane: a later run was cut off, or goes on: \`ipvlane report ${path}\` shows what it saw\n`,
  );
}

async function reportRun(environment: Environment, folder: string, trace: string, how: How): Promise<void> {
  const { result, shown, facts } = await again(environment, folder, trace, how);
  if (how.json) {
    environment.stdout.write(renderResultJson(result));
    return;
  }
  const colour = wantsColour(environment, environment.stdout);
  const lines = summaryLines(shown, { colour, machine: facts?.machine ?? null, width: widthOf(environment.stdout) });
  environment.stdout.write(`${lines.join('\n')}\nreport: ${join(folder, 'report.html')}\n`);
}

async function reportMatrix(environment: Environment, path: string, how: How): Promise<void> {
  const matrix = readMatrixFile(environment, path);
  for (const { folder: cell } of how.json ? [] : matrix.cells) {
    const folder = join(path, cell);
    if (existsSync(join(folder, TRACE))) await again(environment, folder, TRACE, how);
  }
  using folder = how.json ? null : await OutputFolder.open(path);
  presentMatrix(environment, folder?.earlier ?? null, matrix, {
    baseline: null,
    tolerances: TOLERANCES,
    json: how.json,
    shownPath: path,
  });
}

async function reportComparison(environment: Environment, path: string, how: How): Promise<void> {
  const results: OneOfCompared[] = [];
  for (const engine of engineNames) {
    const folder = join(path, engine);
    if (!existsSync(join(folder, TRACE))) continue;
    const { result, shown } = await again(environment, folder, TRACE, how);
    results.push({ engine, result, shown });
  }
  if (results.length === 0) throw noRun(`the runs of ${path} are not there: it has no folder of an engine`);
  using folder = how.json ? null : await OutputFolder.open(path);
  presentComparison(environment, folder?.earlier ?? null, path, results, how.json);
}

async function reportFolderOfRuns(environment: Environment, path: string, named: string, how: How): Promise<void> {
  const names = readdirSync(path).filter((name) => sawAnything(join(path, name)));
  if (names.length === 0) throw noRun(`${named} holds no run: there is no ${TRACE} in it, nor in its folders`);
  const runs: OneOfSeveral[] = [];
  for (const name of names.toSorted()) {
    const { result, shown, stepSeconds } = await again(environment, join(path, name), TRACE, how);
    runs.push({ scenario: result.scenario, result, shown, message: null, stepSeconds });
  }
  if (how.json) {
    environment.stdout.write(renderResultsJson(runs));
    return;
  }
  using folder = await OutputFolder.open(path);
  presentSeveral(environment, folder.earlier, runs, { asked: runs.length, json: false });
}

/** Of a trace alone all that it can be made of: how it was run is then not known. */
async function again(environment: Environment, path: string, trace: string, { json, fullNames }: How) {
  const measurement = await measureTrace(environment, join(path, trace));
  const complain = (words: string): void => void environment.stderr.write(`ipvlane: ${words}\n`);
  // Another trace in the folder of a run is not of that run.
  const facts = trace === TRACE ? factsBeside(path, complain) : null;
  const result = measurement.result({ bootMs: facts?.boot_ms ?? null, memory: facts?.memory ?? null });
  if (!json) {
    using folder = await OutputFolder.open(path);
    await writeReports(folder.earlier, { measurement, result, facts, fullNames }, complain);
  }
  const shown = fullNames ? result : resultForPeople(measurement, result);
  return { result, shown, facts, stepSeconds: stepSecondsOf(measurement) };
}

/** null: there are none, or none that can be read: then the trace is all. */
function factsBeside(path: string, complain: (words: string) => void): RunFacts | null {
  const file = join(path, RUN_FACTS_FILE);
  if (!existsSync(file)) return null;
  try {
    return readRunFacts(file);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    complain(`${error.message}: how the run was made is left out`);
    return null;
  }
}

function noRun(message: string): DiagnosticError {
  const help = 'name what `ipvlane run`, `compare` or `matrix` wrote, such as ipvlane-out/seed, or a trace.ndjson';
  return new DiagnosticError('input', [{ code: 'E503', severity: 'error', message, help }]);
}
