/** The limits that a run measured by itself, a line each: `alpha  egress 10M  measured 9.99M  (−0.10 %)`. */
import { formatLimit, formatPct } from '../../../sim/measure/words/format.ts';
import type { Check, FlowResult, Result } from '../../../sim/measure/result.ts';

/** None where nothing was to be measured. Aligned; those of one workload together, by the names that the result has. */
export function limitLines({
  flows,
  checks,
  unmeasured = [],
}: Pick<Result, 'flows' | 'checks' | 'unmeasured'>): string[] {
  const rows = [...flows.flatMap((flow) => measuredRow(flow, checks)), ...unmeasured.map(unmeasuredRow)];
  const sorted = rows.toSorted((a, b) => (a.of === b.of ? 0 : a.of < b.of ? -1 : 1));
  const cells = sorted.map(({ of, limit, numbers, words }) => [of, limit, ...numbers, words]);
  // What is told in words stands at the end of its line, and makes no column wider.
  const widths = [0, 1, 2, 3].map((i) =>
    Math.max(0, ...cells.map((row) => (i < row.length - 1 ? (row[i]?.length ?? 0) : 0))),
  );
  return cells.map((row) =>
    row
      .map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell))
      .join('  ')
      .trimEnd(),
  );
}

interface Row {
  readonly of: string;
  readonly limit: string;
  /** `measured 9.99M`, `(−0.10 %)`; empty where there are none. */
  readonly numbers: readonly string[];
  readonly words: string;
}

function measuredRow(flow: FlowResult, checks: readonly Check[]): Row[] {
  if (flow.measures === undefined) return [];
  const { of, direction, limit_bps: limitBps, replicas } = flow.measures;
  const limit = `${direction} ${formatLimit(limitBps)}`;
  const own = checks.filter(({ step, name }) => step === flow.step && isOf(flow, name));
  const unmet = own.find(({ status }) => status !== 'pass');
  if (flow.wire_bps === null) {
    return [{ of, limit, numbers: [], words: `not measured: ${unmet?.reason ?? 'nobody counted its bytes'}` }];
  }
  // Another limit may bind before it: then that is what was measured.
  const bound = flow.configured_bps ?? limitBps;
  const words = [
    ...(bound === limitBps ? [] : [`its peer or the wire leaves only ${formatLimit(bound)}`]),
    ...(replicas === 1 ? [] : [`1 of ${replicas} pods`]),
    ...(unmet === undefined ? [] : [unmet.reason ?? unmet.status]),
  ];
  const error = formatPct(((flow.wire_bps - bound) / bound) * 100);
  return [{ of, limit, numbers: [`measured ${formatLimit(flow.wire_bps)}`, `(${error})`], words: words.join('; ') }];
}

function unmeasuredRow({ of, direction, limit_bps, why }: NonNullable<Result['unmeasured']>[number]): Row {
  return { of, limit: `${direction} ${formatLimit(limit_bps)}`, numbers: [], words: `not measured: ${why}` };
}

/** A check of one flow among several begins with its two ends. */
function isOf({ from, to }: FlowResult, name: string): boolean {
  return !name.includes(' -> ') || name.startsWith(`${from} -> ${to}: `);
}
