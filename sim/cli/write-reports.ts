/** Every face of a run, made from its measurement into its folder. The HTML report's libraries load only here. */
import type { Measurement } from '../measure/observing/reduce.ts';
import type { Result } from '../measure/result.ts';
import { resultForPeople } from '../measure/words/short-result.ts';
import { renderResultJson } from '../../reports/json/result-json.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderMarkdown } from '../../reports/markdown/markdown.ts';
import { readCaptures } from './read-captures.ts';
import type { OurFolder } from './output/our-folder.ts';
import type { RunFacts } from './run-facts.ts';

/** What each step took on the lab's clock, seconds; of the same name together. */
export function stepSecondsOf({ seen }: Measurement): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const [index, { startedNs, endedNs }] of seen?.steps ?? []) {
    const name = seen?.run.plan.timeline[index]?.name;
    if (name === undefined || endedNs === null) continue;
    seconds.set(name, (seconds.get(name) ?? 0) + (endedNs - startedNs) / 1e9);
  }
  return seconds;
}

/**
 * Numbers first: should the disk fill up, the result is there before the pictures.
 * @param facts null: only the trace is known
 */
export async function writeReports(
  folder: OurFolder,
  {
    measurement,
    result,
    facts,
    fullNames,
  }: { measurement: Measurement; result: Result; facts: RunFacts | null; fullNames: boolean },
  complain: (words: string) => void,
): Promise<void> {
  const shown = fullNames ? result : resultForPeople(measurement, result);
  folder.write('result.json', renderResultJson(result));
  folder.write(
    'junit.xml',
    renderJunit(result.scenario, [
      { scenario: result.scenario, result: shown, stepSeconds: stepSecondsOf(measurement) },
    ]),
  );
  folder.write('summary.md', renderMarkdown(shown));
  const { renderHtmlReport } = await import('../../reports/html/report.ts');
  folder.write(
    'report.html',
    await renderHtmlReport({
      measurement,
      result,
      context: {
        command: facts?.command.join(' ') ?? 'not known: made again from the trace',
        manifests: facts?.manifests ?? [],
        startedAt: facts?.started_at ?? null,
        wallMs: facts?.wall_ms ?? null,
        machine: facts?.machine ?? null,
        captures: await readCaptures(folder, measurement, complain),
      },
    }),
  );
}
