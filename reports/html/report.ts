/**
 * The report: one HTML file that needs nothing else - no network, no JavaScript, no font - and can be kept, printed and
 * read in ten years.
 */
import { createMeasurement, type Measurement } from '../../sim/measure/observing/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';
import { checksSection } from './checks-section.ts';
import { dropsSection } from './drops-section.ts';
import { flowsSection } from './flows.ts';
import { reportHeader } from './header.ts';
import { howItWasRunSection } from './how-it-was-run.ts';
import { latencySection } from './latency.ts';
import { html, trusted } from './markup/markup.ts';
import { reachabilitySection } from './reachability.ts';
import type { ReportContext } from './report-context.ts';
import { STYLE } from './markup/style.ts';
import { loadSvgMaker } from './chart/svg-maker.ts';
import { tableTools } from './markup/table-tools.ts';
import { topologySection } from './chart/topology.ts';

export interface ReportInput {
  /** A measurement that has taken the trace, or the trace. */
  readonly measurement: Measurement | Iterable<TraceRecord>;
  readonly result: Result;
  readonly context: ReportContext;
}

/**
 * @returns the whole file's text; some 100 kB for a small scenario, below a few MB for a thousand pods
 * @throws Error when the trace has no records
 */
export async function renderHtmlReport({ measurement: given, result, context }: ReportInput): Promise<string> {
  const measurement = 'snapshot' in given ? given : measured(given);
  const { seen } = measurement;
  if (seen === null) throw new Error('a report needs a trace with at least its first record');
  const maker = await loadSvgMaker();
  const main = html`<main>
    ${topologySection(seen.run.plan)} ${flowsSection(maker, result.flows, measurement.curves(), seen.run.plan)}
    ${latencySection(maker, result.flows)} ${reachabilitySection(result.probes)} ${checksSection(result.checks)}
    ${dropsSection(result.drops)} ${howItWasRunSection(result, seen, context)}
  </main>`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="ipvlane ${seen.run.versions['ipvlane'] ?? ''}" />
        <title>${result.scenario}: ${result.verdict} – ipvlane</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        ${reportHeader(result, seen, context.machine ?? null)} ${main} ${tableTools(main)}
        <footer>
          Measured with real packets on a real Linux kernel; every number can be made again from
          <code>trace.ndjson</code>.
        </footer>
      </body>
    </html> `;
  return page.text;
}

function measured(records: Iterable<TraceRecord>): Measurement {
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  return measurement;
}
