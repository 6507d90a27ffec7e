/** Whether two machines have routes to each other where one of them is behind a router. Pure. */
import { objectKey } from '../cluster/cluster.ts';
import { cidrContains, parseAddress, parseCidr, type Family } from '../../../dataplane/policy/address.ts';
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import { familyOfText } from '../flows/address-pair.ts';
import { plugOf, upward, type OnTheWire } from './links.ts';
import type { HostPlan, NodePlan, PartyPlan, Plan, PodPlan } from '../plan.ts';
import { neighbourIn } from './routers.ts';

export interface NoRoute {
  readonly why: string;
  readonly help: string;
}

type Around = Pick<Plan, 'underlay' | 'nodes' | 'hosts'>;

export interface End {
  readonly plan: PartyPlan;
  readonly pod: Pick<PodPlan, 'namespace' | 'name' | 'node' | 'interfaces'> | null;
}

/** null: they have, or nobody of them is behind a router. @param family left out: any that both have */
export function whyNoRoute(around: Around, from: End, to: End, family?: Family): NoRoute | null {
  if (around.hosts.every(({ portRoutes }) => portRoutes === undefined)) return null;
  const [own, other] = [topOf(around, from), topOf(around, to)];
  if (own === other) return null;
  const addresses = (end: End): readonly string[] =>
    addressesOf(around, end).filter((text) => family === undefined || familyOfText(text) === family);
  const [mine, theirs] = [addresses(from), addresses(to)];
  const shared = mine.map(familyOfText).filter((one) => theirs.some((text) => familyOfText(text) === one));
  for (const asked of new Set(shared)) {
    const problem =
      (other === null ? null : toRouter(around, from, own, other, { family: asked, to: first(theirs, asked) })) ??
      (own === null ? null : toRouter(around, to, other, own, { family: asked, to: first(mine, asked) }));
    if (problem !== null) return problem;
  }
  return null;
}

interface Asked {
  readonly family: Family;
  /** Of a machine behind the router, without prefix. */
  readonly to: string;
}

/** @param own the router on the network that the machine is behind; null: it is on the network itself */
function toRouter(
  around: Around,
  end: End,
  own: HostPlan | null,
  top: HostPlan,
  { family, to }: Asked,
): NoRoute | null {
  const name = end.pod === null ? end.plan.name : objectKey(end.pod);
  const via = top.addresses.map(withoutPrefix).filter((text) => familyOfText(text) === family);
  const near = own === null ? addressesOf(around, end) : own.addresses;
  const ofRouter = `${top.name} (${via.join(', ')})`;
  if (end.pod !== null) {
    const problem = routeOfPod(end.pod, around.nodes, via, ofRouter, to);
    if (problem !== null)
      return {
        why: `${name} has no route to ${to}: ${problem}`,
        help: `let its network have \`${via[0] ?? ''}\` of ${top.name} for its gateway`,
      };
  }
  const back = top.addresses.some((text) =>
    near.some((one) => familyOfText(one) === family && cidrContains(parseCidr(text), parseAddress(withoutPrefix(one)))),
  );
  if (back && (end.pod !== null || neighbourIn(top.addresses, near, family) !== null)) return null;
  const who = own === null ? name : own.name;
  return {
    why: `${who} and ${ofRouter} are in no subnet together, so neither hands the other what is for it`,
    help: `give ${top.name} an address in a subnet of ${who}`,
  };
}

/** In words why what a pod sends to an address does not come to the router; null: it does. */
function routeOfPod(
  { node, interfaces }: NonNullable<End['pod']>,
  nodes: readonly NodePlan[],
  via: readonly string[],
  router: string,
  to: string,
): string | null {
  const address = parseAddress(to);
  const found = interfaces.flatMap(({ name, mode, master, addresses, routes }) => [
    ...addresses.map((subnet) => ({ name, mode, master, subnet: parseCidr(subnet), via: null, onLink: true })),
    ...routes.map((route) => ({ name, mode, master, subnet: parseCidr(route.to), via: route.via, onLink: false })),
  ]);
  const fits = found.filter(({ subnet }) => cidrContains(subnet, address));
  const best = fits.reduce<(typeof fits)[number] | null>(
    (a, b) => (a === null || b.subnet.length > a.subnet.length ? b : a),
    null,
  );
  const [first] = interfaces;
  if (best === null || first === undefined) return 'none of its routes leads there';
  if (best.name !== first.name) return `it goes out by ${best.name}, and only the way of ${first.name} is foretold`;
  const masters = nodes.find((one) => one.name === node)?.masters ?? [];
  const vlan = masters.find((one) => one.name === best.master);
  if (vlan?.kind === 'vlan') return `it is in VLAN ${vlan.vlanId}, where ${router} is not`;
  // A slave in L3 mode asks its node's table, which has the route.
  if (best.mode !== 'l2') return null;
  if (best.via === null) return 'it takes that address for a neighbour of its own link';
  return via.includes(best.via) ? null : `its gateway is ${best.via}, and the way is over ${router}`;
}

/** The router on the network that a machine is behind; null: none. */
function topOf({ underlay, nodes, hosts }: Around, end: OnTheWire): HostPlan | null {
  const chain = upward(underlay, plugOf(nodes, end, null));
  const top = chain.length === 1 ? undefined : chain.at(-1);
  return hosts.find(({ name }) => top?.of === `host:${name}`) ?? null;
}

function addressesOf({ nodes, hosts }: Around, { plan, pod }: End): readonly string[] {
  if (pod !== null) return pod.interfaces[0]?.addresses ?? [];
  if (plan.kind === 'host') return hosts.find(({ name }) => name === plan.name)?.addresses ?? [];
  return nodes.find(({ name }) => name === plan.name)?.masters.flatMap(({ addresses }) => addresses) ?? [];
}

function first(addresses: readonly string[], family: Family): string {
  return withoutPrefix(addresses.find((text) => familyOfText(text) === family) ?? '');
}
