import { expect, it } from 'vitest';
import { compareResults } from './comparison.ts';
import { syntheticTrace, type SyntheticOptions } from './fixtures/synthetic-trace.ts';
import { createMeasurement } from './observing/reduce.ts';
import type { Result } from './result.ts';

function resultOf(options: SyntheticOptions = {}): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  return measurement.result({ bootMs: null });
}

it('puts each flow under each engine side by side', () => {
  const { flows, engines } = compareResults([
    { engine: 'ipvlane', result: resultOf() },
    { engine: 'policer', result: resultOf({ flowDrops: { EDT_HORIZON: 7 } }) },
  ]);
  expect(engines.map(({ engine, checks_not_met }) => [engine, checks_not_met > 0])).toEqual([
    ['ipvlane', false],
    ['policer', true],
  ]);
  expect(flows[0]?.by_engine.map(({ engine, drops }) => [engine, drops])).toEqual([
    ['ipvlane', {}],
    ['policer', { EDT_HORIZON: 7 }],
  ]);
});

it('names the checks that not every engine met, and no others', () => {
  const { differing_checks } = compareResults([
    { engine: 'ipvlane', result: resultOf() },
    { engine: 'policer', result: resultOf({ flowDrops: { EDT_HORIZON: 7 } }) },
  ]);
  expect(differing_checks.length).toBeGreaterThan(0);
  for (const { name, by_engine } of differing_checks) {
    expect(name).toContain('EDT_HORIZON');
    expect(by_engine.map(({ status }) => status)).toEqual(['pass', 'fail']);
  }
});

it('refuses to compare what is not the same scenario', () => {
  const other = { ...resultOf(), scenario: 'another' };
  expect(() =>
    compareResults([
      { engine: 'ipvlane', result: resultOf() },
      { engine: 'none', result: other },
    ]),
  ).toThrow('seed and another are two scenarios');
});
