import { expect, test } from 'vitest';
import { watchMachine, type ReadProc } from './watch-machine.ts';

/** Ten seconds, of which a process waited four, and a tenth of the processors' time was stolen. */
function ten(pressure: boolean) {
  let over = false;
  const proc: ReadProc = (name) => {
    if (name === 'loadavg') return '3.25 2.00 1.00 1/99 1234\n';
    if (name === 'stat')
      return over ? 'cpu  150 0 50 590 0 0 10 200 0 0\ncpu0 1\n' : 'cpu  50 0 50 600 0 0 0 100 0 0\n';
    return pressure ? `some avg10=1.00 total=${over ? 5_000_000 : 1_000_000}\nfull avg10=0.00 total=0\n` : null;
  };
  const stop = watchMachine(() => (over ? 20_000 : 10_000), proc);
  over = true;
  return stop();
}

test('pressure, steal and load are those of the run alone', () => {
  const { cpu_waiting_pct, steal_pct, load_1m } = ten(true);
  expect({ cpu_waiting_pct, steal_pct, load_1m }).toEqual({ cpu_waiting_pct: 40, steal_pct: 50, load_1m: 3.25 });
});

test('a kernel without pressure information leaves the load', () => {
  expect(ten(false)).toMatchObject({ cpu_waiting_pct: null, load_1m: 3.25 });
});

test('this machine tells it', () => {
  let ms = 0;
  const load = watchMachine(() => (ms += 1000))();
  expect(load.processors).toBeGreaterThan(0);
  expect(load.load_1m).toBeGreaterThanOrEqual(0);
});
