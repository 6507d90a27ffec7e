import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseIperf3Report } from './iperf3-report.ts';

/** Reports of iperf3 3.12, two intervals of each kept. */
function report(name: string): string {
  return readFileSync(new URL(`testdata/iperf3-${name}.json`, import.meta.url), 'utf8');
}

describe('iperf3’s report', () => {
  it('of a TCP sender tells bytes and retransmits, all streams together', () => {
    const { intervals, ...totals } = parseIperf3Report(report('tcp-sender'), 'sender');
    expect(totals).toEqual({
      bytes: 20_709_376,
      durationNs: 1_000_180_000,
      retransmits: 0,
      lostPackets: null,
      packets: null,
      streams: [
        { bytes: 10_354_688, retransmits: 0 },
        { bytes: 10_354_688, retransmits: 0 },
      ],
      error: null,
    });
    expect(intervals[0]).toEqual({
      startNs: 0,
      endNs: 101_771_000,
      bytes: 7_858_176,
      retransmits: 0,
      lostPackets: null,
    });
  });

  it('of a TCP receiver tells what arrived, not what was sent', () => {
    const { bytes, retransmits, intervals } = parseIperf3Report(report('tcp-receiver'), 'receiver');
    expect([bytes, retransmits]).toEqual([13_162_246, null]);
    expect(intervals.map((interval) => interval.bytes)).toHaveLength(2);
  });

  it('of UDP tells packets, and losses from the receiver', () => {
    expect(parseIperf3Report(report('udp-sender'), 'sender')).toMatchObject({ packets: 4480, lostPackets: null });
    const receiver = parseIperf3Report(report('udp-receiver'), 'receiver');
    expect(receiver).toMatchObject({ bytes: 6_272_000, packets: 4480, lostPackets: 0, retransmits: null });
    expect(receiver.intervals[0]).toMatchObject({ bytes: 627_200, lostPackets: 0 });
  });

  it('of an interrupted test keeps what there was', () => {
    const interrupted = parseIperf3Report(report('tcp-interrupted'), 'sender');
    expect(interrupted.error).toBe('interrupt - the client has terminated');
    expect(interrupted.bytes).toBe(1_635_778_560);
  });

  it('of a test that never began is its complaint', () => {
    expect(parseIperf3Report(report('refused'), 'sender')).toEqual({
      intervals: [],
      bytes: 0,
      durationNs: 0,
      retransmits: null,
      lostPackets: null,
      packets: null,
      streams: [],
      error: 'unable to connect to server: Connection refused',
    });
  });

  it('that is none is shown as it is', () => {
    expect(() => parseIperf3Report('iperf3: bad thing\n', 'sender')).toThrow(
      'iperf3 gave no report, but: iperf3: bad thing',
    );
  });
});
