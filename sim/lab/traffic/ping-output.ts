/** What iputils' ping prints, line by line: `64 bytes from 10.0.0.1: icmp_seq=3 ttl=64 time=0.045 ms`. */

export interface PingReply {
  readonly sequence: number;
  readonly rttNs: number;
}

const REPLY = /\bicmp_seq=(\d+)\b.*\btime=([\d.]+) ms\b(?!.*\bDUP!)/;
const SUMMARY = /^(\d+) packets transmitted\b/;

/** The reply a line tells of; null for every other line, duplicates included. */
export function parsePingReply(line: string): PingReply | null {
  const match = REPLY.exec(line);
  return match === null ? null : { sequence: Number(match[1]), rttNs: Math.round(Number(match[2]) * 1e6) };
}

/** How many requests were sent, from the summary's line; null for every other line. */
export function parsePingSummary(line: string): number | null {
  const match = SUMMARY.exec(line);
  return match === null ? null : Number(match[1]);
}
