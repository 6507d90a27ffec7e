import { expect, it } from 'vitest';
import { datagramTotals } from './datagrams.ts';

it('calls lost what was sent and did not arrive, also at the end of a flow', () => {
  // iperf3 3.12 itself says "0 of 1343 lost": it counts a loss when a later datagram arrives.
  expect(datagramTotals({ sent: 3573, arrived: 1343, late: 0, queued: 0 })).toEqual({
    packets: 3573,
    lostPackets: 2230,
  });
});

it('does not call lost what came too late, or is in a queue', () => {
  expect(datagramTotals({ sent: 100, arrived: 80, late: 5, queued: 3 })).toEqual({
    packets: 100,
    lostPackets: 12,
    onTheirWayPackets: 8,
  });
  expect(datagramTotals({ sent: 100, arrived: 98, late: 0, queued: 30 })).toMatchObject({ onTheirWayPackets: 2 });
});

it('counts what a wire doubled once', () => {
  expect(datagramTotals({ sent: 100, arrived: 103, late: 0, queued: 0 })).toEqual({ packets: 100, lostPackets: 0 });
});
