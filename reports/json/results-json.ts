/** Several runs as one document: `ipvlane run FOLDER --json` of a folder with several Scenarios, `report FOLDER --json` of their folders. */
import type { ScenarioRun } from '../../sim/measure/result.ts';
import { worstVerdict } from '../../sim/measure/checks/verdict.ts';
import { rounded, orderedResult } from './result-json.ts';

export const RESULTS_SCHEMA = 'ipvlane.results/v1';

/** Indented JSON with a newline at its end; each `result` is what `result.json` of that run is. */
export function renderResultsJson(runs: readonly ScenarioRun[]): string {
  const verdict = worstVerdict(runs.map(({ result }) => result?.verdict ?? 'error'));
  const scenarios = runs.map(({ scenario, result, message }) => ({
    scenario,
    verdict: result?.verdict ?? 'error',
    ...(message == null ? {} : { message }),
    result: result === null ? null : orderedResult(result),
  }));
  return `${JSON.stringify({ schema: RESULTS_SCHEMA, verdict, scenarios }, rounded, 2)}\n`;
}
