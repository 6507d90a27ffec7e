import { describe, expect, test } from 'vitest';
import { parseTolerances, regressions, TOLERANCES } from './baseline.ts';
import { cellOf, matrixOf, measureOf } from './fixtures/sample-matrix.ts';
import type { Cell, MetricName } from './matrix.ts';

const before = matrixOf({ scenarios: ['seed'], kernels: ['uml'], cells: [cellOf('uml', 'seed')] });
const now = (parts: Partial<Cell>) => ({ ...before, cells: [cellOf('uml', 'seed', parts)] });
const number = (metric: MetricName, value: number) => [measureOf({ name: 'n', metric, value })];

describe('against a baseline', () => {
  test('what is the same is no regression', () => {
    expect(regressions(before, before, TOLERANCES)).toEqual([]);
  });

  test.each(['fail', 'panic', 'timeout', 'splat', 'error', 'skip'] as const)('pass to %s is one', (status) => {
    expect(regressions(before, now({ status, reason: 'why' }), TOLERANCES)).toMatchObject([
      { step: null, what: `was pass, is ${status}: why` },
    ]);
  });

  test.each<[MetricName, number, number, boolean]>([
    ['error_pct', 0.1, -0.6, false],
    ['error_pct', 0.1, -0.7, true],
    ['error_pct', -3, 0, false],
    ['overshoot_pct', -2, 3, false],
    ['overshoot_pct', -2, 3.1, true],
    ['overshoot_pct', 9, -90, false],
    ['score_pct', 98, 100, false],
    ['score_pct', 100, 100, false],
    ['score_pct', 100, 99.9, true],
    ['p99_us', 400, 800, false],
    ['p99_us', 400, 801, true],
    ['verified_insns', 1000, 1100, false],
    ['verified_insns', 1000, 1101, true],
    ['load_ms', 10, 31, true],
  ])('%s from %d to %d: %s', (metric, from, to, worse) => {
    const a = { ...before, cells: [cellOf('uml', 'seed', { measures: number(metric, from) })] };
    expect(regressions(a, now({ measures: number(metric, to) }), TOLERANCES)).toHaveLength(worse ? 1 : 0);
  });

  test('a check that was met and is not is one, whatever its number', () => {
    const check = (status: 'pass' | 'fail') => [measureOf({ name: 'drops == 0', status, value: 0, reason: 'r' })];
    const a = { ...before, cells: [cellOf('uml', 'seed', { measures: check('pass') })] };
    expect(regressions(a, now({ measures: check('fail') }), TOLERANCES)).toMatchObject([
      { name: 'drops == 0', what: 'was met, is not: r' },
    ]);
  });

  test('a cell that was not run is one, unless another machine runs it', () => {
    expect(regressions(before, { ...before, cells: [] }, TOLERANCES)).toHaveLength(1);
    expect(regressions(before, { ...before, cells: [], shards: [{ index: 2, count: 2 }] }, TOLERANCES)).toEqual([]);
  });

  test('kernels and scenarios that nobody asked for are none', () => {
    expect(regressions(before, matrixOf({ kernels: ['debian:6.12'], cells: [] }), TOLERANCES)).toEqual([]);
  });
});

describe('tolerances', () => {
  test('replace those they name', () => {
    expect(parseTolerances('error_pct=0.2, p99_us=30')).toEqual({ ...TOLERANCES, error_pct: 0.2, p99_us: 30 });
  });

  test.each([
    ['speed=1', '"speed" is none of error_pct, overshoot_pct, score_pct, p99_us, verified_insns, load_ms'],
    ['error_pct', 'error_pct needs a number of at least 0, as in error_pct=0.5'],
    ['error_pct=-1', 'error_pct needs a number of at least 0, as in error_pct=0.5'],
  ])('%s are refused', (text, words) => {
    expect(parseTolerances(text)).toBe(words);
  });
});
