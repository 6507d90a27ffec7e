import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilQuantity, parseQuantity, parseQuantityField, type Quantity } from './quantity.ts';

function value(text: string): bigint {
  const quantity = parseQuantity(text);
  if (typeof quantity === 'string') throw new Error(`${text}: ${quantity}`);
  return ceilQuantity(quantity);
}

describe('a Kubernetes quantity', () => {
  it.each([
    ['0', 0n],
    ['100', 100n],
    ['+100', 100n],
    ['-100', -100n],
    ['100M', 100_000_000n],
    ['100Mi', 104_857_600n],
    ['1k', 1_000n],
    ['1Ki', 1_024n],
    ['1.5G', 1_500_000_000n],
    ['1.5Gi', 1_610_612_736n],
    ['.5k', 500n],
    ['5.k', 5_000n],
    ['2T', 2_000_000_000_000n],
    ['1P', 10n ** 15n],
    ['1E', 10n ** 18n],
    ['1Ei', 2n ** 60n],
    ['1E3', 1_000n],
    ['1e3', 1_000n],
    ['1e+3', 1_000n],
    ['2500e-2', 25n],
    ['12500m', 13n],
    ['1u', 1n],
    ['1n', 1n],
    ['9007199254740993', 9007199254740993n],
    ['0.1Ki', 103n],
  ])('reads %s as %s, rounded up to a whole number', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each(['', ' ', 'M', '100 M', '1,5M', '1..2', '.', '+', '--1', '100M\n', 'ten', '1.2.3'])(
    'refuses %j as no quantity',
    (text) => {
      expect(parseQuantity(text)).toBe('not-a-quantity');
    },
  );

  it.each(['1K', '100Mbit', '100mbps', '1e', '1ki', '1MI', '1e1.5', '1MM', '5Mi2', '0x10'])(
    'refuses the suffix of %s',
    (text) => {
      expect(parseQuantity(text)).toBe('unknown-suffix');
    },
  );

  it.each([' 100M', '100M  ', ' 100M ', '\u00a0100M', '100M\u3000'])(
    'reads %j in a field, and nowhere else',
    (text) => {
      expect(parseQuantityField(text)).toEqual(parseQuantity('100M'));
      expect(typeof parseQuantity(text)).toBe('string');
    },
  );

  it.each(['\t100M', '100M\n', '100 M', ' ', ''])('refuses %j in a field, too', (text) => {
    expect(typeof parseQuantityField(text)).toBe('string');
  });

  it('refuses an exponent that would fill the memory', () => {
    expect(parseQuantity('1e999999999')).toBe('exponent-out-of-range');
    expect(parseQuantity('1e-999999999')).toBe('exponent-out-of-range');
  });

  it('is exact where floating point is not', () => {
    const third = parseQuantity('0.1') as Quantity;
    expect(third.numerator * 10n).toBe(third.denominator);
  });

  it('means the same with a suffix and with its exponent', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 30n }),
        fc.constantFrom(['k', 3], ['M', 6], ['G', 9], ['T', 12], ['P', 15], ['E', 18]),
        (digits, [suffix, exponent]) => {
          expect(value(`${digits}${suffix}`)).toBe(value(`${digits}e${exponent}`));
        },
      ),
    );
  });
});
