/**
 * Measured numbers as people read them. Decimal prefixes, as annotations and kernels use them; a dash for what was
 * not measured, so that it is never taken for zero.
 */
import { BIT_UNITS, rateInWords } from '../../plan/rate-words.ts';
import type { Clock } from '../../trace/record.ts';

export const NOT_MEASURED = '–';

/** `99.82 Mbit/s` */
export function formatBps(bps: number | null): string {
  if (bps === null) return NOT_MEASURED;
  const size = Math.abs(bps);
  const [unit, factor] = BIT_UNITS.find(([, least]) => size >= least) ?? ['bit/s', 1];
  return `${significant(bps / factor)} ${unit}`;
}

/** `95.6 Mbit/s`, `1 Gbit/s`: three digits at most and no empty ones, for the narrow columns of a terminal and for axes. */
export function formatRate(bps: number): string {
  // What rounds up to a thousand is one of the next unit.
  const [unit, factor] = BIT_UNITS.find(([, least]) => Math.abs(bps) >= least * 0.9995) ?? ['bit/s', 1];
  return `${fewDigits(bps / factor)} ${unit}`;
}

/** `100M` as in an annotation, for labels where there is no room. */
export function formatLimit(bps: number | null): string {
  if (bps === null) return '∞';
  return rateInWords(bps).replace(/ (\D?)bit\/s$/, '$1');
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

/** Nanoseconds in, `8 s` or `1.5 ms` out: durations that somebody chose or that nobody compares. */
export function formatDuration(ns: number): string {
  const [unit, factor] = TIME_UNITS.find(([, least]) => ns >= least || ns === 0) ?? ['ns', 1];
  return `${fewDigits(ns / factor)} ${unit}`;
}

/** Nanoseconds in, `1:07.3` out, for elapsed time. */
export function formatClock(ns: number): string {
  const tenths = Math.floor(ns / 1e8);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** Whose time a kernel had, in words: `virtual clock`, and the seed where it was not the first. */
export function formatKernelClock({ clock, seed }: { readonly clock: Clock; readonly seed?: number }): string {
  return `${clock} clock${seed === undefined ? '' : `, seed ${seed}`}`;
}

/** `1.54 MB` */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return NOT_MEASURED;
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
  // A unit may be any word: of a matrix that somebody else wrote.
  const special = BY_UNIT.get(unit ?? '');
  if (special !== undefined) return special(value);
  return `${Number.isInteger(value) ? formatCount(value) : significant(value)}${unit === null ? '' : ` ${unit}`}`;
}

/** What was asked for: a percentage is a distance, which has no sign. */
export function formatExpected(value: number | string | null, unit: string | null): string {
  return unit === '%' && typeof value === 'number' ? `${value} %` : formatValue(value, unit);
}

/** `0.998`: Jain's index, where the third digit is the one that tells two schedulers apart. */
export function formatFairness(index: number | null): string {
  return index === null ? NOT_MEASURED : index.toFixed(3);
}

const BY_UNIT = new Map<string, (value: number) => string>([
  ['bit/s', formatBps],
  ['%', formatPct],
  ['percent', (value) => `${significant(value)} %`],
  ['us', formatUs],
  ['ms', (value) => formatUs(value * 1e3)],
  ['s', (value) => formatUs(value * 1e6)],
]);

const TIME_UNITS: readonly (readonly [string, number])[] = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
];

const BYTE_UNITS: readonly (readonly [string, number])[] = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
];

/** No clock here is better than a part in a thousand. */
function threeDigits(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value === 0 ? 0 : 2);
}

function fewDigits(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)));
}

/** Four digits for rates near a limit, where the last is a tenth of a percent; never an exponent. */
function significant(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : size === 0 ? 0 : 3);
}

/** `1 check`, `2 checks`. */
export function formatAmount(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
