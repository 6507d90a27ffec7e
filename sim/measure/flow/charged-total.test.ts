import { expect, it } from 'vitest';
import { ChargedTotal } from './charged-total.ts';

it('charges what has passed since it last counted', () => {
  const counted = (['l2', 'wire', 'ip'] as const).map((charge) => {
    const total = new ChargedTotal();
    return [
      total.count({ packets: 2, bytes: 2 * 1514 }, charge),
      // Small ones after large ones.
      total.count({ packets: 12, bytes: 2 * 1514 + 10 * 43 }, charge),
      total.count({ packets: 12, bytes: 2 * 1514 + 10 * 43 }, charge),
    ];
  });
  expect(counted).toEqual([
    [3028, 3458, 3458],
    [3076, 3076 + 840, 3076 + 840],
    [3000, 3290, 3290],
  ]);
});
