import { expect, it } from 'vitest';
import { StartGate } from './start-gate.ts';

it('opens when the last flow is ready, those that failed left out', async () => {
  const order: string[] = [];
  const gate = new StartGate(3, () => order.push('opens'));
  const waiting = gate.pass().then(() => order.push('first'));
  gate.leave();
  await Promise.resolve();
  expect(order).toEqual([]);
  await Promise.all([gate.pass(), waiting]);
  expect(order).toEqual(['opens', 'first']);
});
