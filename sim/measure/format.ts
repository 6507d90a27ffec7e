/**
 * Measured numbers as people read them. Decimal prefixes, as annotations and kernels use them; a dash for what was
 * not measured, so that it is never taken for zero.
 */
export const NOT_MEASURED = '–';

/** `99.82 Mbit/s` */
export function formatBps(bps: number | null): string {
  if (bps === null) return NOT_MEASURED;
  const size = Math.abs(bps);
  const [unit, factor] = BIT_UNITS.find(([, least]) => size >= least) ?? ['bit/s', 1];
  return `${significant(bps / factor)} ${unit}`;
}

/** `100M` as in an annotation, for labels where there is no room. */
export function formatLimit(bps: number | null): string {
  if (bps === null) return '∞';
  const [unit, factor] = BIT_UNITS.find(([, least]) => bps >= least) ?? ['bit/s', 1];
  return `${Number((bps / factor).toPrecision(4))}${PREFIXES[unit] ?? ''}`;
}

/** `+0.12 %`; the sign says whether it is too fast or too slow. */
export function formatPct(pct: number | null): string {
  if (pct === null) return NOT_MEASURED;
  const digits = Math.abs(pct) < 10 ? 2 : 1;
  const rounded = pct.toFixed(digits);
  if (Number(rounded) === 0) return `${(0).toFixed(digits)} %`;
  return `${pct > 0 ? '+' : '−'}${rounded.replace('-', '')} %`;
}

/** Microseconds in, `210 µs` or `1.30 ms` out. */
export function formatUs(us: number | null): string {
  if (us === null) return NOT_MEASURED;
  const [unit, factor] = us < 1000 ? ['µs', 1] : us < 1e6 ? ['ms', 1e3] : ['s', 1e6];
  return `${threeDigits(us / factor)} ${unit}`;
}

/** `1.54 MB` */
export function formatBytes(bytes: number): string {
  const [unit, factor] = BYTE_UNITS.find(([, least]) => bytes >= least) ?? ['B', 1];
  return `${factor === 1 ? bytes : significant(bytes / factor)} ${unit}`;
}

/** `1 234 567` with narrow no-break spaces. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** A check's value in its unit; words stay words. */
export function formatValue(value: number | string | null, unit: string | null): string {
  if (value === null) return NOT_MEASURED;
  if (typeof value === 'string') return value;
  const special = BY_UNIT[unit ?? ''];
  if (special !== undefined) return special(value);
  return `${Number.isInteger(value) ? formatCount(value) : significant(value)}${unit === null ? '' : ` ${unit}`}`;
}

const BY_UNIT: Readonly<Record<string, (value: number) => string>> = {
  'bit/s': formatBps,
  '%': formatPct,
  us: formatUs,
  s: (value) => formatUs(value * 1e6),
};

const BIT_UNITS: readonly (readonly [string, number])[] = [
  ['Tbit/s', 1e12],
  ['Gbit/s', 1e9],
  ['Mbit/s', 1e6],
  ['kbit/s', 1e3],
];

const PREFIXES: Readonly<Record<string, string>> = { 'Tbit/s': 'T', 'Gbit/s': 'G', 'Mbit/s': 'M', 'kbit/s': 'k' };

const BYTE_UNITS: readonly (readonly [string, number])[] = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
];

/** No clock here is better than a part in a thousand. */
function threeDigits(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value === 0 ? 0 : 2);
}

/** Four digits for rates near a limit, where the last is a tenth of a percent; never an exponent. */
function significant(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : size === 0 ? 0 : 3);
}
