import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { createMeasurement, type Measurement } from '../measure/observing/reduce.ts';
import { TraceContradiction } from '../measure/observing/trace-contradiction.ts';
import { readTrace, TraceFormatError } from '../trace/reader.ts';
import type { Environment } from './environment.ts';

/**
 * What a recorded trace comes to; a torn last line is said.
 * @throws DiagnosticError of kind input when it is none
 */
export async function measureTrace(environment: Environment, file: string): Promise<Measurement> {
  const measurement = createMeasurement();
  const reading = readTrace(file);
  let line = 0;
  try {
    for await (const record of reading) {
      line += 1;
      measurement.add(record);
    }
  } catch (error) {
    if (error instanceof TraceContradiction) {
      throw new DiagnosticError('input', [
        {
          code: 'E504',
          severity: 'error' as const,
          message: `${file}:${line}: what it says cannot follow what stands before it: ${error.message}`,
          help: 'read the trace of one run, as `ipvlane run` wrote it',
        },
      ]);
    }
    if (error instanceof TraceFormatError) {
      throw new DiagnosticError('input', [
        { code: 'E504', severity: 'error', message: error.message, help: error.help },
      ]);
    }
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new DiagnosticError('input', [
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
