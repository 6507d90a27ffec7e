/**
 * Hosts behind routers: which link leads where, and who hands to whom what is for them. Links to routers are unnumbered: a router is
 * reached by its one IPv4 address, and over IPv6 by link-local addresses that every such link has.
 */
import {
  cidrContains,
  familyOf,
  formatCidr,
  parseAddress,
  parseCidr,
  type Family,
} from '../../../dataplane/policy/address.ts';
import type { ScenarioHost } from '../../manifest/manifests.ts';
import { tryCidr, withoutPrefix } from '../ipam/address-of-cidr.ts';
import { familyOfText } from '../flows/address-pair.ts';
import type { HostPlan, LinkPlan, MasterPlan, NodePlan, RoutePlan } from '../plan.ts';

/** Of the router's port, and of the machine at the other end (RFC 4291, 2.5.6). */
export const PORT_LINK_LOCAL = 'fe80::1';
export const NIC_LINK_LOCAL = 'fe80::2';

export interface PlannedHosts {
  /** Routers before those that are behind them. */
  readonly hosts: readonly HostPlan[];
  /** Those to routers, without what is said of them elsewhere. */
  readonly links: readonly LinkPlan[];
  /** What a node hands to the routers on the network. */
  readonly routesOfNode: (masters: readonly MasterPlan[]) => Pick<NodePlan, 'routes'>;
}

/** @param mtu of the wire */
export function planHosts(written: readonly ScenarioHost[], mtu: number): PlannedHosts {
  const chains = new Map(written.map((host) => [host, routersAbove(host, written) ?? []]));
  const above = (host: ScenarioHost): readonly ScenarioHost[] => chains.get(host) ?? [];
  const below = (router: ScenarioHost): string[] =>
    written.flatMap((host) => (above(host).includes(router) ? host.addresses : []));
  const hosts = written.toSorted((a, b) => above(a).length - above(b).length);
  const tops = hosts.filter((host) => host.router && above(host).length === 0);
  return {
    hosts: hosts.map((host) => planHost(host, above(host)[0], below(host), tops, below)),
    links: hosts.flatMap((host): LinkPlan[] => {
      const [router] = above(host);
      if (router === undefined) return [];
      return [{ of: `host:${host.name}`, behind: `host:${router.name}`, mtu: host.mtu ?? mtu }];
    }),
    routesOfNode(masters) {
      const routes = tops.flatMap((top) =>
        masters.flatMap(({ name: device, addresses }) =>
          routesBy(top.addresses, addresses, below(top)).map((route) => ({ ...route, device })),
        ),
      );
      return routes.length === 0 ? {} : { routes };
    },
  };
}

function planHost(
  host: ScenarioHost,
  router: ScenarioHost | undefined,
  behind: readonly string[],
  tops: readonly ScenarioHost[],
  below: (router: ScenarioHost) => readonly string[],
): HostPlan {
  const { name, addresses, mtu } = host;
  const own = {
    name,
    addresses,
    ...(mtu === null ? {} : { mtu }),
    ...(host.router ? { router: true as const } : {}),
  };
  if (router === undefined) {
    const others = tops.filter((top) => top !== host);
    return { ...own, routes: others.flatMap((top) => routesBy(top.addresses, addresses, below(top))) };
  }
  const families = new Set([...addresses, ...behind].map(familyOfText));
  return {
    ...own,
    routes: [...families].flatMap((family): RoutePlan[] => {
      const via = gatewayOf(router.addresses, family, PORT_LINK_LOCAL);
      return via === null ? [] : [{ to: EVERYWHERE[family], via }];
    }),
    portRoutes: [
      ...addresses.map((text): RoutePlan => ({ to: networkOf(text), via: null })),
      ...behind.flatMap((text): RoutePlan[] => {
        const via = gatewayOf(addresses, familyOfText(text), NIC_LINK_LOCAL);
        return via === null ? [] : [{ to: networkOf(text), via }];
      }),
    ],
  };
}

/** From the one that its link leads to, to the one on the network; null: they do not lead there. */
export function routersAbove(host: ScenarioHost, hosts: readonly ScenarioHost[]): readonly ScenarioHost[] | null {
  const chain: ScenarioHost[] = [];
  for (let next = host.behind; next !== null;) {
    const router = hosts.find(({ name }) => name === next);
    if (router?.router !== true || router === host || chain.includes(router)) return null;
    chain.push(router);
    next = router.behind;
  }
  return chain;
}

/** To networks behind a router that is in one subnet with a machine; none where it is in none. */
function routesBy(router: readonly string[], own: readonly string[], behind: readonly string[]): RoutePlan[] {
  return behind.flatMap((text): RoutePlan[] => {
    const via = neighbourIn(router, own, familyOfText(text));
    return via === null ? [] : [{ to: networkOf(text), via }];
  });
}

/** The first address of a router that is in a subnet of a machine's; null: none is. @param own CIDR text, as those of the router */
export function neighbourIn(router: readonly string[], own: readonly string[], family: Family): string | null {
  const subnets = own.map(parseCidr);
  const found = router.map(withoutPrefix).find((text) => {
    const address = parseAddress(text);
    return familyOf(address) === family && subnets.some((subnet) => cidrContains(subnet, address));
  });
  return found ?? null;
}

function gatewayOf(addresses: readonly string[], family: Family, linkLocal: string): string | null {
  const own = addresses.find((text) => familyOfText(text) === family);
  if (own === undefined) return null;
  return family === 6 ? linkLocal : withoutPrefix(own);
}

const EVERYWHERE = { 4: '0.0.0.0/0', 6: '::/0' } as const satisfies Record<Family, string>;

export function networkOf(text: string): string {
  const cidr = tryCidr(text);
  return cidr === null ? text : formatCidr(cidr);
}
