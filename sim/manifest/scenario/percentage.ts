/** Shares of the Scenario format: `1%`, `0.1%`. */

export const PERCENTAGE = /^(\d+(?:\.\d+)?)%$/;

/** 0 to 100; null when the text is no percentage. */
export function parsePercentage(text: string): number | null {
  const match = PERCENTAGE.exec(text);
  if (match === null) return null;
  const percent = Number(match[1]);
  return percent <= 100 ? percent : null;
}
