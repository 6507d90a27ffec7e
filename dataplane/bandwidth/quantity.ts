/**
 * Kubernetes `resource.Quantity`: `100M`, `1.5Gi`, `12e6`, exactly.
 *
 * Source: the grammar in k8s.io/apimachinery/pkg/api/resource/quantity.go and its suffixer. No floating point is
 * involved: a quantity is a fraction of two integers.
 */

export interface Quantity {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

export type QuantityProblem = 'not-a-quantity' | 'unknown-suffix' | 'exponent-out-of-range';

/** Why a text is no quantity, as a clause for people. */
export const quantityProblems: Readonly<Record<QuantityProblem, string>> = {
  'not-a-quantity': 'is not a Kubernetes quantity (a number and a suffix, without a space: 100M)',
  'unknown-suffix': 'has a suffix that Kubernetes does not know (n u m k M G T P E, Ki Mi Gi Ti Pi Ei, or e3)',
  'exponent-out-of-range': 'has an exponent beyond 100',
};

/** Beyond every unit there is; keeps `1e999999999` from filling the memory. */
const MAX_EXPONENT = 100;

const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const binarySuffixes: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

const NUMBER = /^([+-]?)(\d+\.?\d*|\.\d+)([A-Za-z].*|)$/;
const EXPONENT = /^[eE]([+-]?\d+)$/;

/** Parses a quantity. `100M` is 100 000 000, `100Mi` 104 857 600, `1E` is an exa, `1E3` a thousand. */
export function parseQuantity(text: string): Quantity | QuantityProblem {
  const parts = NUMBER.exec(text);
  if (parts === null) return 'not-a-quantity';
  const [, sign = '', number = '', suffix = ''] = parts;
  const [whole = '', fraction = ''] = number.split('.');
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);

  const binary = binarySuffixes[suffix];
  if (binary !== undefined) return fraction10(digits << binary, -fraction.length);
  const decimal = decimalSuffixes[suffix];
  if (decimal !== undefined) return fraction10(digits, decimal - fraction.length);
  const exponent = EXPONENT.exec(suffix)?.[1];
  if (exponent === undefined) return 'unknown-suffix';
  if (Math.abs(Number(exponent)) > MAX_EXPONENT) return 'exponent-out-of-range';
  return fraction10(digits, Number(exponent) - fraction.length);
}

/**
 * Parses the value of a field of type Quantity. White space around it is cut off (`Quantity.UnmarshalJSON`), as it stands in
 * JSON: a tab or a line break is an escape there, and stays. An annotation is no such field.
 */
export function parseQuantityField(text: string): Quantity | QuantityProblem {
  return parseQuantity(text.replace(WHITE_IN_JSON, ''));
}

const WHITE_IN_JSON = /^[\p{Zs}\u0085]+|[\p{Zs}\u0085]+$/gu;

/** The least integer that is not less; `Quantity.Value()` of Kubernetes. */
export function ceilQuantity({ numerator, denominator }: Quantity): bigint {
  const quotient = numerator / denominator;
  return numerator > 0n && numerator % denominator !== 0n ? quotient + 1n : quotient;
}

function fraction10(digits: bigint, exponent: number): Quantity {
  return exponent >= 0
    ? { numerator: digits * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-exponent) };
}
