import { expect, test } from 'vitest';
import { isSaidBetter, tooManyForThisMachine } from './load-plan.ts';

test('more pods than the machine has memory for are refused before anything boots, with the arithmetic', () => {
  expect(tooManyForThisMachine(5_000, 2 * 2 ** 30)).toEqual([]);
  expect(tooManyForThisMachine(10_000, 2 * 2 ** 30)).toMatchObject([
    {
      code: 'E424',
      message: '10000 pods take about 3328 MiB: 128, and 0.32 for each, and this machine has 2048 MiB of memory',
    },
  ]);
});

test('a folder without manifests goes without saying where the folders inside it are named, whatever the words', () => {
  const of = (code: string, folder: string) => ({ code, severity: 'error' as const, message: 'x', folder });
  expect(isSaidBetter(of('E109', 'mine'), [of('E120', 'mine')])).toBe(true);
  expect(isSaidBetter(of('E109', 'mine'), [of('E120', 'other')])).toBe(false);
  expect(isSaidBetter(of('E101', 'mine'), [of('E120', 'mine')])).toBe(false);
});
