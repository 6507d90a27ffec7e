/**
 * The result as the last lines of a run: every check with expected, measured and error, drops with their rule, verdict.
 * For terminals and logs; colour only where the caller says so.
 */
import { busyMachineHint, type MachineLoad } from '../../sim/measure/machine/machine-load.ts';
import type { Check, DropResult, FlowResult, Result } from '../../sim/measure/result.ts';
import { formatAmount, formatExpected, formatPct, formatValue } from '../../sim/measure/words/format.ts';
import { flowFigures } from '../../sim/measure/words/flow-figures.ts';
import { columnsWithin, hanging, tableWithin, wrapped } from './columns.ts';
import { limitLines } from './lines/limit-lines.ts';

/** Columns of a terminal that does not say how many it has, and of a log. */
const USUAL_WIDTH = 80;

/** @param options.width columns that the lines have; words go over several lines where they need more */
export function summaryLines(
  result: Result,
  options: { readonly colour: boolean; readonly machine: MachineLoad | null; readonly width?: number },
): string[] {
  const width = options.width ?? USUAL_WIDTH;
  const paint = painter(options.colour);
  const lines: string[] = [];
  const checks = foldSkips(foldProbes(result));
  if (checks.length > 0) lines.push(...checkLines(checks, width, paint));
  const flows = flowLines(result.flows, width);
  if (flows.length > 0) lines.push('', ...flows);
  if (result.drops.length > 0) lines.push('', ...dropLines(result.drops, width));
  const count = (status: Check['status']): number => result.checks.filter((check) => check.status === status).length;
  const unjudged = count('unjudged') === 0 ? '' : `, ${count('unjudged')} not measurable here`;
  const skipped = count('skip') === 0 ? '' : `, ${count('skip')} skipped`;
  lines.push(
    '',
    paint(
      COLOURS[result.verdict],
      `${WORDS[result.verdict]}  ${formatAmount(count('pass'), 'check')} met, ${count('fail')} not met${unjudged}${skipped}`,
    ),
  );
  if (result.message !== undefined) lines.push(...wrapped(result.message, width));
  for (const { code, severity, message, help } of result.diagnostics)
    lines.push(
      ...wrapped(`${severity}[${code}]: ${message}`, width).map((line, i) => (i === 0 ? paint('yellow', line) : line)),
      ...wrapped(`help: ${help}`, width - 2).map((line) => `  ${line}`),
    );
  const hint = busyMachineHint(options.machine, result);
  if (hint !== null) lines.push(...wrapped(hint, width));
  const limits = limitLines(result);
  if (limits.length > 0) lines.push('', ...limits.flatMap((line) => indented(line, width)));
  return lines;
}

/** Under its step's name a line a check, and beneath it why it is not met. */
function checkLines(checks: readonly Check[], width: number, paint: ReturnType<typeof painter>): string[] {
  const table = columnsWithin(
    width,
    ['  CHECK', 'EXPECTED', 'PREDICTED', 'MEASURED', 'ERROR'],
    checks.map((check) => [
      `${MARKS[check.status]} ${check.name}`,
      check.expected === null ? '' : formatExpected(check.expected, check.unit),
      check.predicted === null ? '' : formatExpected(check.predicted, check.unit),
      check.measured === null ? '' : formatValue(check.measured, check.unit),
      check.error_pct === null ? '' : formatPct(check.error_pct),
    ]),
    0,
  );
  return [
    ...table.header.map((line) => paint('dim', line)),
    ...checks.flatMap((check, i) => [
      ...(check.step === checks[i - 1]?.step ? [] : wrapped(check.step, width)),
      ...(table.rows[i] ?? []).map((line, part) => paint(COLOURS[check.status], part === 0 ? line : `  ${line}`)),
      ...(check.status === 'pass' || check.reason === null
        ? []
        : wrapped(check.reason, width - 4).map((line) => `    ${line}`)),
    ]),
  ];
}

/** A step's probes that went as expected are one line; those that did not keep theirs. */
function foldProbes(result: Result): Check[] {
  const probeSteps = new Set(result.probes.map((probe) => probe.step));
  const folded: Check[] = [];
  const met = new Map<string, number>();
  for (const check of result.checks) {
    if (!probeSteps.has(check.step) || check.status !== 'pass') {
      folded.push(check);
      continue;
    }
    const seen = met.get(check.step) ?? 0;
    met.set(check.step, seen + 1);
    if (seen === 0) folded.push(check);
  }
  return folded.map((check) => {
    const count = check.status === 'pass' ? met.get(check.step) : undefined;
    if (count === undefined || count === 1) return check;
    const same = (field: 'expected' | 'predicted' | 'measured'): string | null => {
      const values = new Set(
        result.checks.filter((c) => c.step === check.step && c.status === 'pass').map((c) => c[field]),
      );
      return values.size === 1 ? String([...values][0]) : 'mixed';
    };
    return {
      ...check,
      name: `${count} probes`,
      expected: same('expected'),
      predicted: same('predicted'),
      measured: same('measured'),
    };
  });
}

/** Checks of one step that were not reached, or could not be measured, for one reason, are one line. */
function foldSkips(checks: readonly Check[]): Check[] {
  const alike = new Map<string, Check[]>();
  for (const check of checks) {
    if (check.status !== 'skip' && check.status !== 'unjudged') continue;
    const key = `${check.step}\n${check.status}\n${check.reason ?? ''}`;
    alike.set(key, [...(alike.get(key) ?? []), check]);
  }
  const folded = [...alike.values()].filter((those) => those.length > 1);
  return checks.flatMap((check) => {
    const those = folded.find((each) => each.includes(check));
    if (those === undefined) return [check];
    const name = formatAmount(those.length, 'check');
    const none = { expected: null, predicted: null, measured: null, error_pct: null };
    return those[0] === check ? [{ ...check, name, ...none }] : [];
  });
}

/** Rows of a table that stands between the checks and the verdict. */
const SHOWN = 12;

const WORDS = { pass: 'PASS', fail: 'FAIL', unjudged: 'NOT MEASURABLE HERE', error: 'ERROR' } as const;
const MARKS = { pass: '✓', fail: '✗', unjudged: '?', skip: '-' } as const;
const COLOURS = { pass: 'green', fail: 'red', error: 'red', unjudged: 'yellow', skip: 'dim' } as const;
const SGR = { green: '32', red: '31', yellow: '33', dim: '2' } as const;

function painter(colour: boolean): (name: keyof typeof SGR, text: string) => string {
  return (name, text) => (colour ? `\u001b[${SGR[name]}m${text}\u001b[0m` : text);
}

/** What no check says: losses and latencies. The slowest flows first, as far as a screen has room. */
function flowLines(flows: readonly FlowResult[], width: number): string[] {
  const figures = flowFigures(flows).filter(({ kind }) => kind !== 'rate');
  if (figures.length === 0) return [];
  const sorted = flows.toSorted((a, b) => slowestUs(b) - slowestUs(a));
  const table = tableWithin(
    width,
    ['FLOW', ...figures.map(({ title }) => title.toUpperCase())],
    sorted
      .slice(0, SHOWN)
      .map((flow) => [`${flow.from} -> ${flow.to} ${flow.protocol}`, ...figures.map(({ of }) => of(flow))]),
    0,
  );
  return sorted.length > SHOWN ? [...table, `and ${sorted.length - SHOWN} more, in the report`] : table;
}

function slowestUs({ rtt_us, request_us, connections, one_way_us }: FlowResult): number {
  return Math.max(connections?.connect_p99_us ?? 0, rtt_us?.p99 ?? 0, request_us?.p99 ?? 0, one_way_us?.p99 ?? 0);
}

/** The largest first; a lab of a thousand pods must not scroll the verdict away. */
function dropLines(drops: readonly DropResult[], width: number): string[] {
  const sorted = drops.toSorted((a, b) => b.packets - a.packets);
  const table = tableWithin(
    width,
    ['DROPPED', 'REASON', 'DIRECTION', 'ENDPOINT', 'WHY'],
    sorted.slice(0, SHOWN).map((drop) => [String(drop.packets), drop.reason, drop.direction, drop.endpoint, drop.rule]),
    4,
  );
  return sorted.length > SHOWN ? [...table, `and ${sorted.length - SHOWN} more, in the report`] : table;
}

/** A line that is too long goes on beneath. */
function indented(line: string, width: number): string[] {
  return line.length <= width ? [line] : hanging(line, width, '    ');
}
