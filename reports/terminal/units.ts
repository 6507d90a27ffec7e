/**
 * Numbers for people: three significant digits with an SI prefix, `95.6 Mbit/s`.
 * Only for showing; nothing reads these texts back.
 */
const PREFIXES = [
  { factor: 1e12, prefix: 'T' },
  { factor: 1e9, prefix: 'G' },
  { factor: 1e6, prefix: 'M' },
  { factor: 1e3, prefix: 'k' },
] as const;

/** Bits per second. */
export function formatRate(bitsPerSecond: number): string {
  return `${significant(bitsPerSecond)}bit/s`;
}

export function formatBytes(bytes: number): string {
  return `${significant(bytes)}B`;
}

/** Nanoseconds, in the unit that leaves one to three digits before the point. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  if (nanoseconds < 1e6) return `${trim(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${trim(nanoseconds / 1e6)} ms`;
  return `${trim(nanoseconds / 1e9)} s`;
}

/** `0:07.3`, for elapsed time in narrow columns. */
export function formatClock(nanoseconds: number): string {
  const tenths = Math.floor(nanoseconds / 1e8);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`;
}

function significant(value: number): string {
  const row = PREFIXES.find(({ factor }) => Math.abs(value) >= factor * 0.9995);
  return row === undefined ? `${trim(value)} ` : `${trim(value / row.factor)} ${row.prefix}`;
}

function trim(value: number): string {
  const digits = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
  return value
    .toFixed(digits)
    .replace(/\.0+$/, '')
    .replace(/(\.[0-9]*[1-9])0+$/, '$1');
}
