import { PassThrough } from 'node:stream';
import chalk from 'chalk';
import { beforeEach, expect, test, vi } from 'vitest';
import { syntheticTrace } from '../../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../../sim/measure/observing/reduce.ts';
import { openLiveView } from './open-live-view.tsx';

/** A terminal in memory, as far as ink asks it. */
function terminal(columns: number) {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 30 });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: vi.fn(), ref: vi.fn(), unref: vi.fn() });
  let text = '';
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    written: () => text,
    narrow: (to: number) => {
      stdout.columns = to;
      stdout.emit('resize');
    },
  };
}

/** Of what was dropped. */
const YELLOW = '\u001b[33m';

// A terminal that can do colours, as chalk would have found out.
beforeEach(() => void (chalk.level = 1));

async function show(colour: boolean, whileOpen: (screen: ReturnType<typeof terminal>) => void = () => undefined) {
  const screen = terminal(100);
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  const view = openLiveView({ ...screen, scenario: 'seed', measurement, colour, onQuit: vi.fn() });
  await vi.waitFor(() => expect(screen.written()).toContain('POLICY_DENIED'), { timeout: 50_000 });
  whileOpen(screen);
  await view.close();
  return screen.written();
}

test('colours where they are wanted, and none under NO_COLOR', async () => {
  expect(await show(true)).toContain(YELLOW);
  expect(await show(false)).not.toContain(YELLOW);
});

test('a terminal that gets narrower is cleared, for it has broken the last picture’s lines', async () => {
  const cleared = '\u001b[2J\u001b[H';
  expect(await show(false)).not.toContain(cleared);
  expect(await show(false, (screen) => screen.narrow(60))).toContain(cleared);
});
