/** A port of TCP, UDP or SCTP that there can be: a whole number from 1 to 65535. */
export function isPortNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= LAST_PORT;
}

export const LAST_PORT = 65535;
