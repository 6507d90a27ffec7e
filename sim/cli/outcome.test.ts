import { expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { syntheticTrace } from '../measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../measure/observing/reduce.ts';
import { type Output, processEnvironment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { howItEnded, tellOutcome, type Concluded, type Outcome } from './outcome.ts';
import type { SessionEnd } from './session.ts';

function concluded(report: string | null): Concluded {
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  const result = measurement.result({ bootMs: null });
  const machine = { processors: 2, cpu_waiting_pct: null, steal_pct: 0, load_1m: 0 };
  return { result, shown: result, stepSeconds: new Map(), machine, report };
}

function told(outcome: Outcome, json = false) {
  const written = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof written): Output => ({
    isTTY: false,
    columns: 0,
    write: (text) => (written[stream] += text),
  });
  const environment = { ...processEnvironment(), stdout: into('stdout'), stderr: into('stderr'), variables: {} };
  try {
    return { code: tellOutcome(environment, json, outcome), error: null, ...written };
  } catch (error) {
    return { code: null, error, ...written };
  }
}

const full = { code: 'E502', severity: 'error' as const, message: 'no space left' };
const seen = { code: EXIT.ok, trace: '/x/trace.ndjson' };

it('a run that ends is told by its summary and where its report is', () => {
  const outcome = { concluded: concluded('/x/report.html'), ...howItEnded({ kind: 'completed' }, [], seen) };
  const { stdout, ...rest } = told(outcome);
  expect(rest).toEqual({ code: EXIT.ok, error: null, stderr: '' });
  expect(stdout).toMatch(/^report: \/x\/report\.html\n$/m);
  const asJson = told(outcome, true);
  expect([asJson.stdout, asJson.stderr]).toEqual(['', stdout]);
});

it('what was seen is told though the machine could not, and then why not', () => {
  const end: SessionEnd = { kind: 'machine', message: 'the guest is gone', help: null };
  const { error, stdout } = told({ concluded: concluded(null), ...howItEnded(end, [full], seen) });
  expect(stdout).not.toBe('');
  expect(stdout).not.toContain('report:');
  expect(error).toBeInstanceOf(DiagnosticError);
  const { kind, diagnostics } = error as DiagnosticError;
  expect([kind, ...diagnostics.map(({ message }) => message)]).toEqual([
    ...['machine', 'the guest is gone', 'no space left'],
  ]);
});

it.each<[SessionEnd, boolean, number, string]>([
  [{ kind: 'interrupted' }, true, EXIT.interrupted, ''],
  [
    { kind: 'interrupted' },
    false,
    EXIT.interrupted,
    'ipvlane: interrupted before anything was seen, nothing is kept\n',
  ],
  [{ kind: 'completed' }, false, EXIT.expectation, ''],
])('%j, something seen: %j', (end, something, code, words) => {
  expect(told({ concluded: null, ...howItEnded(end, [], something ? seen : null) })).toEqual({
    code,
    error: null,
    stdout: '',
    stderr: words,
  });
});

it.each([
  [seen, '/x/trace.ndjson holds what was seen until then'],
  [null, 'run it again when the machine is less busy, or with a longer --stall-timeout'],
])('a timeout says where what was seen is, or what to do', (what, help) => {
  const { code, diagnostics } = howItEnded({ kind: 'timeout', message: 'in step a' }, [], what);
  expect([code, diagnostics]).toMatchObject([EXIT.machine, [{ code: 'E517', message: 'TIMEOUT: in step a', help }]]);
});
