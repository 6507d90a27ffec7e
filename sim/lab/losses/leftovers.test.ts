import { expect, it } from 'vitest';
import type { TraceRecord } from '../../trace/record.ts';
import { LabClock } from '../clock.ts';
import { awaitCalm } from './leftovers.ts';

const MEMORY = { of: 'default/b', mostBytes: 4_194_304, seconds: 30 };

/** What is said where queues and memory hold so much at each look. */
async function said(queues: number[], bytes: number[], mayWait = true): Promise<{ messages: string[]; looks: number }> {
  const messages: string[] = [];
  let looks = 0;
  const next = (values: number[]): number => {
    looks += 1;
    return (values.length > 1 ? values.shift() : values[0]) ?? 0;
  };
  const lab = {
    clock: new LabClock(),
    record: (record: TraceRecord) => {
      if (record.type === 'note') messages.push(record.message);
    },
  };
  const around = { queued: () => next(queues), reassembly: () => [{ ...MEMORY, bytes: next(bytes) }] };
  await awaitCalm(lab, around, mayWait, new AbortController().signal);
  return { messages, looks };
}

it('begins at once, and says nothing, where nothing is left', async () => {
  expect(await said([0], [1000])).toEqual({ messages: [], looks: 2 });
});

it('waits until the queues are empty, without a word', async () => {
  expect(await said([7, 0], [0])).toEqual({ messages: [], looks: 3 });
});

it('waits until there is room for fragments again, and says so', async () => {
  const { messages } = await said([0], [4e6, 4e6, 0]);
  expect(messages).toEqual([expect.stringMatching(/default\/b \(4000 kB\); the step began 0\.\d s later/)]);
});

it('does not wait beside traffic in the background, and says what that may do', async () => {
  const { messages } = await said([7], [4e6], false);
  expect(messages).toEqual([expect.stringContaining('fragmented datagrams of this step may be lost for it')]);
});
