/** The last lines of a run of several Scenarios: a line each, then how many came to what. */
import { formatAmount } from '../../sim/measure/words/format.ts';
import type { Result } from '../../sim/measure/result.ts';
import { columns } from './columns.ts';

export interface SeveralRow {
  readonly scenario: string;
  /** null: it came to none. */
  readonly result: Pick<Result, 'verdict' | 'checks'> | null;
}

/** @param asked how many there were to run; more than there are rows after an interruption */
export function severalLines(
  rows: readonly SeveralRow[],
  asked: number,
  { colour }: { readonly colour: boolean },
): string[] {
  const verdicts = rows.map(({ result }) => result?.verdict ?? 'error');
  const table = columns(
    ['VERDICT', 'SCENARIO', 'CHECKS MET', 'NOT MET'],
    rows.map(({ scenario, result }, at) => [
      WORDS[verdicts[at] ?? 'error'],
      scenario,
      result === null ? '-' : String(count(result, 'pass')),
      result === null ? '-' : String(count(result, 'fail')),
    ]),
  );
  const lines = table.map((line, at) => (at === 0 ? line : painted(line, verdicts[at - 1] ?? 'error', colour)));
  const counts = KINDS.map((kind) => ({ kind, n: verdicts.filter((verdict) => verdict === kind).length }));
  const said = counts.filter(({ n }) => n > 0).map(({ kind, n }) => `${n} ${WORDS[kind]}`);
  const missing = asked - rows.length;
  const left = missing === 0 ? '' : `, ${missing} not run`;
  return [...lines, '', `${formatAmount(asked, 'scenario')}: ${said.join(', ')}${left}`];
}

const KINDS = ['pass', 'fail', 'unjudged', 'error'] as const;
const WORDS = { pass: 'PASS', fail: 'FAIL', unjudged: 'NOT MEASURABLE HERE', error: 'ERROR' } as const;
const SGR = { pass: '32', fail: '31', unjudged: '33', error: '31' } as const;

function painted(line: string, verdict: Result['verdict'], colour: boolean): string {
  return colour ? `\u001b[${SGR[verdict]}m${line}\u001b[0m` : line;
}

function count({ checks }: Pick<Result, 'checks'>, status: Result['checks'][number]['status']): number {
  return checks.filter((check) => check.status === status).length;
}
