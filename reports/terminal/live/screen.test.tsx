import { render } from 'ink-testing-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { syntheticTrace, type SyntheticOptions } from '../../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../../sim/measure/observing/reduce.ts';
import { KEYS } from './keys.ts';
import { Screen } from './screen.tsx';

const opened: { unmount: () => void }[] = [];
afterEach(() => {
  for (const screen of opened.splice(0)) screen.unmount();
});

/** The screen as it is `records` into a synthetic trace. */
function open(options: SyntheticOptions = {}, rows = 40, columns = 100) {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  const onQuit = vi.fn();
  const element = (
    <Screen scenario="seed" snapshot={() => measurement.snapshot()} progress={() => 'writing'} onQuit={onQuit} />
  );
  const screen = render(element);
  opened.push(screen);
  // ink-testing-library's own width is a getter of the class.
  Object.defineProperty(screen.stdout, 'columns', { value: columns });
  Object.assign(screen.stdout, { rows });
  screen.rerender(element);
  return { ...screen, onQuit, frame: () => screen.lastFrame() ?? '' };
}

/** However busy the machine is: a picture that does not come ends the test, not a second that is over. */
function soon(claim: () => void): Promise<void> {
  return vi.waitFor(claim, { timeout: 50_000 });
}

/** Keys are listened to only after the first picture, and ink gives no sign of it: type until it shows. */
async function type(screen: ReturnType<typeof open>, key: string, shows: () => void): Promise<void> {
  await soon(() => expect(screen.stdin.listenerCount('readable')).toBeGreaterThan(0));
  screen.stdin.write(key);
  await soon(shows);
}

describe('the live screen', () => {
  test('on 100 columns shows each pod with both rates, limits and sparklines', () => {
    const traffic = open({ stopBeforeStep: 2, end: null }).frame();
    expect(traffic).toMatch(/^POD +STATUS +IP +NODE +EGRESS bit\/s +INGRESS bit\/s *$/m);
    expect(traffic).toMatch(
      /^test\[\d\] +Running +172\.\S+ +10-20-\S+ +[\d.]+[kM]? \/ 100M +[▁▂▃▄▅▆▇█]{8} +[\d.]+[kM]? \/ 100M +[▁▂▃▄▅▆▇█]{8}$/m,
    );
    expect(traffic).toMatch(/^client +/m);
    expect(traffic).toContain('uml 6.1.176, real clock');
  });

  test.each([
    [130, /^test\[\d\] +Running +172\.\S+ +10-20-\S+ .*\/ 100 Mbit\/s +[▁▂▃▄▅▆▇█]{12} /m],
    [80, /^test\[\d\] +Running .*[\d.]+[kM]? \/ 100M +[▁▂▃▄▅▆▇█]{8} .*[▁▂▃▄▅▆▇█]{8}$/m],
    [60, /^test\[\d\] .*[\d.]+[kM]? \/ 100M +.*[\d.]+[kM]? \/ 100M/m],
  ])('on %d columns keeps both rates and their limits', async (width, row) => {
    const screen = open({ stopBeforeStep: 2, end: null }, 40, width);
    await soon(() => expect(screen.frame()).toMatch(row));
    for (const line of screen.frame().split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('marks steps that passed and those to come', () => {
    const frame = open({ stopBeforeStep: 2, end: null }).frame();
    expect(frame).toMatch(/^✓ +2 traffic /m);
    expect(frame).toMatch(/^· +3 /m);
  });

  test('marks a step that failed, and says why', () => {
    const frame = open({ wireBytes: (_, s) => (200e6 / 8) * s }).frame();
    expect(frame).toMatch(/^✗ +2 traffic .*\n {5}error_pct/m);
  });

  test('shows what was dropped, and by which rule', () => {
    const frame = open().frame();
    expect(frame).toMatch(/^DROPPED +REASON +DIRECTION +POD +WHY *$/m);
    expect(frame).toMatch(/^\d+ +POLICY_DENIED +egress +test\[\d\] +.*test-ipvl/m);
  });

  test('says what is done before there is a kernel', () => {
    const screen = render(
      <Screen scenario="seed" snapshot={() => null} progress={() => 'booting uml'} onQuit={vi.fn()} />,
    );
    opened.push(screen);
    expect(screen.lastFrame()).toMatch(/ipvlane seed {2}no kernel yet.*booting uml/);
  });
});

describe('the keys', () => {
  test('`?` opens the help, and closes it', async () => {
    const screen = open();
    expect(screen.frame()).not.toContain(KEYS[0][1]);
    await type(screen, '?', () => {
      for (const [, what] of KEYS) expect(screen.frame()).toContain(what);
    });
    await type(screen, '?', () => expect(screen.frame()).not.toContain(KEYS[0][1]));
  });

  test.each([
    { name: 'q', key: 'q' },
    { name: 'Ctrl-C', key: '\u0003' },
  ])('$name asks for the end, once', async ({ key }) => {
    const screen = open();
    await type(screen, key, () => expect(screen.onQuit).toHaveBeenCalledTimes(1));
  });

  test('`s` goes on to the next order', async () => {
    const screen = open();
    expect(screen.frame()).toContain('s sorts (name)');
    await type(screen, 's', () => expect(screen.frame()).toContain('s sorts (egress)'));
  });

  test('`g` groups by workload, then by node', async () => {
    const screen = open();
    await type(screen, 'g', () => expect(screen.frame()).toMatch(/^WORKLOAD +STATUS/m));
    await type(screen, 'g', () => expect(screen.frame()).toMatch(/^NODE +STATUS/m));
    await type(screen, 'g', () => expect(screen.frame()).toMatch(/^POD +STATUS/m));
  });

  test('`/` filters as it is typed; what is typed is no command; Enter keeps it and Esc ends it', async () => {
    const screen = open();
    expect(screen.frame()).toMatch(/^test\[/m);
    await type(screen, '/', () => expect(screen.frame()).toContain('/▏'));
    for (const letter of 'cliq') screen.stdin.write(letter);
    await soon(() => expect(screen.frame()).toContain('/cliq▏'));
    expect(screen.onQuit).not.toHaveBeenCalled();
    await type(screen, '\u007f', () => expect(screen.frame()).toContain('/cli▏'));
    expect(screen.frame()).toMatch(/^client +/m);
    expect(screen.frame()).not.toMatch(/^test\[/m);
    await type(screen, '\r', () => expect(screen.frame()).toContain('/cli · q ends it'));
    await type(screen, '\u001b', () => expect(screen.frame()).toMatch(/^test\[/m));
  });

  test('letters that come before the next picture are typed, and are no commands', async () => {
    const screen = open();
    await soon(() => expect(screen.stdin.listenerCount('readable')).toBeGreaterThan(0));
    for (const letter of '/gqs') screen.stdin.write(letter);
    await soon(() => expect(screen.frame()).toContain('/gqs▏'));
    expect(screen.onQuit).not.toHaveBeenCalled();
    expect(screen.frame()).toContain('g groups (pod)');
  });
});

describe('no picture is as tall as its terminal', () => {
  const BROKEN: SyntheticOptions = {
    wireBytes: (_, s) => (200e6 / 8) * s,
    flowDrops: { EDT_HORIZON: 4, UNKNOWN_SOURCE: 2 },
    measured: () => 'denied',
  };

  test.each([12, 15, 18, 20, 24, 30, 50])('of %d rows, with failures, drops and help', async (rows) => {
    const screen = open(BROKEN, rows);
    const height = (): number => screen.frame().split('\n').length;
    await soon(() => expect(height()).toBeLessThan(rows));
    await type(screen, '?', () => expect(screen.frame()).toContain(KEYS[0][1]));
    expect(height()).toBeLessThan(rows);
    expect(screen.frame()).toContain('q ends it');
  });
});
