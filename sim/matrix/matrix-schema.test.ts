import { expect, test } from 'vitest';
import { cellOf, matrixOf } from './fixtures/sample-matrix.ts';
import { readMatrix, renderMatrixJson } from './matrix-schema.ts';

test('a matrix comes back as it was written', () => {
  expect(readMatrix(renderMatrixJson(matrixOf()))).toEqual(matrixOf());
});

test.each([
  ['{', 'it is no JSON'],
  ['{"schema": "ipvlane.matrix/v2"}', 'its schema is "ipvlane.matrix/v2", not ipvlane.matrix/v1'],
  ['{"schema": "ipvlane.result/v1"}', 'its schema is "ipvlane.result/v1", not ipvlane.matrix/v1'],
  ['[]', 'it does not say which schema it is of; ipvlane.matrix/v1 is wanted'],
  ['{"schema": "ipvlane.matrix/v1"}', 'clock: Invalid option'],
])('%s is refused', (text, words) => {
  expect(readMatrix(text)).toContain(words);
});

test.each(['cells/../../etc', '/etc/passwd', 'cells/uml/..', '../cells/uml/seed', 'cells/uml/a/b'])(
  'a cell whose folder is %s is refused: it would be copied from there',
  (folder) => {
    expect(readMatrix(JSON.stringify(matrixOf({ cells: [cellOf('uml', 'seed', { folder })] })))).toMatch(/folder/);
  },
);
