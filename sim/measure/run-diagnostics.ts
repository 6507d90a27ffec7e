/** What a run has to say about its kernel and its machine, once each, with the remedy. */
import type { ExhaustedRecord } from '../trace/record.ts';
import type { Observations } from './observations.ts';
import type { RunDiagnostic } from './result.ts';

export function runDiagnostics({ exhausted }: Observations): RunDiagnostic[] {
  const byCause = new Map(exhausted.map((record) => [record.cause, record]));
  return [...byCause.values()].map(exhaustionDiagnostic);
}

export function exhaustionDiagnostic({ cause, said, help }: ExhaustedRecord): RunDiagnostic {
  const message = said === undefined ? cause : `${cause}; the kernel said: ${said}`;
  return { code: 'W501', severity: 'warning', message, help };
}
