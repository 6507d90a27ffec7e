/**
 * What a packet meets on the wire: a machine's link up, the network, another machine's link down. A rate holds at each link, delays and
 * losses of all three add up. Here alone it is said what a link has, and what a way of two has.
 */
import { smallestLimit } from './way-limits.ts';
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
} from './plan.ts';

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

/** Of a packet from one machine to another. */
export interface WayBetween {
  readonly up: LinkWay;
  readonly down: LinkWay;
  /** Those of both that have a rate. */
  readonly limits: readonly LimitOnWay[];
  /** The lower of both; null: as fast as the kernel can. */
  readonly rateBps: number | null;
  readonly delayNs: number;
  readonly lossPct: number;
}

export function wayBetween(underlay: UnderlayPlan, from: Plug, to: Plug): WayBetween {
  const [up, down] = [linkWay(underlay, from, 'up'), linkWay(underlay, to, 'down')];
  const limits = [
    { at: `wire from ${placeOf(from)}`, bps: up.rateBps },
    { at: `wire to ${placeOf(to)}`, bps: down.rateBps },
  ].flatMap(({ at, bps }) => (bps === null ? [] : [{ at, by: 'underlay' as const, bps }]));
  return {
    ...{ up, down, delayNs: up.delayNs + down.delayNs, lossPct: either(up.lossPct, down.lossPct) ?? 0 },
    ...{ limits, rateBps: smallestLimit(limits)?.bps ?? null },
  };
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

function linkAt({ links = [] }: UnderlayPlan, { of, interface: nic }: Plug): LinkPlan | undefined {
  return links.find((link) => link.of === of && (link.interface === undefined || link.interface === nic));
}

function ownWay(
  wire: UnderlayPlan,
  link: LinkPlan | undefined,
  direction: LinkDirection,
): Omit<LinkWay, 'roundTripNs'> {
  const own: LinkWayPlan = link?.[direction] ?? {};
  // A rate of its own takes the place of the wire's trace.
  const { rateBps = null, trace } = own.rateBps === undefined ? wire : own;
  const { queue = wire.queue } = own;
  const network: Omit<LinkWay, 'roundTripNs' | 'rateBps' | 'mtu'> = direction === 'down' ? wire : { delayNs: 0 };
  const { reorderPct, duplicatePct } = network;
  const jitterNs = (own.jitterNs ?? 0) + (network.jitterNs ?? 0);
  const lossPct = either(own.lossPct, network.lossPct);
  return {
    ...{ mtu: wire.mtu, rateBps, delayNs: network.delayNs + (own.delayNs ?? 0) },
    ...(trace === undefined ? {} : { trace }),
    ...(queue === undefined ? {} : { queue }),
    ...(jitterNs === 0 ? {} : { jitterNs }),
    ...(lossPct === undefined ? {} : { lossPct }),
    ...(reorderPct === undefined ? {} : { reorderPct }),
    ...(duplicatePct === undefined ? {} : { duplicatePct }),
  };
}

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
    Math.max(...[undefined, ...(underlay.links ?? [])].map((link) => lasts(ownWay(underlay, link, direction))));
  return most('up') + most('down');
}
