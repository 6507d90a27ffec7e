import { render } from 'ink-testing-library';
import { describe, expect, it, vi } from 'vitest';
import { syntheticTrace } from '../../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../../sim/measure/reduce.ts';
import { podRows, timelineRows } from './rows.ts';
import { Screen } from './screen.tsx';

function measured() {
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  return measurement;
}

const noop = (): void => undefined;

describe('the live screen', () => {
  it('shows every pod with its limit, every step with its verdict, and why packets were dropped', () => {
    const measurement = measured();
    const view = measurement.snapshot()!;
    const { lastFrame, unmount } = render(
      <Screen scenario="s" snapshot={() => measurement.snapshot()} progress={() => ''} onQuit={noop} />,
    );
    const frame = lastFrame()!;
    unmount();
    for (const pod of view.pods) expect(frame).toContain(pod.name);
    expect(frame).toContain('100 Mbit/s');
    expect(frame).toContain('✓');
    expect(frame).toContain('POLICY_DENIED');
    expect(frame.split('\n').length).toBeLessThanOrEqual(24);
  });

  it('says what it is doing before there is anything to see', () => {
    const { lastFrame, unmount } = render(
      <Screen scenario="seed" snapshot={() => null} progress={() => 'booting uml'} onQuit={noop} />,
    );
    expect(lastFrame()).toContain('booting uml');
    unmount();
  });

  it.each(['q', '\u0003'])('ends the run at %j', async (key) => {
    const onQuit = vi.fn();
    const { stdin, unmount } = render(
      <Screen scenario="s" snapshot={() => null} progress={() => ''} onQuit={onQuit} />,
    );
    await vi.waitFor(() => {
      stdin.write(key);
      expect(onQuit).toHaveBeenCalled();
    });
    unmount();
  });

  it('explains its keys at ?', async () => {
    const { stdin, lastFrame, unmount } = render(
      <Screen scenario="s" snapshot={() => null} progress={() => ''} onQuit={noop} />,
    );
    await vi.waitFor(() => {
      if (!lastFrame()!.includes('scroll by a screen')) stdin.write('?');
      expect(lastFrame()).toContain('scroll by a screen');
    });
    unmount();
  });
});

describe('the rows', () => {
  it('are sorted by rate where asked for, the fastest first', () => {
    const rates = podRows(measured().snapshot()!, 'egress').map((row) => row.egress.rateBps);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it('have a step for each of the plan', () => {
    const view = measured().snapshot()!;
    expect(timelineRows(view).map((row) => row.index)).toEqual(view.steps.map((step) => step.index));
  });
});
