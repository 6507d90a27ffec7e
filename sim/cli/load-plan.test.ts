import { expect, test } from 'vitest';
import { tooManyForThisMachine } from './load-plan.ts';

test('more pods than the machine has memory for are refused before anything boots, with the arithmetic', () => {
  expect(tooManyForThisMachine(5_000, 2 * 2 ** 30)).toEqual([]);
  expect(tooManyForThisMachine(10_000, 2 * 2 ** 30)).toMatchObject([
    {
      code: 'E424',
      message: '10000 pods take about 3328 MiB: 128, and 0.32 for each, and this machine has 2048 MiB of memory',
    },
  ]);
});
