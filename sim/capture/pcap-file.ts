/**
 * The classic capture file, as tcpdump writes it: a header of 24 bytes in the writer's byte order, then packets.
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 */
export interface PcapPacket {
  /** Since the epoch, nanoseconds. */
  readonly timeNs: bigint;
  /** Bytes the packet had; `data` holds the first of them. */
  readonly length: number;
  readonly data: Buffer;
}

export interface PcapFile {
  /** https://www.tcpdump.org/linktypes.html; 1 is Ethernet. */
  readonly linkType: number;
  readonly snapLength: number;
  readonly packets: readonly PcapPacket[];
  /** Bytes at the end that are no whole packet: the capture was cut off. */
  readonly tornBytes: number;
}

export class PcapFormatError extends Error {
  override readonly name = 'PcapFormatError';
}

/** @throws PcapFormatError when it is no classic capture, or its records cannot be true */
export function parsePcap(bytes: Uint8Array): PcapFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < HEADER)
    throw new PcapFormatError(`a capture has a header of ${HEADER} bytes, this has ${file.length}`);
  const order = ORDERS.find(({ magic }) => magic === file.readUInt32BE(0));
  if (order === undefined) {
    const magic = file.toString('hex', 0, 4);
    throw new PcapFormatError(
      magic === '0a0d0d0a' ? 'a pcapng file; write classic pcap' : `no capture: it begins with ${magic}`,
    );
  }
  const u32 = (at: number) => (order.little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const snapLength = u32(16);
  const packets: PcapPacket[] = [];
  let at = HEADER;
  while (file.length - at >= RECORD) {
    const captured = u32(at + 8);
    const length = u32(at + 12);
    if (captured > length || captured > MOST_CAPTURED) {
      throw new PcapFormatError(`the packet at byte ${at} says ${captured} of ${length} bytes were captured`);
    }
    if (file.length - at - RECORD < captured) break;
    const timeNs = BigInt(u32(at)) * 1_000_000_000n + BigInt(u32(at + 4)) * order.fractionNs;
    packets.push({ timeNs, length, data: file.subarray(at + RECORD, at + RECORD + captured) });
    at += RECORD + captured;
  }
  // The upper bits hold the length of a frame check sequence.
  return { linkType: u32(20) & 0xffff, snapLength, packets, tornBytes: file.length - at };
}

const HEADER = 24;
const RECORD = 16;
/** MAXIMUM_SNAPLEN of libpcap. */
const MOST_CAPTURED = 262_144;

const ORDERS: readonly { readonly magic: number; readonly little: boolean; readonly fractionNs: bigint }[] = [
  { magic: 0xa1b2c3d4, little: false, fractionNs: 1000n },
  { magic: 0xd4c3b2a1, little: true, fractionNs: 1000n },
  { magic: 0xa1b23c4d, little: false, fractionNs: 1n },
  { magic: 0x4d3cb2a1, little: true, fractionNs: 1n },
];
