/** An earlier matrix against this one: what became worse by more than it may. */
import { type Cell, type Matrix, type Measure, METRIC_NAMES, type MetricName } from './matrix.ts';

/**
 * How much worse a number may be. `error_pct`: percentage points further from 0; `overshoot_pct`: percentage points
 * more; `score_pct`: percentage points less; the others: per cent more than they were.
 */
export type Tolerances = Readonly<Record<MetricName, number>>;

/**
 * On the real clock: rates hold to a few tenths of a per cent even on a busy machine, tails and load times do not. The
 * score has no noise: one more probe answered against the policies is a regression. The
 * verifier's count depends on program and kernel alone; a tenth more is a program that grew.
 */
export const TOLERANCES: Tolerances = {
  error_pct: 0.5,
  overshoot_pct: 5,
  score_pct: 0,
  p99_us: 100,
  verified_insns: 10,
  load_ms: 200,
};

/** How far a number went in the wrong direction. */
const WORSENED: Readonly<Record<MetricName, (before: number, now: number) => number>> = {
  error_pct: (before, now) => Math.abs(now) - Math.abs(before),
  overshoot_pct: (before, now) => now - before,
  score_pct: (before, now) => before - now,
  p99_us: perCentMore,
  verified_insns: perCentMore,
  load_ms: perCentMore,
};

function perCentMore(before: number, now: number): number {
  return before === 0 ? (now > 0 ? Infinity : 0) : ((now - before) / before) * 100;
}

export interface Regression {
  readonly kernel: string;
  readonly scenario: string;
  /** null: the scenario as a whole. */
  readonly step: string | null;
  readonly name: string | null;
  /** For people: `was +0.02 %, is +1.40 %`. */
  readonly what: string;
}

/**
 * @returns every regression, in the order of the earlier matrix. What is new in this one is none; what is missing is one,
 *   unless its kernel or scenario was not asked for.
 */
export function regressions(before: Matrix, now: Matrix, tolerances: Tolerances): Regression[] {
  const cells = new Map(now.cells.map((cell) => [JSON.stringify([cell.kernel, cell.scenario]), cell]));
  return before.cells
    .filter(({ kernel, scenario }) => now.kernels.includes(kernel) && now.scenarios.includes(scenario))
    .flatMap((cell) =>
      ofCell(cell, cells.get(JSON.stringify([cell.kernel, cell.scenario])) ?? null, now.shards !== null, tolerances),
    );
}

function ofCell(before: Cell, now: Cell | null, partial: boolean, tolerances: Tolerances): Regression[] {
  const whole = { kernel: before.kernel, scenario: before.scenario, step: null, name: null };
  if (now === null) return partial ? [] : [{ ...whole, what: `was ${before.status}, was not run` }];
  if (before.status === 'pass' && now.status !== 'pass')
    return [{ ...whole, what: `was pass, is ${now.status}: ${now.reason ?? ''}` }];
  const rows = new Map(now.measures.map((measure) => [keyOf(measure), measure]));
  return before.measures.flatMap((measure) => {
    const what = worse(measure, rows.get(keyOf(measure)) ?? null, tolerances);
    return what === null ? [] : [{ ...whole, step: measure.step, name: measure.name, what }];
  });
}

function keyOf({ step, name }: Measure): string {
  return JSON.stringify([step, name]);
}

function worse(before: Measure, now: Measure | null, tolerances: Tolerances): string | null {
  // A row that a changed scenario no longer has is no news of the kernel.
  if (now === null) return null;
  if (before.status === 'pass' && now.status === 'fail') return `was met, is not: ${now.reason ?? ''}`;
  const { metric } = before;
  if (metric === null || typeof before.value !== 'number' || typeof now.value !== 'number') return null;
  const by = WORSENED[metric](before.value, now.value);
  if (by <= tolerances[metric]) return null;
  const said = (value: number): string => `${Number(value.toFixed(3))}${before.unit === null ? '' : ` ${before.unit}`}`;
  const unit = metric.endsWith('_pct') ? 'points' : '%';
  return `was ${said(before.value)}, is ${said(now.value)}: worse by ${Number.isFinite(by) ? by.toFixed(2) : '∞'} ${unit}, ${tolerances[metric]} are allowed`;
}

/**
 * `error_pct=0.2,p99_us=30` over the defaults.
 * @returns the tolerances, or in words what is wrong
 */
export function parseTolerances(text: string, from: Tolerances = TOLERANCES): Tolerances | string {
  const given: Partial<Record<MetricName, number>> = {};
  for (const entry of text.split(',')) {
    const [name = '', value = ''] = entry.split('=').map((part) => part.trim());
    const metric = METRIC_NAMES.find((known) => known === name);
    if (metric === undefined) return `${JSON.stringify(name)} is none of ${METRIC_NAMES.join(', ')}`;
    if (!/^\d+(\.\d+)?$/.test(value)) return `${name} needs a number of at least 0, as in ${name}=${from[metric]}`;
    given[metric] = Number(value);
  }
  return { ...from, ...given };
}
