import { afterEach, expect, it } from 'vitest';
import { DatagramInbox } from '../../../linux/datagram-train.ts';
import { poll } from '../../../linux/poll.ts';
import { enableDepartureTimes } from '../../../linux/socket-options.ts';
import { close, localEndpoint, udpSocket } from '../../../linux/socket.ts';
import { UdpSender } from './udp-sender.ts';

const open: number[] = [];
afterEach(() => open.splice(0).forEach(close));

/** The departures that a sender, woken at `wakes`, gives to its datagrams, over loopback, which keeps none back. */
function departures(wakes: readonly number[], { gapNs = 1e6, endNs = 1e12, timed = true } = {}): (number | null)[] {
  const to = udpSocket({ local: { address: '127.0.0.1', port: 0 } });
  const from = udpSocket({ remote: localEndpoint(to) });
  open.push(from, to);
  if (timed) enableDepartureTimes(from);
  const sender = new UdpSender(from, 100, timed, { firstNs: 1000e6, gapNs, endNs });
  for (const now of wakes) sender.pump(now);
  const seen: (number | null)[] = [];
  poll([{ fd: to, for: 'read' }], 1000);
  new DatagramInbox().receive(to, (_, departureNs) => seen.push(departureNs));
  return seen.map((ns) => ns && ns / 1e6);
}

it('works four milliseconds ahead, and no further', () => {
  expect(departures([1000e6])).toEqual([1000, 1001, 1002, 1003, 1004]);
  expect(departures([1000e6, 1001e6, 1002e6])).toEqual([1000, 1001, 1002, 1003, 1004, 1005, 1006]);
});

it('keeps the pace though it is woken late, within its lead', () => {
  expect(departures([1000e6, 1003.9e6, 1007.5e6]).slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, i) => 1000 + i));
});

it('sends what is late now, and makes up for it at a quarter more than the pace, not at once', () => {
  // 1005 was due next, and 1003 the moment to hand it over: 5 ms late, so from now on it looks 10 ms ahead.
  expect(departures([1000e6, 1008e6]).slice(5)).toEqual([
    ...[1008, 1008.8, 1009.6, 1010.4, 1011.2, 1012, 1012.8, 1013.6, 1014.4, 1015.2, 1016, 1016.8, 1017.6],
  ]);
});

it('is forgiven what it is behind by more than a quarter of a second', () => {
  const wakes = [1000e6, 3000e6, ...Array.from({ length: 300 }, (_, i) => 3005e6 + i * 5e6)];
  const seen = departures(wakes, { gapNs: 10e6, endNs: 4500e6 });
  // One at first; then 250 ms of debt and the second and a half that was due from then on, less what the end cuts off.
  expect(seen.length).toBeGreaterThanOrEqual(175);
  expect(seen.length).toBeLessThanOrEqual(177);
  expect((seen.at(-1) ?? 0) - (seen.at(-2) ?? 0)).toBeCloseTo(10, 6);
});

it('sends nothing at the end or after it', () => {
  expect(departures([1000e6, 1002e6], { endNs: 1003e6 })).toEqual([1000, 1001, 1002]);
});

it('sends a slow stream as it is due, never ahead, without drift, and what was due before the end', () => {
  const slow = { gapNs: 20e6, endNs: 1100e6, timed: false };
  // Woken up to a millisecond late; the last time after the end.
  expect(departures([1000e6, 1019e6, 1020.6e6, 1040.2e6, 1060.9e6, 1080.4e6, 1100.1e6], slow)).toEqual([
    ...[1000, 1020.6, 1040.2, 1060.9, 1080.4],
  ]);
  expect(departures([1000e6, 1020e6, 1040e6, 1060e6, 1100.2e6], slow)).toHaveLength(5);
});
