/**
 * Frames that a wire does not take: a sender knows of its own and of its receiver's MTU, and of what lies between them only where a router
 * stands before it and tells (RFC 1191, RFC 8201).
 */
import type { Family } from '../../../dataplane/policy/address.ts';
import { datagramPacketBytes, refragmentedWireBytes } from '../flows/goodput.ts';
import type { WayBetween } from './links.ts';
import type { QuestionEnd } from '../cluster/named-party.ts';
import type { HostPlan, NodePlan, Plan } from '../plan.ts';

type End = Pick<QuestionEnd, 'plan' | 'pod'>;

export interface WayOfFrames {
  /** IP packets that the two make, in bytes: a TCP sender heeds both, a sender of datagrams its own. */
  readonly fromMtu: number;
  readonly toMtu: number;
  /** The largest packets that arrive, and who takes none that are larger. */
  readonly takes: number;
  readonly narrow: 'wire' | 'receiver';
  /** Of that one. */
  readonly mtu: number;
  /** The largest of the sender's that come to where nobody tells. */
  readonly comes: number;
  /** Routers with a link that takes less than what comes to them, in order: of larger packets they tell. */
  readonly tellers: readonly Teller[];
  /** What fits all links on the way and both ends. */
  readonly pathMtu: number;
}

export interface Teller {
  readonly router: string;
  readonly mtu: number;
}

/** Of two that the wire lies between. @param addresses theirs, text without prefix */
export function wayOfFrames(
  { nodes, hosts, underlay }: Pick<Plan, 'nodes' | 'hosts' | 'underlay'>,
  from: End,
  to: End,
  addresses: { readonly from: string; readonly to: string },
  { hops, network }: WayBetween,
): WayOfFrames {
  // A link to a router has one MTU at both its ends.
  const [first, last] = [hops.at(0)?.way.mtu ?? underlay.mtu, hops.at(-1)?.way.mtu ?? underlay.mtu];
  const nic = nicMtu({ nodes, hosts }, to, addresses.to) ?? last;
  const onNetwork = network && hops.at(-1)?.router === null;
  const silent = network ? Math.min(underlay.mtu, ...(onNetwork ? [nic] : [])) : Number.POSITIVE_INFINITY;
  const fromMtu = from.pod?.interfaces[0]?.mtu ?? nicMtu({ nodes, hosts }, from, addresses.from) ?? first;
  const toMtu = to.pod?.interfaces[0]?.mtu ?? nic;
  const tellers: Teller[] = [];
  let comes = fromMtu;
  for (const { router, way } of hops) {
    if (router === null || way.mtu >= comes) continue;
    tellers.push({ router, mtu: way.mtu });
    comes = way.mtu;
  }
  const ups = hops.filter(({ direction, router }) => direction === 'up' && router !== null);
  return {
    fromMtu,
    toMtu,
    mtu: silent,
    takes: silent + TOLERATED_BYTES,
    tellers,
    narrow: onNetwork && nic < underlay.mtu ? 'receiver' : 'wire',
    comes: Math.min(fromMtu, ...ups.map(({ way }) => way.mtu)),
    pathMtu: Math.min(fromMtu, toMtu, silent, ...tellers.map(({ mtu }) => mtu)),
  };
}

interface Payload {
  readonly protocol: 'TCP' | 'UDP';
  readonly family: Family;
  readonly datagramBytes: number | null;
}

/** Payload per byte on the wire of datagrams whose fragments routers cut up again, 0 to 1; null: they do not. */
export function cutAgain(way: WayOfFrames, { protocol, family, datagramBytes }: Payload): number | null {
  const { fromMtu, tellers } = way;
  if (protocol !== 'UDP' || datagramBytes === null || tellers.length === 0) return null;
  if (!hasNoDf(way, family, datagramBytes)) return null;
  const mtus = [fromMtu, ...tellers.map(({ mtu }) => mtu)];
  return datagramBytes / refragmentedWireBytes(mtus, datagramBytes);
}

/** Who tells the sender of a datagram that it is too large; null: nobody. */
export function tellerOfDatagrams(way: WayOfFrames, { family, datagramBytes }: Payload): Teller | null {
  if (datagramBytes === null || hasNoDf(way, family, datagramBytes)) return null;
  const packet = Math.min(way.fromMtu, datagramPacketBytes(family, datagramBytes));
  return way.tellers.find(({ mtu }) => packet > mtu) ?? null;
}

/** Linux sets DF in what it need not cut up itself (`ip_dont_fragment`, net/ipv4/ip_output.c); routers cut up no IPv6. */
function hasNoDf({ fromMtu }: WayOfFrames, family: Family, datagramBytes: number): boolean {
  return family === 4 && datagramPacketBytes(family, datagramBytes) > fromMtu;
}

/** What a port takes beyond its MTU: frames with a VLAN tag (is_skb_forwardable, net/core/dev.c). */
const TOLERATED_BYTES = 4;

/** Of the device by which it meets the wire; null: one as the wire is. */
function nicMtu(
  { nodes, hosts }: { readonly nodes: readonly NodePlan[]; readonly hosts: readonly HostPlan[] },
  { plan, pod }: End,
  address: string,
): number | null {
  if (plan.kind === 'host') return hosts.find(({ name }) => name === plan.name)?.mtu ?? null;
  const node = pod?.node ?? (plan.kind === 'node' ? plan.name : null);
  const { masters = [] } = nodes.find(({ name }) => name === node) ?? {};
  const slave = pod?.interfaces[0];
  const master = masters.find(({ name, addresses }) =>
    slave === undefined ? addresses.some((one) => one.startsWith(`${address}/`)) : name === slave.master,
  );
  return master?.mtu ?? null;
}
