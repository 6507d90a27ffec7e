/**
 * The frame that asks whether a pod may reach a port: the first packet of a connection, as short as its protocol allows.
 * Addresses are blank, to be written in place; checksums are zero, for the programs leave them to the stack.
 */
import type { Protocol } from '../policy/network-policy.ts';

export interface QuestionFrame {
  readonly bytes: Uint8Array;
  /** Where the addresses begin. */
  readonly source: number;
  readonly destination: number;
  /** 4 or 16. */
  readonly addressBytes: number;
}

/** No port that anybody can ask about: else a question would look like the answer to the one the other way. */
const QUESTION_PORT = 0;

/** TCP: a bare SYN. UDP: an empty datagram. SCTP: an INIT (RFC 9260, 3.3.2). ICMP: an echo request. */
export function questionFrame(family: 4 | 6, protocol: Protocol | 'ICMP', port: number): QuestionFrame {
  const payload = PAYLOADS[protocol](port, family);
  const number = protocol === 'ICMP' && family === 6 ? ICMPV6 : PROTOCOL_NUMBERS[protocol];
  const header = family === 4 ? ipv4Header(number, payload.length) : ipv6Header(number, payload.length);
  const ethertype = family === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  const ethernet = [...new Array<number>(12).fill(2), ...ethertype];
  const source = ethernet.length + (family === 4 ? 12 : 8);
  const addressBytes = family === 4 ? 4 : 16;
  return {
    bytes: Uint8Array.from([...ethernet, ...header, ...payload]),
    source,
    destination: source + addressBytes,
    addressBytes,
  };
}

const PROTOCOL_NUMBERS = { ICMP: 1, TCP: 6, UDP: 17, SCTP: 132 } as const;
const ICMPV6 = 58;
const SYN = 2;
const INIT = 1;

const PAYLOADS: Readonly<Record<Protocol | 'ICMP', (port: number, family: 4 | 6) => readonly number[]>> = {
  TCP: (port) => [...ports(port), 0, 0, 0, 1, 0, 0, 0, 0, 0x50, SYN, 0xff, 0xff, 0, 0, 0, 0],
  UDP: (port) => [...ports(port), 0, 8, 0, 0],
  SCTP: (port) => [
    ...[...ports(port), 0, 0, 0, 0, 0, 0, 0, 0],
    ...[INIT, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0, 1, 0, 1, 0, 0, 0, 1],
  ],
  ICMP: (_port, family) => [family === 4 ? 8 : 128, 0, 0, 0, 0, QUESTION_PORT, 0, 1],
};

function ports(destination: number): readonly number[] {
  return [...be16(QUESTION_PORT), ...be16(destination)];
}

function ipv4Header(protocol: number, payload: number): readonly number[] {
  return [0x45, 0, ...be16(20 + payload), 0, 0, 0, 0, 64, protocol, 0, 0, ...new Array<number>(8).fill(0)];
}

function ipv6Header(protocol: number, payload: number): readonly number[] {
  return [0x60, 0, 0, 0, ...be16(payload), protocol, 64, ...new Array<number>(32).fill(0)];
}

function be16(value: number): readonly number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}
