import { describe, expect, it } from 'vitest';
import { efficiency, requestEfficiency, tcpPayload, tcpWireBytes, udpWireBytes } from './goodput.ts';

describe('what a limit leaves for payload', () => {
  it('TCP: 1448 of 1514 bytes over IPv4, 1428 over IPv6', () => {
    expect(tcpPayload(4, 1500)).toBe(1448);
    expect(tcpPayload(6, 1500)).toBe(1428);
    expect(100e6 * efficiency({ protocol: 'TCP', family: 4, mtu: 1500, datagramBytes: null })).toBeCloseTo(
      95_640_687,
      -1,
    );
    expect(100e6 * efficiency({ protocol: 'TCP', family: 6, mtu: 1500, datagramBytes: null })).toBeCloseTo(
      94_319_683,
      -1,
    );
  });

  it('a request has headers of its own in each of its segments', () => {
    expect(requestEfficiency(4, 1500, { bytes: 100 })).toBeCloseTo(100 / 166, 9);
    // SYN 74, ACK 66, the request 166, FIN 66, and the ACK of the other FIN 66.
    expect(requestEfficiency(4, 1500, { bytes: 100, connection: 'new' })).toBeCloseTo(100 / 438, 9);
    expect(requestEfficiency(6, 1500, { bytes: 1429 })).toBeCloseTo(1429 / (1429 + 2 * 86), 9);
  });

  it('TCP with jumbo frames: 8948 of 9014', () => {
    expect(efficiency({ protocol: 'TCP', family: 4, mtu: 9000, datagramBytes: null })).toBeCloseTo(8948 / 9014, 9);
  });

  it.each([
    // payload + 8 UDP + 20 IPv4 + 14 Ethernet
    [4, 1400, 1400 + 42],
    [4, 1472, 1514],
    // 1481 transport bytes: 1480 in the first fragment, 1 in the second
    [4, 1473, 1514 + 14 + 20 + 1],
    [4, 8192, 6 * 34 + 8200],
    // 2 x 1480 transport bytes exactly
    [4, 2952, 2 * 1514],
    [6, 1452, 1514],
    // 1461 transport bytes: 1448 and 13, each with 40 + 8 header
    [6, 1453, 14 + 48 + 1448 + 14 + 48 + 13],
    [6, 1400, 1400 + 62],
  ] as const)('UDP over IPv%d: a datagram of %d bytes is %d on the wire', (family, datagram, wire) => {
    expect(udpWireBytes(family, 1500, datagram)).toBe(wire);
  });

  it.each([
    // 1448 of 1500 + 14 + 24, and of 1500.
    ['wire', 1448 / 1538],
    ['ip', 1448 / 1500],
  ] as const)('TCP charged by %s carries %d of a limit', (charge, part) => {
    expect(efficiency({ protocol: 'TCP', family: 4, mtu: 1500, datagramBytes: null, charge })).toBeCloseTo(part, 12);
    // Two full segments and one of 4 bytes; a request of 100 in one of 166.
    const around = charge === 'wire' ? 90 : 52;
    expect(tcpWireBytes(4, 1500, 2900, charge)).toBe(2900 + 3 * around);
    expect(requestEfficiency(4, 1500, { bytes: 100 }, charge)).toBeCloseTo(100 / (100 + around), 12);
    // SYN of 74, three of 66.
    const each = charge === 'wire' ? 24 : -14;
    const all = 166 + 74 + 3 * 66 + 5 * each;
    expect(requestEfficiency(4, 1500, { bytes: 100, connection: 'new' }, charge)).toBeCloseTo(100 / all, 12);
  });

  it.each([
    ['wire', 1, 84],
    ['wire', 17, 84],
    ['wire', 18, 84],
    ['wire', 19, 85],
    ['wire', 1472, 1538],
    // 1481 transport bytes: 1480, and 1 in a frame of 35.
    ['wire', 1473, 1538 + 84],
    ['wire', 8000, 5 * 1538 + 642 + 24],
    ['ip', 1, 29],
    ['ip', 1473, 1500 + 21],
  ] as const)('UDP charged by %s: a datagram of %d bytes is charged %d', (charge, datagram, bytes) => {
    expect(udpWireBytes(4, 1500, datagram, charge)).toBe(bytes);
  });

  it('UDP: as many fragments as the kernel sends, for every size', () => {
    for (let datagram = 1; datagram < 9000; datagram++) {
      let rest = datagram + 8;
      let wire = 0;
      // ip_fragment: full fragments are multiples of eight, the last takes what is left if it fits.
      for (;;) {
        const take = rest <= 1480 ? rest : 1480;
        wire += take + 34;
        rest -= take;
        if (rest === 0) break;
      }
      expect(udpWireBytes(4, 1500, datagram)).toBe(wire);
    }
  });
});
