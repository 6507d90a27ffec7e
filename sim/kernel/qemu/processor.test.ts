import { expect, it } from 'vitest';
import { allowedProcessors, claimProcessor } from './processor.ts';

it('reads which processors it may use', () => {
  expect(allowedProcessors('Name:\tnode\nCpus_allowed_list:\t0-2,5,8-9\nMems_allowed_list:\t0\n')).toEqual([
    ...[0, 1, 2, 5, 8, 9],
  ]);
});

it('gives each guest its own, until there are none left, and one that was let go again', async () => {
  const pair = [70_001, 70_002]; // no machine's own, so that no guest beside this test has them
  const [first, second] = [await claimProcessor(pair), await claimProcessor(pair)];
  expect([first.processor, second.processor]).toEqual(pair);
  expect(pair).toContain((await claimProcessor(pair)).processor);
  first.release();
  expect((await claimProcessor(pair)).processor).toBe(70_001);
  second.release();
});
