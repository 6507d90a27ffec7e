import { describe, expect, it } from 'vitest';
import type { StepPlan } from '../plan/plan.ts';
import type { StepRecord } from '../trace/record.ts';
import type { StepRunners } from './timeline.ts';
import { runTimeline } from './timeline.ts';

function sleepStep(index: number): StepPlan {
  return { index, name: `step ${index}`, position: null, kind: 'sleep', durationNs: 1e9 };
}

function harness(sleep: StepRunners['sleep']) {
  const records: StepRecord[] = [];
  let t = 0;
  const lab = {
    clock: { now: () => ++t },
    record: (record: StepRecord) => records.push(record),
    takeCommands: () => ({}),
  };
  const none = (): Promise<void> => Promise.reject(new Error('not in this test'));
  const changes = {
    apply: none,
    delete: none,
    restart: none,
    label: none,
    scale: none,
    annotate: none,
    underlay: none,
    link: none,
  };
  const runners: StepRunners = { wait: none, traffic: none, inject: none, probe: none, ...changes, sleep };
  const said = () =>
    records.map((record) => `${record.step} ${record.state}${record.message ? `: ${record.message}` : ''}`);
  return { lab, runners, said };
}

describe('the timeline', () => {
  it('goes on to the next step after one that failed, and says why it failed', async () => {
    const { lab, runners, said } = harness((step) =>
      step.index === 0 ? Promise.reject(new Error('iperf3: Connection refused')) : Promise.resolve(),
    );
    const outcome = await runTimeline(lab, [sleepStep(0), sleepStep(1)], runners, new AbortController().signal);
    expect(outcome).toBe('completed');
    expect(said()).toEqual(['0 started', '0 failed: iperf3: Connection refused', '1 started', '1 finished']);
  });

  it('says with each step what was done since the record before', async () => {
    const pending = ['before'];
    const { lab, runners } = harness(() => {
      pending.push('within');
      return Promise.resolve();
    });
    const takeCommands = () => ({ commands: pending.splice(0) });
    const told: unknown[] = [];
    const record = ({ state, commands }: StepRecord): void => void told.push([state, commands]);
    await runTimeline({ ...lab, record, takeCommands }, [sleepStep(0)], runners, new AbortController().signal);
    expect(told).toEqual([
      ['started', ['before']],
      ['finished', ['within']],
    ]);
  });

  it('begins a step no sooner than it is due, and says how late it is', async () => {
    let t = 0;
    const began: number[] = [];
    const { runners } = harness(() => Promise.resolve());
    const lab = { clock: { now: () => t }, record: () => undefined, takeCommands: () => ({}) };
    const again = (index: number, ns: number): StepPlan => ({ ...sleepStep(index), notBefore: { step: 0, ns } });
    const late: string[] = [];
    const paused: number[] = [];
    const onBegin = (): void => {
      began.push(t);
      t += 30e6;
    };
    // Its timers are the machine's, and this clock stands still meanwhile: what is waited for is not looked at.
    await runTimeline(lab, [sleepStep(0), again(1, 35e6), again(2, 40e6)], runners, new AbortController().signal, {
      onBegin,
      onPause: () => paused.push(t),
      onLate: ({ index }, ns) => late.push(`${index} ${ns}`),
    });
    expect(began).toEqual([0, 30e6, 60e6]);
    expect(paused).toEqual([30e6]);
    expect(late).toEqual(['2 20000000']);
  });

  it('does a step once more when it is asked to, and not a third time', async () => {
    const { lab, runners, said } = harness(() => Promise.resolve());
    const again = (step: StepPlan): Promise<boolean> => Promise.resolve(step.index === 0);
    await runTimeline(lab, [sleepStep(0), sleepStep(1)], runners, new AbortController().signal, { again });
    expect(said()).toEqual(['0 started', '0 finished', '0 started', '0 finished', '1 started', '1 finished']);
  });

  it('begins no further step once it was interrupted', async () => {
    const stop = new AbortController();
    const { lab, runners, said } = harness(() => {
      stop.abort();
      return Promise.resolve();
    });
    expect(await runTimeline(lab, [sleepStep(0), sleepStep(1)], runners, stop.signal)).toBe('interrupted');
    expect(said()).toEqual(['0 started', '0 failed: interrupted']);
  });
});
