/** Rates in words. Decimal prefixes, as annotations and kernels use them. Pure. */

/** Greatest first, with the least rate in bit/s that is said in it; below the last, plain bit/s. */
export const BIT_UNITS: readonly (readonly [unit: string, bps: number])[] = [
  ['Tbit/s', 1e12],
  ['Gbit/s', 1e9],
  ['Mbit/s', 1e6],
  ['kbit/s', 1e3],
];

/** Bits per second in, `60 Mbit/s` or `1.234 Gbit/s` out: a rate that somebody chose, in four digits at most. */
export function rateInWords(bps: number): string {
  const [unit, factor] = BIT_UNITS.find(([, least]) => bps >= least) ?? ['bit/s', 1];
  return `${Number((bps / factor).toPrecision(4))} ${unit}`;
}
