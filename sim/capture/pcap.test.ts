import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversationBps, conversationsOf } from './conversations.ts';
import { decodePacket, loadCapDecoders } from './decode-packet.ts';
import { parsePcap, PcapFormatError } from './pcap-file.ts';

const decoders = await loadCapDecoders();

const ETHERNET = '024200000002' + '024200000001';
const frame = (...parts: readonly string[]) => Buffer.from(ETHERNET + parts.join(''), 'hex');
const hex16 = (value: number) => value.toString(16).padStart(4, '0');

/** 172.51.0.100 -> 172.51.0.101 */
const ipv4 = (protocol: number, bodyBytes: number, fragment = '0000') =>
  `0800 4500${hex16(20 + bodyBytes)}0000${fragment}40${protocol.toString(16).padStart(2, '0')}0000ac330064ac330065`.replace(
    ' ',
    '',
  );
const ipv6 = (next: number, bodyBytes: number) =>
  `86dd60000000${hex16(bodyBytes)}${next.toString(16).padStart(2, '0')}40` +
  'fd00'.padEnd(31, '0') +
  '1' +
  'fd00'.padEnd(31, '0') +
  '2';
const TCP = '9c40145100000000000000008010ffff00000000' + '0101080a0000000000000000';
const UDP = '9c40145100100000';

const tcpFrame = (payload: number) => frame(ipv4(6, 32 + payload), TCP);

function capture(
  order: 'little' | 'big',
  nanoseconds: boolean,
  packets: readonly { ns: number; length: number; data: Buffer }[],
) {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (order === 'little') bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const version = order === 'little' ? Buffer.from([2, 0, 4, 0]) : Buffer.from([0, 2, 0, 4]);
  return Buffer.concat([
    ...[u32(magic), version, u32(0), u32(0), u32(128), u32(1)],
    ...packets.flatMap(({ ns, length, data }) => {
      const fraction = nanoseconds ? ns % 1e9 : Math.floor((ns % 1e9) / 1000);
      return [u32(Math.floor(ns / 1e9)), u32(fraction), u32(data.length), u32(length), data];
    }),
  ]);
}

test.each([
  ['little', true],
  ['little', false],
  ['big', true],
  ['big', false],
] as const)('a %s-endian capture, nanoseconds %s', (order, nanoseconds) => {
  const data = tcpFrame(1448);
  const file = parsePcap(capture(order, nanoseconds, [{ ns: 5_000_123_000, length: 1514, data }]));
  expect(file).toMatchObject({ linkType: 1, snapLength: 128, tornBytes: 0 });
  expect(file.packets).toHaveLength(1);
  expect(file.packets[0]!.timeNs).toBe(5_000_123_000n);
  expect(file.packets[0]!.length).toBe(1514);
  expect(file.packets[0]!.data.equals(data)).toBe(true);
});

test('a capture that was cut off is read as far as it goes', () => {
  const packet = { ns: 1e9, length: 1514, data: tcpFrame(1448) };
  const bytes = capture('little', false, [packet, packet]);
  const file = parsePcap(bytes.subarray(0, -5));
  expect(file.packets).toHaveLength(1);
  expect(file.tornBytes).toBeGreaterThan(0);
});

test.each([
  ['an empty file', Buffer.alloc(0), 'header of 24 bytes'],
  ['something else', Buffer.alloc(40, 'x'), 'it begins with 78787878'],
  ['a pcapng file', Buffer.concat([Buffer.from('0a0d0d0a', 'hex'), Buffer.alloc(30)]), 'pcapng'],
  [
    'a packet longer than itself',
    capture('little', false, [{ ns: 0, length: 1, data: Buffer.alloc(60) }]),
    'says 60 of 1 bytes',
  ],
])('%s is refused', (_, bytes, message) => {
  expect(() => parsePcap(bytes)).toThrow(PcapFormatError);
  expect(() => parsePcap(bytes)).toThrow(message);
});

test.each([
  [
    'TCP over IPv4',
    frame(ipv4(6, 32), TCP),
    {
      protocol: 'TCP',
      from: '172.51.0.100',
      to: '172.51.0.101',
      fromPort: 40000,
      toPort: 5201,
      headerBytes: 66,
      payloadBytes: 0,
    },
  ],
  ['UDP over IPv4', frame(ipv4(17, 16), UDP), { protocol: 'UDP', fromPort: 40000, toPort: 5201, payloadBytes: 8 }],
  [
    'SCTP over IPv4',
    frame(ipv4(132, 12), '9c40145100000000ffffffff'),
    { protocol: 'SCTP', fromPort: 40000, toPort: 5201 },
  ],
  ['an ICMP request', frame(ipv4(1, 8), '0800000000010001'), { protocol: 'ICMP', fromPort: 0, toPort: 0 }],
  ['TCP in a VLAN', frame('81000064', ipv4(6, 32), TCP), { protocol: 'TCP', toPort: 5201, headerBytes: 70 }],
  ['TCP in two VLANs', frame('88a8000181000064', ipv4(6, 32), TCP), { protocol: 'TCP', headerBytes: 74 }],
  [
    'UDP over IPv6',
    frame(ipv6(17, 16), UDP),
    { protocol: 'UDP', from: 'fd00::1', to: 'fd00::2', toPort: 5201, payloadBytes: 8 },
  ],
  [
    'UDP behind hop-by-hop options',
    frame(ipv6(0, 24), '1100000000000000', UDP),
    { protocol: 'UDP', toPort: 5201, payloadBytes: 8 },
  ],
  ['ESP over IPv6', frame(ipv6(50, 16), '00000001000000020000000000000000'), { protocol: 'IP 50' }],
  ['a fragment', frame(ipv4(17, 16, '0010'), UDP), { reason: 'fragment' }],
  ['ARP', frame('0806', '0001080006040001'), { reason: 'not IP' }],
  ['half an IP header', frame(ipv4(6, 20)).subarray(0, 30), { reason: 'cut short' }],
  ['an IP header shorter than itself', frame(ipv4(6, 20).replace('4500', '4100'), TCP), { reason: 'malformed' }],
])('%s', (_, data, expected) => {
  expect(decodePacket(decoders, data)).toMatchObject(expected);
});

test('whatever the bytes, decoding ends and says something', () => {
  const shapes = fc.constantFrom(
    '',
    ipv4(6, 40),
    ipv4(17, 9),
    ipv6(0, 8),
    ipv6(44, 8),
    ipv6(51, 8),
    ipv6(50, 8),
    '8100',
  );
  fc.assert(
    fc.property(shapes, fc.uint8Array({ maxLength: 120 }), (shape, tail) => {
      const decoded = decodePacket(decoders, Buffer.concat([frame(shape), tail]));
      expect('reason' in decoded || decoded.from.length > 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a conversation has its packets, its frames and its rate; a super-packet counts as its frames', () => {
  const segments = 45;
  const packets = Array.from({ length: 11 }, (_, i) => ({
    ns: 1e9 + i * 1e8,
    length: 66 + segments * 1448,
    data: tcpFrame(segments * 1448),
  }));
  const { conversations, undecoded } = conversationsOf(parsePcap(capture('little', true, packets)), decoders, 1500);
  expect(undecoded.size).toBe(0);
  expect(conversations).toHaveLength(1);
  expect(conversations[0]).toMatchObject({
    name: '172.51.0.100:40000 → 172.51.0.101:5201 TCP',
    packets: 11,
    wireBytes: 11 * segments * 1514,
  });
  expect(conversationBps(conversations[0]!)).toBeCloseTo(11 * segments * 1514 * 8, 3);
});

test('what cannot be decoded is counted by reason', () => {
  const arp = { ns: 0, length: 42, data: frame('0806', '0001080006040001') };
  const cut = { ns: 0, length: 60, data: frame('0800', '45') };
  const { conversations, undecoded } = conversationsOf(
    parsePcap(capture('big', false, [arp, arp, cut])),
    decoders,
    1500,
  );
  expect(conversations).toEqual([]);
  expect([...undecoded]).toEqual([
    ['not IP', 2],
    ['cut short', 1],
  ]);
});
