/** `compare`: one scenario under several engines, one report of them side by side. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { engines as descriptions, type EngineName } from '../../dataplane/bandwidth/engine.ts';
import { comparisonPage } from '../../reports/html/comparison-page.ts';
import { comparisonLines } from '../../reports/terminal/comparison-table.ts';
import { compareResults, type EngineResult } from '../measure/comparison.ts';
import type { Result } from '../measure/result.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import { executeScenario } from './execute-scenario.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { loadPlanOrThrow } from './load-plan.ts';
import { OutputFolder } from './output-folder.ts';
import { runSettings } from './run-settings.ts';

export const compare: Action = async (environment, paths, options) => {
  const engines = options.engines as readonly EngineName[];
  const { plan } = loadPlanOrThrow(environment, paths);
  const settings = { ...runSettings(options), json: false, plain: true };
  using folder = OutputFolder.create(
    resolve(environment.cwd, settings.out ?? join('ipvlane-out', `${plan.scenario.name}-compared`)),
  );
  const results: EngineResult[] = [];
  for (const [index, engine] of engines.entries()) {
    environment.stderr.write(`${index + 1}/${engines.length}  ${engine}: running\n`);
    const out = folder.file(engine);
    const ran = await runQuietly(environment, paths, { ...settings, engine, out });
    if (ran.code !== EXIT.ok && ran.code !== EXIT.expectation && ran.code !== EXIT.unjudged) {
      environment.stderr.write(ran.said);
      return ran.code;
    }
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
    const met = result.checks.filter(({ status }) => status === 'pass').length;
    environment.stderr.write(
      `${index + 1}/${engines.length}  ${engine}: ${met} of ${result.checks.length} expectations met\n`,
    );
    results.push({ engine, result });
  }
  presentComparison(environment, folder, results, options.json === true);
  // That the others fail is what it is for; whether ours holds is `run`'s to say.
  return EXIT.ok;
};

/** Writes comparison.json and its page, prints the table or the JSON. */
export function presentComparison(
  environment: Environment,
  folder: OutputFolder,
  results: readonly EngineResult[],
  isJson: boolean,
): void {
  const comparison = compareResults(results);
  const json = `${JSON.stringify(comparison, null, 2)}\n`;
  folder.write('comparison.json', json);
  folder.write(
    'comparison.html',
    comparisonPage(comparison, (engine) => descriptions[engine as EngineName]),
  );
  environment.stdout.write(
    isJson ? json : `${comparisonLines(comparison).join('\n')}\n\nreport: ${folder.file('comparison.html')}\n`,
  );
}

/** One run whose words are kept back; its warnings were told once already. */
async function runQuietly(
  environment: Environment,
  paths: readonly string[],
  settings: ReturnType<typeof runSettings>,
): Promise<{ readonly code: ExitCode; readonly said: string }> {
  const said: string[] = [];
  const listen = (): NodeJS.WriteStream => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    return Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream;
  };
  const code = await executeScenario({ ...environment, stdout: listen(), stderr: listen() }, paths, settings);
  return { code, said: said.join('') };
}
