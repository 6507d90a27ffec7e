/**
 * A text as one word of a POSIX shell, whatever letters it has: as it is where the shell reads it so, else in single quotes
 * (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, 2.2).
 */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;
