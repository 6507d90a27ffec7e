import { join } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { createMeasurement, type Measurement } from '../measure/reduce.ts';
import { readTrace, TraceFormatError } from '../trace/reader.ts';
import { renderResultJson } from '../../reports/json/result-json.ts';
import { summaryLines } from '../../reports/terminal/summary.ts';
import type { Action } from './command.ts';
import { type Environment, wantsColour } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { OutputFolder } from './output-folder.ts';
import { readRunFacts, RUN_FACTS_FILE } from './run-facts.ts';
import { writeReports } from './write-reports.ts';

/** Makes every report again from the trace: after an update of ipvlane, or from a trace another machine recorded. */
export const report: Action = async (environment, [path = '.'], options) => {
  const facts = readRunFacts(join(path, RUN_FACTS_FILE));
  const measurement = await measure(environment, join(path, 'trace.ndjson'));
  const result = measurement.result({ bootMs: facts.boot_ms, memory: facts.memory });
  if (options.json === true) {
    environment.stdout.write(renderResultJson(result));
    return EXIT.ok;
  }
  using folder = OutputFolder.open(path);
  await writeReports(folder, { measurement, result, facts }, (words) =>
    environment.stderr.write(`ipvlane: ${words}\n`),
  );
  const colour = wantsColour(environment, environment.stdout);
  environment.stdout.write(
    `${summaryLines(result, { colour, machine: facts.machine ?? null }).join('\n')}\nreport: ${folder.file('report.html')}\n`,
  );
  return EXIT.ok;
};

async function measure(environment: Environment, file: string): Promise<Measurement> {
  const measurement = createMeasurement();
  const reading = readTrace(file);
  try {
    for await (const record of reading) measurement.add(record);
  } catch (error) {
    if (error instanceof TraceFormatError) {
      throw new DiagnosticError('manifest', [
        { code: 'E504', severity: 'error', message: error.message, help: error.help },
      ]);
    }
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new DiagnosticError('manifest', [
        {
          code: 'E504',
          severity: 'error',
          message: `${file} is not there`,
          help: 'name a folder that `ipvlane run` wrote',
        },
      ]);
    }
    throw error;
  }
  if (reading.torn !== null) {
    environment.stderr.write(
      `ipvlane: ${file}:${reading.torn.line}: the last line is torn, the run was cut off there\n`,
    );
  }
  return measurement;
}
