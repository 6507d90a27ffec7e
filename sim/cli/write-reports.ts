/** Every face of a run, made from its measurement into its folder. The HTML report's libraries load only here. */
import type { Measurement } from '../measure/reduce.ts';
import type { Result } from '../measure/result.ts';
import { renderResultJson } from '../../reports/json/result-json.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderMarkdown } from '../../reports/markdown/markdown.ts';
import { readCaptures } from './read-captures.ts';
import type { OutputFolder } from './output-folder.ts';
import type { RunFacts } from './run-facts.ts';

/** Numbers first: should the disk fill up, the result is there before the pictures. */
export async function writeReports(
  folder: OutputFolder,
  { measurement, result, facts }: { measurement: Measurement; result: Result; facts: RunFacts },
  complain: (words: string) => void,
): Promise<void> {
  folder.write('result.json', renderResultJson(result));
  folder.write('junit.xml', renderJunit(result));
  folder.write('summary.md', renderMarkdown(result));
  const { renderHtmlReport } = await import('../../reports/html/report.ts');
  folder.write(
    'report.html',
    await renderHtmlReport({
      measurement,
      result,
      context: {
        command: facts.command.join(' '),
        manifests: facts.manifests,
        startedAt: facts.started_at,
        wallMs: facts.wall_ms,
        machine: facts.machine ?? null,
        captures: await readCaptures(folder, measurement, complain),
      },
    }),
  );
}
