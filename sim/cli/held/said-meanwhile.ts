/** What a lab noted while it was asked, as diagnostics. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { exhaustionDiagnostic } from '../../measure/machine/run-diagnostics.ts';
import type { TraceRecord } from '../../trace/record.ts';

export function diagnosticsOf(record: TraceRecord): Diagnostic[] {
  if (record.type === 'note' && record.severity === 'warning')
    return [{ code: 'W501', severity: 'warning', message: record.message }];
  return record.type === 'exhausted' ? [exhaustionDiagnostic(record)] : [];
}
