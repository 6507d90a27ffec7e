import { expect, test } from 'vitest';
import { cellOf, matrixOf, measureOf } from './fixtures/sample-matrix.ts';
import { matrixRows } from './rows.ts';

test('an error has a sign, a score is a share and has none', () => {
  const measures = [
    measureOf({ name: 'rate', value: 0.02, unit: '%', metric: 'error_pct' }),
    measureOf({ name: 'all', value: 100, unit: '%', metric: 'score_pct' }),
    measureOf({ name: 'most', value: (17 / 18) * 100, unit: '%', metric: 'score_pct' }),
  ];
  const cells = [cellOf('uml', 'seed', { measures })];
  const rows = matrixRows(matrixOf({ kernels: ['uml'], scenarios: ['seed'], cells }));
  expect(rows.map((row) => [row.name, row.cells[0]?.text])).toEqual([
    ['seed', 'PASS'],
    ['rate', '+0.02 %'],
    ['all', '100 %'],
    ['most', '94.44 %'],
  ]);
});
