import { expect, test } from 'vitest';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { busyMachineHint, type MachineLoad } from './machine-load.ts';
import { createMeasurement } from '../observing/reduce.ts';
import type { Result } from '../result.ts';

const QUIET: MachineLoad = { processors: 2, cpu_waiting_pct: 3, steal_pct: 0, load_1m: 0.9 };
const BUSY: MachineLoad = { processors: 2, cpu_waiting_pct: 80.4, steal_pct: 0, load_1m: 10.7 };

function resultOf(options: Parameters<typeof syntheticTrace>[0]): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  return measurement.result({ bootMs: null });
}

const missed = resultOf({ wireBytes: (_, s) => (80e6 / 8) * s });

test('a missed rate on a busy machine says so, and what does not feel it', () => {
  expect(busyMachineHint(BUSY, missed)).toBe(
    'the machine was busy (80 % of the time a process waited for a processor, load 10.7 on 2 processors), ' +
      'and the real clock feels that: use --clock virtual',
  );
  expect(busyMachineHint({ ...QUIET, steal_pct: 12 }, missed)).toContain("12 % of the processors' time went to other");
  expect(busyMachineHint({ ...QUIET, cpu_waiting_pct: null, load_1m: 5 }, missed)).toContain('load 5.0');
});

test('nothing is excused that the load did not do', () => {
  expect(busyMachineHint(QUIET, missed)).toBeNull();
  expect(busyMachineHint(null, missed)).toBeNull();
  expect(busyMachineHint(BUSY, resultOf({}))).toBeNull();
  expect(busyMachineHint(BUSY, resultOf({ measured: () => 'denied' }))).toBeNull();
  expect(busyMachineHint(BUSY, { ...missed, kernel: { ...missed.kernel, clock: 'virtual' } })).toBeNull();
});
