/**
 * Who talked to whom in a capture, and how fast on the wire: for the report, and to check a wire rate by a second
 * witness that is no counter of ours.
 */
import { ETHERNET_HEADER } from '../../dataplane/bandwidth/charge.ts';
import { decodePacket, type CapDecoders, type DecodedPacket, type Undecoded } from './decode-packet.ts';
import { PcapFormatError, type PcapFile, type PcapPacket } from './pcap-file.ts';

export interface Conversation {
  /** `172.51.0.100:40000 → 172.51.0.101:5201 TCP`; one direction. */
  readonly name: string;
  readonly protocol: DecodedPacket['protocol'];
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly packets: number;
  /** Whole frames; a super-packet counts as the frames it becomes on the wire. */
  readonly wireBytes: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export interface Conversations {
  /** Most bytes first. */
  readonly conversations: readonly Conversation[];
  /** Packets by the reason for which they were not decoded. */
  readonly undecoded: ReadonlyMap<Undecoded['reason'], number>;
}

/**
 * @param mtu of the device; a longer packet is a super-packet
 * @throws PcapFormatError when the capture is not of Ethernet
 */
export function conversationsOf(file: PcapFile, decoders: CapDecoders, mtu: number): Conversations {
  if (file.linkType !== ETHERNET)
    throw new PcapFormatError(`the capture's link type is ${file.linkType}, not Ethernet`);
  const found = new Map<string, { -readonly [Key in keyof Conversation]: Conversation[Key] }>();
  const undecoded = new Map<Undecoded['reason'], number>();
  for (const packet of file.packets) {
    const decoded = decodePacket(decoders, packet.data);
    if ('reason' in decoded) {
      undecoded.set(decoded.reason, (undecoded.get(decoded.reason) ?? 0) + 1);
      continue;
    }
    const { protocol, from, to, fromPort, toPort } = decoded;
    const name = `${party(from, fromPort)} → ${party(to, toPort)} ${protocol}`;
    let each = found.get(name);
    if (each === undefined) {
      const times = { firstNs: packet.timeNs, lastNs: packet.timeNs };
      each = { name, protocol, from, to, fromPort, toPort, packets: 0, wireBytes: 0, ...times };
      found.set(name, each);
    }
    each.packets += 1;
    each.wireBytes += wireBytes(packet, decoded, mtu);
    each.lastNs = packet.timeNs;
  }
  return { conversations: [...found.values()].sort((a, b) => b.wireBytes - a.wireBytes), undecoded };
}

/** Bits per second of frames from the first packet to the last; null with fewer than two. */
export function conversationBps({ wireBytes: bytes, firstNs, lastNs }: Conversation): number | null {
  const ns = Number(lastNs - firstNs);
  return ns === 0 ? null : (bytes * 8e9) / ns;
}

const ETHERNET = 1;

function party(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Segmentation gives each segment the headers again: the capture shows them once. */
function wireBytes({ length }: PcapPacket, { headerBytes }: DecodedPacket, mtu: number): number {
  const payload = length - headerBytes;
  const room = mtu + ETHERNET_HEADER - headerBytes;
  if (length <= mtu + ETHERNET_HEADER || room <= 0) return length;
  return payload + Math.ceil(payload / room) * headerBytes;
}
