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
}

/** One pod's part of the dataplane. `verifies`: its addresses are known, and it may use no others. */
export class ReferenceEndpoint {
  readonly #pod: PolicyPod;
  readonly #verifies: boolean;
  readonly #isolated: Readonly<Record<Direction, boolean>>;
  readonly #own: ReadonlySet<bigint>;
  readonly #ask: (way: Direction, packet: IpPacket) => boolean;
  readonly #connections = new Map<string, Connection>();
  readonly #firsts = new Map<string, Pick<IpPacket, 'protocol' | 'ports'>>();

  constructor(world: PolicyWorld, pod: PolicyPod, verifies: boolean) {
    this.#pod = pod;
    this.#verifies = verifies;
    this.#own = new Set(pod.addresses.map(parseAddress));
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
      const wrong = way === 'egress' ? this.#wrongSender(packet, discovery, frame) : this.#wrongReceiver(packet);
      if (wrong !== null) return wrong;
    }
    if (discovery) return 'pass';
    if (packet.sourceRouted && this.#isolated[way]) return 'SOURCE_ROUTED';
    const whole = this.#withFirst(way, packet);
    if (whole === null) return this.#isolated[way] ? 'FRAGMENT' : 'pass';
    return this.#decideConnection(way, whole, frame);
  }

  #wrongSender(packet: IpPacket, discovery: boolean, frame: Uint8Array): Decision | null {
    const { source, protocol, ports } = packet;
    if (isUnspecified(source)) {
      const asks = discovery || protocol === 2 || (protocol === 17 && ports?.destination === 67);
      if (!asks) return 'INVALID_SOURCE';
    } else if (!isLinkLocal(source) && !this.#own.has(source)) return 'INVALID_SOURCE';
    if (!discovery) return null;
    if (packet.icmpType === 134 || packet.icmpType === 137) return 'INVALID_NEIGHBOR';
    if (packet.icmpType !== 136) return null;
    const target = frame.subarray(packet.transport + 8, packet.transport + 24);
    if (target.length < 16) return 'INVALID_NEIGHBOR';
    const address = target.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
    return isLinkLocal(address) || this.#own.has(address) ? null : 'INVALID_NEIGHBOR';
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
      const live = quoted !== null && this.#find(other(way), quoted).some((found) => found?.cut === false);
      return live || this.#allows(way, packet) ? 'pass' : 'POLICY_DENIED';
    }
    const [forward, reverse] = this.#find(way, packet);
    // ICMP in a packet of the other family has no replies either.
    const request = (packet.protocol === 1 || packet.protocol === 58) && opens(packet);
    const repliesTo = request ? undefined : reverse;
    if (repliesTo?.cut === false) return 'pass';
    const allowed = this.#allows(way, packet);
    if (forward !== undefined) forward.cut = !allowed;
    else if (allowed && repliesTo === undefined && opens(packet))
      this.#connections.set(keyOf(way, packet, way), { cut: false });
    return allowed ? 'pass' : 'POLICY_DENIED';
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
