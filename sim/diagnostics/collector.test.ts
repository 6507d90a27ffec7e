import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { sortDiagnostics } from './collector.ts';
import type { Diagnostic } from './diagnostic.ts';

const diagnostic: fc.Arbitrary<Diagnostic> = fc
  .record({
    code: fc.constantFrom('E101' as const, 'W301' as const),
    message: fc.constantFrom('a', 'b'),
    help: fc.constantFrom('x', 'y', 'z'),
    file: fc.constantFrom('', 'a.yaml', 'b.yaml', null),
    offset: fc.nat(2),
  })
  .map(({ code, message, help, file, offset }) => {
    const said: Diagnostic = { code, severity: code === 'E101' ? 'error' : 'warning', message, help };
    return file === null ? said : { ...said, span: { file, line: 1, column: offset + 1, offset, length: 1 } };
  });

test('what says the same at the same place is there once, as it was said last, in the order of the places', () => {
  fc.assert(
    fc.property(fc.array(diagnostic, { maxLength: 40 }), (all) => {
      const sorted = sortDiagnostics(all);
      const last = new Map(
        all.map((one) => [`${one.code} ${one.span?.file ?? '-'} ${one.span?.offset ?? -1} ${one.message}`, one]),
      );
      expect(new Set(sorted)).toEqual(new Set(last.values()));
      expect(sorted).toHaveLength(last.size);
      const places = sorted.map(({ span }) => `${span?.file ?? ''} ${span?.offset ?? -1}`);
      expect(places).toEqual(places.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      expect(sortDiagnostics(sorted)).toEqual(sorted);
    }),
  );
});

test('no text is made of one to know it by: there may be a hundred thousand', () => {
  const made = vi.spyOn(JSON, 'stringify');
  sortDiagnostics([
    { code: 'W301', severity: 'warning', message: 'a' },
    { code: 'W301', severity: 'warning', message: 'a' },
  ]);
  expect(made).not.toHaveBeenCalled();
  made.mockRestore();
});
