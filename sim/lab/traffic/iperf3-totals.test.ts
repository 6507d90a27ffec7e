import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Side } from './iperf3-report.ts';
import { parseIperf3Report } from './iperf3-report.ts';
import { iperf3Totals, missingDatagrams } from './iperf3-totals.ts';

function side(name: Side): ReturnType<typeof parseIperf3Report> {
  const text = readFileSync(new URL(`testdata/iperf3-udp-${name}.json`, import.meta.url), 'utf8');
  return parseIperf3Report(text, name);
}

const udp = { datagramBytes: 1400 };
const sides = { sender: side('sender'), receiver: side('receiver') };

it('of UDP hold sent against received', () => {
  expect(iperf3Totals(udp, sides, { late: 0, queued: 0 })).toMatchObject({ packets: 4480, lostPackets: 0 });
});

it('of UDP have what was lost at the end, of which the receiver says nothing', () => {
  // As iperf3 3.12 reports it: the receiver knows of 1343 datagrams, and has lost none.
  const receiver = { ...sides.receiver, bytes: 1343 * 1400, packets: 1343, lostPackets: 0 };
  const ended = { ...sides, receiver };
  expect(missingDatagrams(udp, ended)).toBe(3137);
  expect(iperf3Totals(udp, ended, { late: 7, queued: 2 })).toMatchObject({
    packets: 4480,
    lostPackets: 3128,
    onTheirWayPackets: 9,
  });
});

it('of TCP lose nothing', () => {
  const tcp = { datagramBytes: null };
  expect(missingDatagrams(tcp, sides)).toBe(0);
  expect(iperf3Totals(tcp, sides, { late: 0, queued: 0 })).toMatchObject({ packets: null, lostPackets: null });
});
