/**
 * Frames as nobody should send them, among those that everybody sends. Few addresses, ports and fragment ids, so that
 * packets meet: fragments their first, replies their request, errors what they quote.
 */
import {
  ACK,
  FIN,
  ICMP,
  ICMPV6,
  type IpFields,
  RST,
  SCTP,
  SYN,
  TCP,
  UDP,
  arp,
  ethernet,
  fragmentHeader,
  frame,
  icmp,
  listenerReport,
  neighbor,
  neighborOptions,
  optionsHeader,
  routerAlert,
  routingHeader,
  sctp,
  tcp,
  udp,
} from '../../../dataplane/bpf/frames.ts';
import { namedFrame } from '../../../sim/lab/inject/named-frame.ts';
import { frameNames, namedFrames } from '../../../sim/manifest/scenario/frame-names.ts';
import type { Random } from './random.ts';

type Bytes = readonly number[];

/** Addresses that packets may have, the endpoints' own among them. */
export interface Population {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

const PORTS = [53, 80, 81, 8080, 40000, 67, 68, 0, 65535];
const ODD_IPV4 = ['0.0.0.0', '255.255.255.255', '224.0.0.1', '127.0.0.1', '240.0.0.1'];
const ODD_IPV6 = ['::', '::1', 'ff02::1', 'fe80::1', '::ffff:10.0.0.1'];
const FLAGS = [SYN, SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST, 0, SYN | FIN, 0x3f];
const PROTOCOLS = [TCP, TCP, TCP, UDP, UDP, UDP, ICMP, ICMPV6, SCTP, 47, 50, 51, 59, 2, 41, 255];
const ETHER_TYPES = [0x8100, 0x88a8, 0x88cc, 0x8847, 0x05dc, 0x0026, 0x0000, 0xffff, 0x8863];

export function* frames(random: Random, population: Population): Generator<Uint8Array> {
  const recent: Uint8Array[] = [];
  for (;;) {
    const whole = draw(random, population, recent);
    if (recent.length < 64) recent.push(whole);
    else recent[random.below(64)] = whole;
    yield random.below(5) < 3 ? whole : damage(random, whole);
  }
}

/** At least 14 bytes: the kernel runs no test on less. */
export function damage(random: Random, whole: Uint8Array): Uint8Array {
  const copy = Uint8Array.from([...whole, ...(random.once(6) ? random.bytes(random.below(40)) : [])]);
  for (let changes = random.below(4); changes > 0; changes--) {
    // Mostly headers, and mostly values that mean something.
    const at = random.once(3)
      ? random.below(copy.length)
      : 12 + random.below(Math.max(1, Math.min(80, copy.length - 12)));
    copy[at] = random.once(2)
      ? random.below(256)
      : random.of([0, 1, 4, 5, 6, 17, 43, 44, 51, 58, 60, 131, 255, 0x45, 0x4f, 0x60]);
  }
  return random.once(2) ? copy : copy.subarray(0, Math.max(14, random.below(copy.length + 1)));
}

function draw(random: Random, population: Population, recent: readonly Uint8Array[]): Uint8Array {
  switch (random.below(20)) {
    case 0:
      return arp(address4(random, population), address4(random, population), 1 + random.below(2));
    case 1:
      return discovery(random, population);
    case 2:
      return ethernet(random.of(ETHER_TYPES), random.bytes(random.below(80)));
    case 3:
      return tagged(packet(random, population));
    case 4:
    case 5:
      return recent.length === 0 ? packet(random, population) : errorAbout(random, random.of(recent), population);
    case 6:
    case 7:
    case 8:
      return recent.length === 0 ? packet(random, population) : turned(random.of(recent), random.once(3));
    case 10:
      return byName(random, population);
    case 9:
      return ethernet(random.of([0x0800, 0x86dd]), random.bytes(random.below(100)));
    default:
      return packet(random, population);
  }
}

function packet(random: Random, population: Population): Uint8Array {
  return random.once(2) ? packet4(random, population) : packet6(random, population);
}

function packet4(random: Random, population: Population): Uint8Array {
  const protocol = random.of(PROTOCOLS);
  const fields: IpFields = {
    from: address4(random, population),
    to: address4(random, population),
    ...(random.once(10) ? { options: options4(random) } : {}),
    ...(random.once(4) ? { fragment: fragment(random) } : {}),
  };
  const later = fields.fragment !== undefined && fields.fragment.offset > 0;
  return frame(fields, protocol, later ? random.bytes(random.below(24)) : transport(random, protocol, false));
}

function packet6(random: Random, population: Population): Uint8Array {
  const protocol = random.of(PROTOCOLS);
  const chain: Bytes[] = [];
  const kinds: number[] = [];
  for (let count = random.once(3) ? random.below(9) : 0; count > 0; count--)
    kinds.push(random.of([0, 60, 43, 44, 51, 60]));
  if (random.once(4)) kinds.push(44);
  const offsets: number[] = [];
  kinds.forEach((kind, i) => {
    const next = kinds[i + 1] ?? protocol;
    if (kind === 44) {
      const { id, offset, more } = fragment(random);
      offsets.push(offset);
      chain.push(fragmentHeader(next, id, offset, more));
    } else if (kind === 43) chain.push(routingHeader(next, random.of([0, 2, 3, 4]), random.of([0, 0, 1])));
    else if (kind === 51) chain.push([next, 4, 0, 0, ...random.bytes(20)]);
    else chain.push(optionsHeader(next));
  });
  const fields: IpFields = {
    from: address6(random, population),
    to: address6(random, population),
    firstHeader: kinds[0] ?? protocol,
    options: chain.flat(),
    ...(random.once(6) ? { hopLimit: random.of([1, 255]) } : {}),
  };
  const later = offsets.some((offset) => offset > 0);
  return frame(fields, protocol, later ? random.bytes(random.below(24)) : transport(random, protocol, true));
}

function transport(random: Random, protocol: number, six: boolean): Bytes {
  const [source, destination] = [random.of(PORTS), random.of(PORTS)];
  switch (protocol) {
    case TCP:
      return tcp(source, destination, random.of(FLAGS), random.bytes(random.below(8)));
    case UDP:
      return udp(source, destination, random.bytes(random.below(8)));
    case SCTP:
      return sctp(source, destination);
    case ICMP:
    case ICMPV6:
      return icmp(
        random.of(six ? [128, 129, 128, 129, 1, 2, 3, 4, 133, 135, 200] : [8, 0, 8, 0, 3, 11, 13, 14, 5, 40]),
        random.below(3),
      );
    default:
      return random.bytes(random.below(40));
  }
}

function options4(random: Random): Bytes {
  const options = random.of<Bytes>([
    [1, 1, 1, 1],
    [148, 4, 0, 0],
    [131, 7, 4, 10, 0, 0, 3, 0],
    [1, 137, 7, 4, 10, 0, 0, 3],
    [148, 4, 0, 0, 131, 3, 4, 0],
    [7, 39, 4, ...new Array<number>(36).fill(0), 0],
    [130, 0, 0, 0],
    [0, 131, 3, 4],
    [1, 1, 1, 131],
  ]);
  return options.slice(0, Math.floor(options.length / 4) * 4);
}

/** Ids repeat, and offsets begin low enough to be written over a header. */
function fragment(random: Random): NonNullable<IpFields['fragment']> {
  return { id: random.below(6), offset: random.of([0, 0, 8, 16, 24, 1480]), more: random.once(2) };
}

/** As a step `inject` sends it. */
function byName(random: Random, population: Population): Uint8Array {
  const name = random.of(frameNames);
  const of = { IPv4: population.ipv4, IPv6: population.ipv6 }[namedFrames[name].family ?? random.of(['IPv4', 'IPv6'])];
  const macs = { fromMac: Uint8Array.of(2, 0, 0, 0, 0, 1), toMac: Uint8Array.of(2, 0, 0, 0, 0, 2) };
  return namedFrame(name, { from: random.of(of), to: random.of(of), ...macs }, random.below(100));
}

function discovery(random: Random, population: Population): Uint8Array {
  const type = random.of([133, 134, 135, 136, 136, 137, 130, 143]);
  const hopLimit = type >= 133 && type <= 137 ? random.of([255, 255, 64]) : random.of([1, 1, 64]);
  const from = random.of([address6(random, population), 'fe80::1', '::']);
  const to = random.of([address6(random, population), 'ff02::1:ff00:1', 'ff02::16', 'ff05::2', 'fe80::7']);
  const options = neighborOptions(...Array.from({ length: random.below(6) }, () => random.of([1, 2, 14])));
  const [report, query] = [listenerReport('ff02::1:ff00:1', 'ff05::2'), icmp(130, 1000, new Array<number>(20).fill(0))];
  const message = {
    130: random.of([neighbor(130, 'ff02::1'), query]),
    133: [...icmp(133), ...options],
    143: random.once(4) ? [...report, 0] : report,
  }[type] ?? [...neighbor(type, random.of([address6(random, population), 'fe80::1'])), ...options];
  const behind = random.of(
    type >= 133 && type <= 137 ? ['', '', 'alert', 'fragment'] : ['alert', 'alert', '', 'options'],
  );
  const headers = {
    alert: { firstHeader: 0, options: routerAlert(ICMPV6) },
    fragment: { firstHeader: 44, options: fragmentHeader(ICMPV6, 1, 0, random.once(2)) },
    options: { firstHeader: 0, options: optionsHeader(ICMPV6) },
  }[behind];
  return frame({ from, to, hopLimit, ...headers }, ICMPV6, message);
}

/** 802.1Q by hand: the tag stands before the type. */
function tagged(inner: Uint8Array): Uint8Array {
  return Uint8Array.from([...inner.subarray(0, 12), 0x81, 0, 0, 7, ...inner.subarray(12)]);
}

function errorAbout(random: Random, subject: Uint8Array, population: Population): Uint8Array {
  const quoted = [...subject.subarray(14, 14 + random.of([28, 48, 60, 100, 20]))];
  const six = subject[12] === 0x86;
  const type = six ? random.of([1, 2, 3, 4]) : random.of([3, 11, 12, 4]);
  const [from, to] = six
    ? [address6(random, population), address6(random, population)]
    : [address4(random, population), address4(random, population)];
  return frame({ from, to }, six ? ICMPV6 : ICMP, icmp(type, 0, quoted));
}

/** Both addresses and both ports exchanged, as an answer has them; a TCP SYN becomes its SYN ACK, unless it `asks` too. */
function turned(subject: Uint8Array, asks: boolean): Uint8Array {
  const copy = Uint8Array.from(subject);
  const [at, size] = copy[12] === 0x86 ? [22, 16] : [26, 4];
  if (copy.length < at + 2 * size) return copy;
  copy.copyWithin(at, at + size, at + 2 * size);
  copy.set(subject.subarray(at, at + size), at + size);
  const ports = at + 2 * size;
  const protocol = copy[12] === 0x86 ? copy[20] : copy[23];
  if (copy.length < ports + 14) return copy;
  if (protocol === TCP || protocol === UDP || protocol === SCTP) {
    copy.copyWithin(ports, ports + 2, ports + 4);
    copy.set(subject.subarray(ports, ports + 2), ports + 2);
    if (!asks && protocol === TCP && copy[ports + 13] === SYN) copy[ports + 13] = SYN | ACK;
  }
  if (asks) return copy;
  if (protocol === ICMP && copy[ports] === 8) copy[ports] = 0;
  if (protocol === ICMPV6 && copy[ports] === 128) copy[ports] = 129;
  return copy;
}

function address4(random: Random, { ipv4 }: Population): string {
  return random.once(16) ? random.of(ODD_IPV4) : random.of(ipv4);
}

function address6(random: Random, { ipv6 }: Population): string {
  return random.once(16) ? random.of(ODD_IPV6) : random.of(ipv6);
}
