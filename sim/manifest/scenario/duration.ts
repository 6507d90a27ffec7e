/** Durations of the Scenario format: `8s`, `500ms`, `1.5ms`, `100us`, `20ns`, `1m`. */

const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9 } as const;

export const DURATION = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m)$/;

/** Nanoseconds, a whole number; null when the text is no duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const unit = match[2] as keyof typeof NANOSECONDS;
  return Math.round(Number(match[1]) * NANOSECONDS[unit]);
}
