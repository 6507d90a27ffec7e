/**
 * Why a kernel loses packets outside of the dataplane and the queueing disciplines, by the counters that it keeps (snmp_counter.rst,
 * net/ipv4/proc.c, net/ipv6/proc.c): what each is called here, and what it means.
 */
import type { Direction } from '../../../dataplane/policy/network-policy.ts';

export interface KernelLoss {
  readonly reason: string;
  readonly direction: Direction;
  /** Counters as sim/linux/network-counters.ts names them; a kernel that does not keep one has 0. */
  readonly counters: readonly string[];
  /** Counters of what `counters` has and another reason tells. */
  readonly less?: readonly string[];
  /** Counts this only where packets are forwarded: where they are made, it counts what is told by another counter too. */
  readonly onlyForwarding?: true;
  /** For people. */
  readonly words: string;
}

/** Of a namespace's network stack. */
export const STACK_LOSSES: readonly KernelLoss[] = [
  {
    reason: 'REASSEMBLY_TIMEOUT',
    direction: 'ingress',
    counters: ['Ip.ReasmTimeout', 'Ip6ReasmTimeout'],
    words: 'datagrams whose fragments did not all come in time',
  },
  {
    reason: 'REASSEMBLY_FAILED',
    direction: 'ingress',
    counters: ['Ip.ReasmFails', 'Ip6ReasmFails'],
    less: ['Ip.ReasmTimeout', 'Ip6ReasmTimeout'],
    words: 'fragments with no room to wait for the others (ipfrag_high_thresh), or that do not fit together',
  },
  {
    reason: 'MTU_EXCEEDED',
    direction: 'egress',
    // A sender's own counts a datagram of which the dataplane dropped a fragment. What IPv6 forwards counts in Ip6FragFails too (ip6_forward).
    counters: ['Ip.FragFails', 'Ip6InTooBigErrors'],
    onlyForwarding: true,
    words: 'packets larger than the MTU that may not be cut up',
  },
  {
    reason: 'NO_ROUTE',
    direction: 'egress',
    counters: ['Ip.OutNoRoutes', 'Ip6OutNoRoutes'],
    words: 'packets with no route to where they were to go',
  },
  {
    reason: 'NOT_FOR_US',
    direction: 'ingress',
    counters: ['Ip.InAddrErrors', 'IpExt.InNoRoutes', 'Ip6InAddrErrors', 'Ip6InNoRoutes'],
    words: 'packets to an address that the receiver does not have and does not forward to',
  },
  {
    reason: 'BROKEN_HEADER',
    direction: 'ingress',
    counters: ['Ip.InHdrErrors', 'IpExt.InTruncatedPkts', 'Ip6InHdrErrors', 'Ip6InTruncatedPkts'],
    words: 'packets with an IP header that is broken',
  },
  {
    reason: 'CHECKSUM',
    direction: 'ingress',
    counters: ['Udp.InCsumErrors', 'Tcp.InCsumErrors', 'Udp6InCsumErrors'],
    words: 'packets with a wrong checksum',
  },
  {
    reason: 'SOCKET_BUFFER',
    direction: 'ingress',
    counters: ['Udp.RcvbufErrors', 'Udp6RcvbufErrors', 'TcpExt.TCPRcvQDrop', 'TcpExt.RcvPruned', 'TcpExt.TCPOFODrop'],
    words: "packets with no room in the receiving socket's buffer",
  },
  {
    reason: 'SOCKET_BACKLOG',
    direction: 'ingress',
    counters: ['TcpExt.TCPBacklogDrop'],
    words: 'packets that came faster than the receiving socket was served',
  },
  {
    reason: 'SOCKET_MEMORY',
    direction: 'ingress',
    counters: ['Udp.MemErrors', 'Udp6MemErrors', 'TcpExt.PFMemallocDrop'],
    words: 'packets with no memory left for sockets',
  },
  {
    reason: 'LISTEN_QUEUE',
    direction: 'ingress',
    counters: ['TcpExt.ListenDrops', 'TcpExt.TCPReqQFullDrop'],
    words: 'connections that a listener had no room for',
  },
];

/** Of all namespaces of a kernel together. */
export const SHARED_LOSSES: readonly KernelLoss[] = [
  {
    reason: 'NEIGHBOUR_FAILED',
    direction: 'egress',
    counters: ['arp_cache.res_failed', 'ndisc_cache.res_failed'],
    words: 'neighbours that did not answer; what waited for them is gone',
  },
  {
    reason: 'NEIGHBOUR_QUEUE',
    direction: 'egress',
    counters: ['arp_cache.unresolved_discards', 'ndisc_cache.unresolved_discards'],
    words: 'packets that waited for a neighbour and had no more room (unres_qlen_bytes)',
  },
  {
    reason: 'SOFTNET_BACKLOG',
    direction: 'ingress',
    counters: ['softnet.dropped'],
    words: 'packets that came faster than a processor took them (netdev_max_backlog)',
  },
];

/** Of one end of the wire. */
export const LINK_LOSS: KernelLoss = {
  reason: 'LINK_DROP',
  direction: 'ingress',
  counters: ['rx_dropped'],
  words: 'frames that the interface does not take: larger than its MTU, or while it is down',
};

export const KERNEL_LOSSES: readonly KernelLoss[] = [...STACK_LOSSES, ...SHARED_LOSSES, LINK_LOSS];

/** What `loss` has lost, of counters that only grow; never below 0, as two files are not read at one moment. */
export function lostOf(
  { counters, less = [], onlyForwarding }: KernelLoss,
  counted: ReadonlyMap<string, number>,
): number {
  if (onlyForwarding === true && counted.get('Ip.Forwarding') !== FORWARDS) return 0;
  const sum = (names: readonly string[]): number => names.reduce((total, name) => total + (counted.get(name) ?? 0), 0);
  return Math.max(0, sum(counters) - sum(less));
}

/** `ipForwarding` of RFC 4293: 1 forwarding, 2 not. */
const FORWARDS = 1;
