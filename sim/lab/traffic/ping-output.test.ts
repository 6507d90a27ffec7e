import { expect, it } from 'vitest';
import { parsePingReply, parsePingSummary } from './ping-output.ts';

const OUTPUT = `PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 : 56(84) bytes of data.
64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.045 ms
64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.051 ms (DUP!)
64 bytes from fd00::2: icmp_seq=3 ttl=64 time=1299 ms
From 10.0.0.9 icmp_seq=4 Destination Host Unreachable

--- 10.0.0.2 ping statistics ---
4 packets transmitted, 2 received, +1 errors, 50% packet loss, time 3ms`.split('\n');

it('takes each reply once, with its round trip in nanoseconds', () => {
  expect(OUTPUT.map(parsePingReply).filter((reply) => reply !== null)).toEqual([
    { sequence: 1, rttNs: 45_000 },
    { sequence: 3, rttNs: 1_299_000_000 },
  ]);
});

it('knows from the summary how many requests were sent', () => {
  expect(OUTPUT.map(parsePingSummary).filter((sent) => sent !== null)).toEqual([4]);
});
