import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LabClock } from '../clock.ts';
import { closeLookAtChanges } from './close-look.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('changes that follow soon are looked at together: no moment is read twice, and the last has its whole time', async () => {
  const clock = new LabClock(() => BigInt(Date.now()) * 1_000_000n);
  const read: number[] = [];
  const look = closeLookAtChanges(
    { clock },
    () => read.push(clock.now() / 1e6),
    () => true,
  );
  const { signal } = new AbortController();
  const first = look(signal);
  await vi.advanceTimersByTimeAsync(100);
  await look(signal);
  await vi.advanceTimersByTimeAsync(1000);
  await first;
  expect(read).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
});

test('without traffic nothing is read, and a change with traffic is looked at again', async () => {
  const clock = new LabClock(() => BigInt(Date.now()) * 1_000_000n);
  let going = false;
  let read = 0;
  const look = closeLookAtChanges(
    { clock },
    () => (read += 1),
    () => going,
  );
  const { signal } = new AbortController();
  void look(signal);
  await vi.advanceTimersByTimeAsync(10);
  expect(read).toBe(0);
  going = true;
  void look(signal);
  await vi.advanceTimersByTimeAsync(10);
  expect(read).toBe(10);
});
