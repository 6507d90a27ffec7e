/**
 * What the dataplane promises (docs/dataplane.md), decided by the oracle and by tables of its own: the other opinion that a
 * corpus of packets is judged by. Nothing here is shared with the programs but the words. Connections do not age here.
 */
import { formatAddress, parseAddress } from '../../../dataplane/policy/address.ts';
import type { Direction, PolicyPod, PolicyWorld, Protocol } from '../../../dataplane/policy/network-policy.ts';
import type { Oracle } from '../../../dataplane/policy/oracle.ts';
import { prepareOracle } from '../../../dataplane/policy/oracle.ts';
import { selects } from '../../../dataplane/policy/selector.ts';
import type { IpPacket, Refusal } from './parse-frame.ts';
import { parseFrame, parseQuoted } from './parse-frame.ts';

export type Decision =
  | 'pass'
  | Refusal
  | 'UNSUPPORTED_L3'
  | 'INVALID_SOURCE'
  | 'INVALID_DESTINATION'
  | 'INVALID_NEIGHBOR'
  | 'SOURCE_ROUTED'
  | 'FRAGMENT'
  | 'POLICY_DENIED';

interface Connection {
  cut: boolean;
  /** Somebody has answered, finished or reset it: of TCP, whoever now sends a bare SYN opens another. */
  settled: boolean;
}

/** One pod's part of the dataplane. `verifies`: its addresses are known, and it may use no others. */
export class ReferenceEndpoint {
  readonly #pod: PolicyPod;
  readonly #verifies: boolean;
  readonly #isolated: Readonly<Record<Direction, boolean>>;
  readonly #own: ReadonlySet<bigint>;
  /** The first 64 bits of the IPv6 addresses it has. */
  readonly #subnets: ReadonlySet<bigint>;
  readonly #ask: (way: Direction, packet: IpPacket) => boolean;
  readonly #connections = new Map<string, Connection>();
  readonly #firsts = new Map<string, Pick<IpPacket, 'protocol' | 'ports'>>();

  constructor(world: PolicyWorld, pod: PolicyPod, verifies: boolean) {
    this.#pod = pod;
    this.#verifies = verifies;
    this.#own = new Set(pod.addresses.map(parseAddress));
    this.#subnets = new Set([...this.#own].filter((one) => one >> 32n !== 0xffffn).map((one) => one >> 64n));
    this.#isolated = { ingress: isolates(world, pod, 'ingress'), egress: isolates(world, pod, 'egress') };
    this.#ask = asker(world, pod);
  }

  decide(way: Direction, frame: Uint8Array): Decision {
    const parsed = parseFrame(frame);
    switch (parsed.kind) {
      case 'refused':
        return parsed.reason;
      case 'other':
        return this.#isolated[way] ? 'UNSUPPORTED_L3' : 'pass';
      case 'arp': {
        const speaksForItself = isUnspecified(parsed.sender) || this.#own.has(parsed.sender);
        return way === 'egress' && this.#verifies && !speaksForItself ? 'INVALID_NEIGHBOR' : 'pass';
      }
      case 'ip':
        return this.#decideIp(way, parsed, frame);
    }
  }

  #decideIp(way: Direction, packet: IpPacket, frame: Uint8Array): Decision {
    const discovery = isDiscovery(packet);
    if (this.#verifies) {
      const wrong = way === 'egress' ? this.#wrongSender(packet, discovery) : this.#wrongReceiver(packet);
      if (wrong !== null) return wrong;
    }
    if (discovery) {
      if (this.#isOfTheLink(way, packet, frame)) return 'pass';
      if (this.#verifies) return 'INVALID_NEIGHBOR';
    }
    if (packet.sourceRouted && this.#isolated[way]) return 'SOURCE_ROUTED';
    const whole = this.#withFirst(way, packet);
    if (whole === null) return this.#isolated[way] ? 'FRAGMENT' : 'pass';
    return this.#decideConnection(way, whole, frame);
  }

  #wrongSender(packet: IpPacket, discovery: boolean): Decision | null {
    const { source, protocol, ports } = packet;
    if (isUnspecified(source)) {
      const asks = discovery || protocol === 2 || (protocol === 17 && ports?.destination === 67);
      if (!asks) return 'INVALID_SOURCE';
    } else if (!isLinkLocal(source) && !this.#own.has(source)) return 'INVALID_SOURCE';
    return null;
  }

  /** RFC 4861, 7.1; RFC 2710, 3; RFC 3810, 5; RFC 6980. */
  #isOfTheLink(
    way: Direction,
    { icmpType, destination, transport, firstHeader }: IpPacket,
    frame: Uint8Array,
  ): boolean {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (view.getUint16(18) !== frame.length - 54 || frame.length - 14 >= 512) return false;
    const message = frame.subarray(transport);
    if (icmpType === null || !fits(icmpType, message)) return false;
    const isListener = icmpType < 133 || icmpType === 143;
    if (isListener) {
      const alert = Buffer.from(frame.subarray(56, 62)).toString('hex');
      const alerts = firstHeader === 0 && transport === 62 && /^(05020000|....05020000)/.test(alert);
      return alerts && destination >> 120n === 0xffn;
    }
    const toLinkGroup = destination >> 120n === 0xffn && ((destination >> 112n) & 0xfn) === 2n;
    if (transport !== 54 || !(toLinkGroup || this.#isOnLink(destination))) return false;
    if (way === 'ingress' || icmpType === 133) return true;
    const target = message.subarray(8, 24).reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
    return icmpType === 135 ? this.#isOnLink(target) : isLinkLocal(target) || this.#own.has(target);
  }

  #isOnLink(address: bigint): boolean {
    return isLinkLocal(address) || this.#subnets.has(address >> 64n);
  }

  #wrongReceiver({ destination, protocol, ports }: IpPacket): Decision | null {
    if (this.#own.has(destination) || isLinkLocal(destination) || isToMany(destination)) return null;
    return protocol === 17 && ports?.destination === 68 ? null : 'INVALID_DESTINATION';
  }

  /** A later fragment with what its first said; null when that was never seen, or is written over. */
  #withFirst(way: Direction, packet: IpPacket): IpPacket | null {
    const { fragment, source, destination } = packet;
    if (fragment === null) return packet;
    const key = [way, source, destination, fragment.id, fragment.protocol].join();
    if (fragment.offset === 0) {
      this.#firsts.set(key, { protocol: packet.protocol, ports: packet.ports });
      return packet;
    }
    const first = this.#firsts.get(key);
    if (first === undefined) return null;
    if (first.protocol === 6 && fragment.offset < 20 && this.#isolated[way]) return null;
    return { ...packet, ...first };
  }

  #decideConnection(way: Direction, packet: IpPacket, frame: Uint8Array): Decision {
    const { icmpType, version } = packet;
    if (icmpType !== null && (version === 4 ? [3, 4, 11, 12].includes(icmpType) : icmpType < 128)) {
      const quoted = parseQuoted(frame, packet);
      const fits = packet.fragment === null && frame.length <= 14 + (version === 4 ? 576 : 1280);
      const told = quoted !== null && quoted.source === packet.destination;
      // One connection is asked about: that which the other side opened, if there is one.
      const found = quoted === null ? undefined : this.#openedFromOutside(other(way), quoted);
      const live = fits && told && found?.cut === false;
      return live || this.#allows(way, packet) ? 'pass' : 'POLICY_DENIED';
    }
    const [forward, reverse] = this.#find(way, packet);
    // ICMP in a packet of the other family has no replies either.
    const request = (packet.protocol === 1 || packet.protocol === 58) && opens(packet);
    const anew = packet.protocol === 6 && opens(packet) && reverse?.settled === true;
    const repliesTo = request || anew ? undefined : reverse;
    if (repliesTo?.cut === false) {
      repliesTo.settled = true;
      return 'pass';
    }
    const allowed = this.#allows(way, packet);
    if (forward !== undefined) {
      forward.cut = !allowed;
      if (allowed && packet.protocol === 6)
        forward.settled = (!opens(packet) && forward.settled) || ((packet.tcpFlags ?? 0) & 5) !== 0;
    } else if (allowed && repliesTo === undefined && opens(packet))
      this.#connections.set(keyOf(way, packet, way), { cut: false, settled: false });
    return allowed ? 'pass' : 'POLICY_DENIED';
  }

  #openedFromOutside(way: Direction, packet: IpPacket): Connection | undefined {
    const opened = (by: Direction) => this.#connections.get(keyOf(way, packet, by));
    return opened('ingress') ?? opened('egress');
  }

  /** The connection that a packet going `way` opened, and that which it would be a reply of. */
  #find(way: Direction, packet: IpPacket): [Connection | undefined, Connection | undefined] {
    const opened = (by: Direction) => this.#connections.get(keyOf(way, packet, by));
    return [opened(way), opened(other(way))];
  }

  #allows(way: Direction, packet: IpPacket): boolean {
    return !this.#isolated[way] || this.#ask(way, packet);
  }

  toString(): string {
    return `${this.#pod.namespace}/${this.#pod.name}`;
  }
}

/** Whether a message of discovery is exactly as long as what it says of itself. */
function fits(type: number, message: Uint8Array): boolean {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const steps = (from: number, most: number, least: number, size: (at: number) => number): boolean => {
    let at = from;
    for (let count = 0; at < message.length && count < most; count++) {
      if (at + least > message.length || size(at) === 0) return false;
      at += size(at);
    }
    return at === message.length;
  };
  const options = (from: number): boolean => steps(from, 4, 2, (at) => 8 * view.getUint8(at + 1));
  switch (type) {
    case 133:
      return options(8);
    case 135:
    case 136:
      return options(24);
    case 130:
      return message.length === 24 || (message.length >= 28 && message.length === 28 + 16 * view.getUint16(26));
    case 131:
    case 132:
      return message.length === 24;
    case 143:
      return steps(8, 16, 4, (at) => 20 + 16 * view.getUint16(at + 2) + 4 * view.getUint8(at + 1));
    default:
      return false;
  }
}

/** An oracle's yes or no, asked of a twin of the pod: so its own address is a peer like others, and not a matter of `lo`. */
function asker(world: PolicyWorld, pod: PolicyPod): (way: Direction, packet: IpPacket) => boolean {
  const twin = { ...pod, endpointId: 0x7fffffff, name: `${pod.name}-twin`, addresses: ['198.18.0.1', '2001:2::1'] };
  const oracle = prepareOracle({ ...world, pods: [...world.pods, twin] });
  const known = new Map<string, boolean>();
  return (way, packet) => {
    const self = twin.addresses[packet.version === 4 ? 0 : 1]!;
    const protocol = PROTOCOLS[packet.protocol] ?? 'ICMP';
    const port = protocol === 'ICMP' ? 0 : (packet.ports?.destination ?? 0);
    const peer = way === 'egress' ? packet.destination : packet.source;
    const key = [way, peer, protocol, port].join();
    const found = known.get(key) ?? ask(oracle, { way, peer: formatAddress(peer), self, protocol, port });
    known.set(key, found);
    return found;
  };
}

interface Question {
  readonly way: Direction;
  readonly peer: string;
  readonly self: string;
  readonly protocol: Protocol | 'ICMP';
  readonly port: number;
}

function ask(oracle: Oracle, { way, peer, self, protocol, port }: Question): boolean {
  const ends = way === 'egress' ? { from: self, to: peer } : { from: peer, to: self };
  return oracle.judge({ ...ends, protocol, port })[way].outcome === 'allowed';
}

const PROTOCOLS: Readonly<Partial<Record<number, Protocol>>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

function isolates({ policies }: PolicyWorld, pod: PolicyPod, way: Direction): boolean {
  return (
    pod.policed &&
    policies.some(
      ({ namespace, podSelector, policyTypes }) =>
        namespace === pod.namespace && policyTypes.includes(way) && selects(podSelector, pod.labels),
    )
  );
}

/** RFC 4861 by hop limit 255, RFC 2710 and 3810 by hop limit 1. */
function isDiscovery({ icmpType, version, hopLimit }: IpPacket): boolean {
  if (icmpType === null || version === 4) return false;
  if (icmpType >= 133 && icmpType <= 137) return hopLimit === 255;
  return [130, 131, 132, 143].includes(icmpType) && hopLimit === 1;
}

function opens({ protocol, tcpFlags, icmpType, version, fragment }: IpPacket): boolean {
  if (fragment !== null && fragment.offset > 0) return false;
  if (protocol === 6) return ((tcpFlags ?? 0) & 0x17) === 0x02;
  if (icmpType === null) return true;
  return (version === 4 ? [8, 13] : [128]).includes(icmpType);
}

function keyOf(way: Direction, { source, destination, protocol, ports }: IpPacket, opened: Direction): string {
  const [from, to] = [`${source} ${ports?.source ?? 0}`, `${destination} ${ports?.destination ?? 0}`];
  const [local, remote] = way === 'egress' ? [from, to] : [to, from];
  return [opened, protocol, local, remote].join();
}

function other(way: Direction): Direction {
  return way === 'ingress' ? 'egress' : 'ingress';
}

function isUnspecified(address: bigint): boolean {
  return address === 0n || address === 0xffff00000000n;
}

function isLinkLocal(address: bigint): boolean {
  return address >> 118n === 0xfe80n >> 6n;
}

function isToMany(address: bigint): boolean {
  if (address >> 120n === 0xffn) return true;
  return (
    address >> 32n === 0xffffn && ((address & 0xf0000000n) === 0xe0000000n || (address & 0xffffffffn) === 0xffffffffn)
  );
}
