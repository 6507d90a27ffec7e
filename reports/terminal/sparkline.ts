const BARS = '▁▂▃▄▅▆▇█';

/**
 * The last `width` values as bars between 0 and `top`; values above `top` show as the highest bar, exactly 0 as a blank,
 * so that silence and a trickle can be told apart.
 */
export function sparkline(values: readonly number[], width: number, top: number): string {
  const shown = values.slice(-width);
  const bars = shown.map((value) => {
    if (value <= 0 || top <= 0) return ' ';
    const level = Math.min(BARS.length - 1, Math.floor((value / top) * BARS.length));
    return BARS[level] ?? ' ';
  });
  return bars.join('').padStart(width);
}
