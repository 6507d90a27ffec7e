import { expect, test } from 'vitest';
import { Interrupted, stopSignal, unlessStopped } from './stop-signal.ts';

test('what fails after Ctrl-C was interrupted; what fails by itself, or succeeds all the same, was not', async () => {
  using stop = stopSignal();
  const fail = (): Promise<never> => Promise.reject(new Error('the lab ended'));
  await expect(unlessStopped(stop.signal, fail)).rejects.toThrow('the lab ended');
  stop.abort();
  await expect(unlessStopped(stop.signal, fail)).rejects.toEqual(new Interrupted());
  expect(await unlessStopped(stop.signal, () => Promise.resolve(1))).toBe(1);
});
