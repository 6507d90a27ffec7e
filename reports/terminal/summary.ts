/**
 * The result as the last lines of a run: every check with expected, measured and error, drops with their rule, verdict.
 * For terminals and logs; colour only where the caller says so.
 */
import type { Check, DropResult, Result } from '../../sim/measure/result.ts';
import { columns } from './columns.ts';
import { formatRate } from './units.ts';

export function summaryLines(result: Result, options: { readonly colour: boolean }): string[] {
  const paint = painter(options.colour);
  const lines: string[] = [];
  if (result.checks.length > 0) {
    const table = columns(
      ['', 'STEP', 'CHECK', 'EXPECTED', 'PREDICTED', 'MEASURED', 'ERROR'],
      result.checks.map((check) => [
        MARKS[check.status],
        check.step,
        check.name,
        amount(check.expected, check.unit),
        amount(check.predicted, check.unit),
        amount(check.measured, check.unit),
        check.error_pct === null ? '' : `${check.error_pct >= 0 ? '+' : ''}${check.error_pct.toFixed(2)} %`,
      ]),
    );
    table.forEach((line, i) => {
      const check = result.checks[i - 1];
      lines.push(check === undefined ? paint('dim', line) : paint(COLOURS[check.status], line));
      if (check !== undefined && check.status !== 'pass' && check.reason !== null) lines.push(`    ${check.reason}`);
    });
  }
  if (result.drops.length > 0) lines.push('', ...dropLines(result.drops));
  const count = (status: Check['status']): number => result.checks.filter((check) => check.status === status).length;
  const skipped = count('skip') === 0 ? '' : `, ${count('skip')} skipped`;
  lines.push(
    '',
    paint(
      COLOURS[result.verdict],
      `${result.verdict.toUpperCase()}  ${count('pass')} checks met, ${count('fail')} not met${skipped}`,
    ),
  );
  if (result.message !== undefined) lines.push(result.message);
  return lines;
}

const MARKS = { pass: '✓', fail: '✗', skip: '-' } as const;
const COLOURS = { pass: 'green', fail: 'red', error: 'red', skip: 'dim' } as const;
const SGR = { green: '32', red: '31', dim: '2' } as const;

function painter(colour: boolean): (name: keyof typeof SGR, text: string) => string {
  return (name, text) => (colour ? `\u001b[${SGR[name]}m${text}\u001b[0m` : text);
}

function amount(value: number | string | null, unit: string | null): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (unit === 'bit/s') return formatRate(value);
  return `${Number.isInteger(value) ? value : Number(value.toPrecision(4))}${unit === null ? '' : ` ${unit}`}`;
}

/** The largest first; a lab of a thousand pods must not scroll the verdict away. */
function dropLines(drops: readonly DropResult[]): string[] {
  const SHOWN = 12;
  const sorted = drops.toSorted((a, b) => b.packets - a.packets);
  const table = columns(
    ['DROPPED', 'REASON', 'DIRECTION', 'ENDPOINT', 'WHY'],
    sorted.slice(0, SHOWN).map((drop) => [String(drop.packets), drop.reason, drop.direction, drop.endpoint, drop.rule]),
  );
  return sorted.length > SHOWN ? [...table, `and ${sorted.length - SHOWN} more, in the report`] : table;
}
