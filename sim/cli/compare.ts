/** `compare`: one scenario under several engines, one report of them side by side. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { engines as descriptions, type EngineName } from '../../dataplane/bandwidth/engine.ts';
import { comparisonPage } from '../../reports/html/comparison-page.ts';
import { comparisonLines } from '../../reports/terminal/comparison-table.ts';
import { compareResults, type EngineResult } from '../measure/comparison.ts';
import type { Result } from '../measure/result.ts';
import type { Action } from './command.ts';
import { type Environment, type Output, widthOf } from './environment.ts';
import { executeScenario } from './execute-scenario.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { loadPlanOrThrow } from './load-plan.ts';
import { refuseEngine } from './engine-asked.ts';
import { refuseNothingToRun } from './nothing-to-run.ts';
import { tellOutcome } from './outcome.ts';
import { type OurFolder } from './output/our-folder.ts';
import { OutputFolder, outputPath } from './output/output-folder.ts';
import { runSettings } from './run-settings.ts';

export const compare: Action = async (environment, paths, options) => {
  const engines = options.engines as readonly EngineName[];
  const { plan } = loadPlanOrThrow(environment, paths);
  refuseNothingToRun(plan);
  for (const engine of engines) refuseEngine(plan, engine);
  const settings = { ...runSettings(options), json: false, plain: true };
  const path = outputPath(environment.cwd, settings.out, `${plan.scenario.name}-compared`);
  using folder = await OutputFolder.create(path, COMPARISON_FILES);
  const place = folder.begin();
  const results: OneOfCompared[] = [];
  for (const [index, engine] of engines.entries()) {
    environment.stderr.write(`${index + 1}/${engines.length}  ${engine}: running\n`);
    const out = place.file(engine);
    // Its words are kept back: warnings were told once already.
    const said: string[] = [];
    const words: Output = { isTTY: false, columns: 0, write: (text) => said.push(text) };
    const quiet = { ...environment, stdout: words, stderr: words };
    const outcome = await executeScenario(quiet, paths, { ...settings, engine, out });
    const code = tellOutcome(quiet, false, outcome);
    if (existsSync(out)) place.adopt(engine);
    if (outcome.concluded === null || !COMES_TO_NUMBERS.has(code)) {
      environment.stderr.write(said.join(''));
      return code;
    }
    const { result, shown } = outcome.concluded;
    const met = result.checks.filter(({ status }) => status === 'pass').length;
    environment.stderr.write(
      `${index + 1}/${engines.length}  ${engine}: ${met} of ${result.checks.length} expectations met\n`,
    );
    results.push({ engine, result, shown });
  }
  presentComparison(environment, place, folder.path, results, options.json === true);
  folder.publish(true);
  // That the others fail is what it is for; whether ours holds is `run`'s to say.
  return EXIT.ok;
};

const COMES_TO_NUMBERS: ReadonlySet<ExitCode> = new Set([EXIT.ok, EXIT.expectation, EXIT.unjudged]);

const COMPARISON_FILES = ['comparison.json', 'comparison.html'] as const;

export interface OneOfCompared extends EngineResult {
  /** With names for people. */
  readonly shown: Result;
}

/** Writes comparison.json and its page, prints the table or the JSON. */
export function presentComparison(
  environment: Environment,
  folder: OurFolder | null,
  shownPath: string,
  results: readonly OneOfCompared[],
  isJson: boolean,
): void {
  const json = `${JSON.stringify(compareResults(results), null, 2)}\n`;
  const comparison = compareResults(results.map(({ engine, shown }) => ({ engine, result: shown })));
  folder?.write('comparison.json', json);
  folder?.write(
    'comparison.html',
    comparisonPage(comparison, (engine) => descriptions[engine as EngineName]),
  );
  environment.stdout.write(
    isJson
      ? json
      : `${comparisonLines(comparison, widthOf(environment.stdout)).join('\n')}\n\nreport: ${join(shownPath, 'comparison.html')}\n`,
  );
}
