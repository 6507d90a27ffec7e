/**
 * What a packet meets on the wire: links up from a machine over its routers, the network, links down to another machine. A rate holds at
 * each link, delays and losses of all add up. Here alone it is said what a link has, and what a way of several has.
 */
import { smallestLimit } from './way-limits.ts';
import { partyName } from '../plan.ts';
import type {
  LimitOnWay,
  LinkPlan,
  LinkWayPlan,
  MasterPlan,
  NodePlan,
  PartyPlan,
  PodPlan,
  UnderlayPlan,
  WayPlan,
} from '../plan.ts';

/** Where a machine meets the wire. */
export interface Plug {
  /** `node:NAME` or `host:NAME`. */
  readonly of: string;
  /** The NIC, or the bond of several. */
  readonly interface: string;
}

export type LinkDirection = 'up' | 'down';

/** One way of a link as it is. The network's own delay and losses are on the way down, so that a packet meets them once. */
export interface LinkWay extends WayPlan, Pick<UnderlayPlan, 'mtu' | 'reorderPct' | 'duplicatePct'> {
  /** There and back between those that are the farthest from each other, queues apart. */
  readonly roundTripNs: number;
}

export function linkWay(underlay: UnderlayPlan, plug: Plug, direction: LinkDirection): LinkWay {
  return { ...ownWay(underlay, linkAt(underlay, plug), direction), roundTripNs: roundTripNs(underlay) };
}

/** Those of a link that nothing else is said of, then those of each other link. */
export function allWays(underlay: UnderlayPlan): readonly LinkWay[] {
  const ways = { roundTripNs: roundTripNs(underlay) };
  return [undefined, ...(underlay.links ?? [])].flatMap((link) =>
    DIRECTIONS.map((direction) => ({ ...ownWay(underlay, link, direction), ...ways })),
  );
}

/** Whether a packet meets more than a rate. */
export function isLong(way: LinkWay): boolean {
  return way.delayNs > 0 || isImpaired(way);
}

/** Whether packets are lost, doubled, or come in another order or at another distance than they were sent. */
export function isImpaired({ jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0 }: LinkWay): boolean {
  return jitterNs > 0 || lossPct > 0 || reorderPct > 0 || duplicatePct > 0;
}

/** Whether anything on the wire is slower than the kernel; where nothing is, no way has a rate. */
export function hasRates({ rateBps, links = [] }: UnderlayPlan): boolean {
  const isRate = (way: LinkWayPlan | undefined) => (way?.rateBps ?? null) !== null;
  return rateBps !== null || links.some(({ up, down }) => isRate(up) || isRate(down));
}

/** Of a packet from one machine to another. */
export interface WayBetween {
  /** In the order in which it meets them. */
  readonly hops: readonly Hop[];
  /** Whether it crosses the network that nodes are on. */
  readonly network: boolean;
  /** Those of the hops that have a rate. */
  readonly limits: readonly LimitOnWay[];
  /** The lowest of them; null: as fast as the kernel can. */
  readonly rateBps: number | null;
  readonly delayNs: number;
  readonly lossPct: number;
}

/** One link, one way. */
export interface Hop {
  readonly plug: Plug;
  readonly direction: LinkDirection;
  readonly way: LinkWay;
  /** Name of the router that sends into it, which knows its MTU and says so; null: none, the sender itself or the network does. */
  readonly router: string | null;
}

export function wayBetween(underlay: UnderlayPlan, from: Plug, to: Plug): WayBetween {
  const { hops, network } = hopsBetween(underlay, from, to);
  const limits = hops.flatMap(({ plug, direction, way: { rateBps: bps } }): LimitOnWay[] => {
    const at = `wire ${direction === 'up' ? 'from' : 'to'} ${placeOf(plug)}`;
    return bps === null ? [] : [{ at, by: 'underlay', bps }];
  });
  const losses = hops.map(({ way }) => way.lossPct);
  return {
    hops,
    network,
    delayNs: hops.reduce((sum, { way }) => sum + way.delayNs, 0),
    lossPct: losses.reduce(either, undefined) ?? 0,
    limits,
    rateBps: smallestLimit(limits)?.bps ?? null,
  };
}

/** Where packets of two are routed, as observers name it: hosts whose links they cross, and routers that forward them. */
export function routedPlaces(
  underlay: UnderlayPlan,
  from: PartyPlan,
  to: PartyPlan,
): { readonly links: readonly string[]; readonly routers: readonly string[] } {
  const plugOfParty = (plan: PartyPlan): Plug => ({ of: partyName(plan), interface: HOST_NIC });
  const { hops } = hopsBetween(underlay, plugOfParty(from), plugOfParty(to));
  return {
    links: hops.flatMap(({ plug: { of } }) => (of.startsWith('host:') ? [of] : [])),
    routers: hops.flatMap(({ router }) => (router === null ? [] : [`host:${router}`])),
  };
}

/** The machine, and every router between it and the network, which the last of them is at. */
export function upward(underlay: UnderlayPlan, plug: Plug): readonly Plug[] {
  const { behind } = linkAt(underlay, plug) ?? {};
  return behind === undefined ? [plug] : [plug, ...upward(underlay, { of: behind, interface: HOST_NIC })];
}

/** Where both ways up meet in a router they turn there, and do not cross the network. Who meets itself is none. */
function hopsBetween(underlay: UnderlayPlan, from: Plug, to: Plug): Pick<WayBetween, 'hops' | 'network'> {
  const [own, other] = [upward(underlay, from), upward(underlay, to)];
  const meet = own.find(({ of }, i) => other.some((one, j) => one.of === of && i + j > 0));
  const below = (plugs: readonly Plug[]): readonly Plug[] =>
    meet === undefined
      ? plugs
      : plugs.slice(
          0,
          plugs.findIndex(({ of }) => of === meet.of),
        );
  const [ups, downs] = [below(own), below(other).toReversed()];
  const hops = [
    ...ups.map((plug, i): Hop => {
      return { plug, direction: 'up', way: linkWay(underlay, plug, 'up'), router: i === 0 ? null : nameOf(plug) };
    }),
    ...downs.map((plug, i): Hop => {
      const above = i > 0 ? downs[i - 1] : ups.length > 0 ? meet : undefined;
      const router = above === undefined ? null : nameOf(above);
      return { plug, direction: 'down', way: linkWay(underlay, plug, 'down'), router };
    }),
  ];
  return { hops, network: meet === undefined };
}

function nameOf({ of }: Plug): string {
  return of.slice(of.indexOf(':') + 1);
}

/** Of a flow's or a question's packets; null: the two are slaves of one master, who reach each other without leaving it. @param addresses of theirs, without prefix */
export function wayOfPair(
  underlay: UnderlayPlan,
  nodes: readonly NodePlan[],
  from: OnTheWire,
  to: OnTheWire,
  addresses: { readonly from: string; readonly to: string },
): WayBetween | null {
  if (!crossesUnderlay(from, to)) return null;
  return wayBetween(underlay, plugOf(nodes, from, addresses.from), plugOf(nodes, to, addresses.to));
}

export function crossesUnderlay({ pod }: Pick<OnTheWire, 'pod'>, other: Pick<OnTheWire, 'pod'>): boolean {
  if (pod === null || other.pod === null) return true;
  return pod.node !== other.pod.node || pod.interfaces[0]?.master !== other.pod.interfaces[0]?.master;
}

export interface OnTheWire {
  readonly plan: PartyPlan;
  /** null for hosts and nodes. */
  readonly pod: Pick<PodPlan, 'node' | 'interfaces'> | null;
}

/** Nanoseconds from one machine to another, queues apart, at most. */
export function longestWayNs(wires: readonly UnderlayPlan[]): number {
  return Math.max(...wires.map((wire) => longest(wire, ({ delayNs, jitterNs = 0 }) => delayNs + jitterNs)));
}

/** @param address by which a node meets the other; null: any */
export function plugOf(nodes: readonly NodePlan[], { plan, pod }: OnTheWire, address: string | null): Plug {
  if (plan.kind === 'host') return { of: `host:${plan.name}`, interface: HOST_NIC };
  const node = pod?.node ?? plan.name;
  const { masters = [] } = nodes.find(({ name }) => name === node) ?? {};
  const own = masters.find(({ addresses }) => addresses.some((one) => one.startsWith(`${address ?? ''}/`)));
  const master = pod === null ? (own ?? masters[0])?.name : pod.interfaces[0]?.master;
  return { of: `node:${node}`, interface: below(masters, master ?? '') };
}

/** The name of a host's NIC. */
export const HOST_NIC = 'eth0';

/** As limits are named: `node:a/ens192`, `host:out`. */
function placeOf({ of, interface: nic }: Plug): string {
  return of.startsWith('host:') ? of : `${of}/${nic}`;
}

/** VLANs of one NIC are on one wire. */
function below(masters: readonly MasterPlan[], name: string): string {
  const master = masters.find((one) => one.name === name);
  return master?.kind === 'vlan' ? below(masters, master.parent) : name;
}

const DIRECTIONS = ['up', 'down'] as const satisfies readonly LinkDirection[];

export function linkAt({ links = [] }: UnderlayPlan, { of, interface: nic }: Plug): LinkPlan | undefined {
  return links.find((link) => link.of === of && (link.interface === undefined || link.interface === nic));
}

function ownWay(
  wire: UnderlayPlan,
  link: LinkPlan | undefined,
  direction: LinkDirection,
): Omit<LinkWay, 'roundTripNs'> {
  const own: LinkWayPlan = link?.[direction] ?? {};
  const above: Omit<UnderlayPlan, 'mtu'> = link?.behind === undefined ? wire : NO_WIRE;
  // A rate of its own takes the place of the wire's trace.
  const { rateBps = null, trace } = own.rateBps === undefined ? above : own;
  const { queue = above.queue } = own;
  const network = direction === 'down' ? above : NO_WIRE;
  const { reorderPct, duplicatePct } = network;
  const jitterNs = (own.jitterNs ?? 0) + (network.jitterNs ?? 0);
  const lossPct = either(own.lossPct, network.lossPct);
  return {
    mtu: link?.mtu ?? wire.mtu,
    rateBps,
    delayNs: network.delayNs + (own.delayNs ?? 0),
    ...(trace === undefined ? {} : { trace }),
    ...(queue === undefined ? {} : { queue }),
    ...(jitterNs === 0 ? {} : { jitterNs }),
    ...(lossPct === undefined ? {} : { lossPct }),
    ...(reorderPct === undefined ? {} : { reorderPct }),
    ...(duplicatePct === undefined ? {} : { duplicatePct }),
  };
}

/** Behind a router is another network. */
const NO_WIRE: Omit<UnderlayPlan, 'mtu'> = { rateBps: null, delayNs: 0 };

/** Percent of the packets that one of two takes, each of them blind to the other. */
function either(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one + other - (one * other) / 100;
}

function roundTripNs(underlay: UnderlayPlan): number {
  return 2 * longest(underlay, ({ delayNs }) => delayNs);
}

/** Of all ways from one machine to another. */
function longest(underlay: UnderlayPlan, lasts: (way: WayPlan) => number): number {
  const most = (direction: LinkDirection): number =>
    Math.max(
      ...[undefined, ...(underlay.links ?? [])].map((link) =>
        linksUp(underlay, link).reduce((sum, one) => sum + lasts(ownWay(underlay, one, direction)), 0),
      ),
    );
  return most('up') + most('down');
}

function linksUp(underlay: UnderlayPlan, link: LinkPlan | undefined): readonly (LinkPlan | undefined)[] {
  if (link?.behind === undefined) return [link];
  return [link, ...linksUp(underlay, linkAt(underlay, { of: link.behind, interface: HOST_NIC }))];
}
