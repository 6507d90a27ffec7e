/** What several runs come to together: one summary for the terminal, for CI and for a pull request, one JSON document. */
import { renderResultsJson } from '../../reports/json/results-json.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderSeveralMarkdown } from '../../reports/markdown/several-markdown.ts';
import { severalLines } from '../../reports/terminal/several.ts';
import type { Result, ScenarioRun } from '../measure/result.ts';
import { wantsColour, type Environment } from './environment.ts';
import type { OurFolder } from './output/our-folder.ts';

export interface OneOfSeveral extends ScenarioRun {
  /** With names for people. */
  readonly shown: Result | null;
  readonly stepSeconds: ReadonlyMap<string, number>;
}

/** @param asked how many there were to run; more than there are runs after an interruption */
export function presentSeveral(
  environment: Environment,
  folder: OurFolder,
  runs: readonly OneOfSeveral[],
  { asked, json }: { readonly asked: number; readonly json: boolean },
): void {
  const shown = runs.map((run) => ({ ...run, result: run.shown }));
  folder.write('junit.xml', renderJunit('ipvlane', shown));
  folder.write('summary.md', renderSeveralMarkdown(shown, asked));
  const stream = json ? environment.stderr : environment.stdout;
  const lines = severalLines(runs, asked, { colour: wantsColour(environment, stream) });
  const files = ['summary.md', 'junit.xml'].map((name) => folder.file(name)).join(', ');
  stream.write(`\n${lines.join('\n')}\nall together: ${files}\n`);
  if (json) environment.stdout.write(renderResultsJson(runs));
}
