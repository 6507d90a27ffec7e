import { describe, expect, it } from 'vitest';
import type { TraceRecord } from '../trace/record.ts';
import { Answers } from './answers.ts';

const endpoint = (t: number, packets: number): TraceRecord => ({
  type: 'endpoint',
  t,
  endpointId: 1,
  direction: 'egress',
  offered: { packets, bytes: packets },
  passed: { packets, bytes: packets },
});
const trace = (record: TraceRecord) => ({ type: 'trace', record }) as const;
const ask = { type: 'ask', mode: 'wire', from: [], targets: [], timeoutNs: 1 } as const;
const flow = { type: 'flow', flow: {} as never } as const;
const started: TraceRecord = { type: 'step', t: 5, step: 0, state: 'started' };

describe('answers', () => {
  it('come with the counters as they stand, also those that did not move meanwhile', async () => {
    const answers = new Answers();
    answers.hear(trace(endpoint(1, 3)));
    answers.hear(trace(endpoint(2, 4)));
    const { command, done } = answers.expect(ask);
    answers.hear({ type: 'answered', id: command.id, durationNs: 1, operations: 0 });
    expect(await done).toMatchObject({ records: [{ t: 2, offered: { packets: 4 } }] });
  });

  it('of a flow tell what was counted before it, and what was counted meanwhile in its order', async () => {
    const answers = new Answers();
    answers.hear(trace(endpoint(1, 3)));
    const { command, done } = answers.expect(flow);
    // It waits for its turn: this is not its own yet.
    answers.hear(trace(endpoint(4, 7)));
    answers.hear({ type: 'flow-record', id: command.id, record: started });
    answers.hear(trace(endpoint(6, 9)));
    answers.hear({ type: 'flow-record', id: command.id, record: { ...started, t: 8, state: 'finished' } });
    answers.hear({ type: 'flowed', id: command.id });
    const { before, during } = await done;
    expect(before.map(({ t }) => t)).toEqual([4]);
    expect(during.map(({ type, t }) => `${type} ${t}`)).toEqual(['step 5', 'endpoint 6', 'step 8']);
  });

  it('fail in the lab’s words, and none is left waiting when it ends', async () => {
    const answers = new Answers();
    const first = answers.expect(ask);
    const second = answers.expect(flow);
    answers.hear({ type: 'answered', id: first.command.id, durationNs: 1, operations: 0, error: 'not built' });
    await expect(first.done).rejects.toThrow('not built');
    answers.fail(new Error('the kernel ended'));
    await expect(second.done).rejects.toThrow('the kernel ended');
  });
});
