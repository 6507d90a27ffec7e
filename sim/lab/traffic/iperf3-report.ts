/** What iperf3 says in the end (`-J`), read with care: it is another program's text. */
import { sum } from '../../plan/flows/sum.ts';

export interface Iperf3Interval {
  readonly startNs: number;
  readonly endNs: number;
  readonly bytes: number;
  readonly retransmits: number | null;
  readonly lostPackets: number | null;
}

/** One side's own view. */
export interface Iperf3Report {
  readonly intervals: readonly Iperf3Interval[];
  readonly bytes: number;
  readonly durationNs: number;
  readonly retransmits: number | null;
  readonly lostPackets: number | null;
  readonly packets: number | null;
  /** TCP: what this side sent or received by each stream; empty for UDP. */
  readonly streams: readonly { readonly bytes: number; readonly retransmits: number | null }[];
  /** iperf3's own complaint; null when it had none. */
  readonly error: string | null;
}

export type Side = 'sender' | 'receiver';

/** @throws Error when the text is no report at all. */
export function parseIperf3Report(text: string, side: Side): Iperf3Report {
  let report: Json;
  try {
    report = JSON.parse(text) as Json;
  } catch {
    throw new Error(`iperf3 gave no report, but: ${text.trim().slice(0, 300) || 'nothing'}`);
  }
  const intervals = list(at(report, 'intervals')).map((interval) => parseInterval(at(interval, 'sum'), side));
  const end = at(report, 'end');
  const total = at(end, side === 'sender' ? 'sum_sent' : 'sum_received');
  const udp = at(end, 'sum');
  const isUdp = at(total, 'packets') !== undefined;
  const error = at(report, 'error');
  return {
    intervals,
    bytes: number(at(total, 'bytes')) ?? sum(intervals.map((interval) => interval.bytes)),
    durationNs: nanoseconds(at(total, 'seconds')) ?? 0,
    retransmits: side === 'sender' && !isUdp ? number(at(total, 'retransmits')) : null,
    lostPackets: side === 'receiver' && isUdp ? number(at(udp, 'lost_packets')) : null,
    packets: isUdp ? number(at(side === 'receiver' ? udp : total, 'packets')) : null,
    streams: isUdp ? [] : list(at(end, 'streams')).map((stream) => parseStream(at(stream, side))),
    error: typeof error === 'string' ? error : null,
  };
}

function parseStream(stream: Json): Iperf3Report['streams'][number] {
  return { bytes: number(at(stream, 'bytes')) ?? 0, retransmits: number(at(stream, 'retransmits')) };
}

function parseInterval(sums: Json, side: Side): Iperf3Interval {
  return {
    startNs: nanoseconds(at(sums, 'start')) ?? 0,
    endNs: nanoseconds(at(sums, 'end')) ?? 0,
    bytes: number(at(sums, 'bytes')) ?? 0,
    retransmits: side === 'sender' ? number(at(sums, 'retransmits')) : null,
    lostPackets: side === 'receiver' ? number(at(sums, 'lost_packets')) : null,
  };
}

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

function at(value: Json, key: string): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })[key]
    : undefined;
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function number(value: Json): number | null {
  return typeof value === 'number' ? value : null;
}

function nanoseconds(seconds: Json): number | null {
  return typeof seconds === 'number' ? Math.round(seconds * 1e9) : null;
}
