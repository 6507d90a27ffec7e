import { expect, test } from 'vitest';
import type { TraceRecord } from '../../trace/record.ts';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';

/** Two seconds of processor time in the step of every flow, on this clock. */
function costOnClock(clock: 'real' | 'virtual'): (number | null)[] {
  const measurement = createMeasurement();
  const add = (record: TraceRecord): void => {
    measurement.add(record);
  };
  for (const record of syntheticTrace()) {
    if (record.type === 'run') {
      add({ ...record, kernel: { ...record.kernel, clock } });
      continue;
    }
    // What began in the step is in its time; what ended it, too.
    if (record.type === 'step' && record.state === 'finished') add({ type: 'cpu', t: record.t, busyNs: 3e9 });
    add(record);
    if (record.type === 'step' && record.state === 'started') add({ type: 'cpu', t: record.t, busyNs: 1e9 });
  }
  return measurement.result({ bootMs: null }).flows.map(({ cpu_s_per_gbit }) => cpu_s_per_gbit);
}

test('what a gigabit costs is known on the real clock alone: the virtual one stands still while a processor works', () => {
  const real = costOnClock('real');
  expect(real.every((cost) => cost !== null && cost > 0)).toBe(true);
  expect(real.length).toBeGreaterThan(0);
  expect(costOnClock('virtual').every((cost) => cost === null)).toBe(true);
});
