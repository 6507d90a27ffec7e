/**
 * Routes of a pod, as CNI plugins make them and the kernel takes them.
 *
 * Sources: ConfigureIface of containernetworking/plugins 1.9.1, RouteAddEcmp of vishvananda/netlink (NLM_F_CREATE without
 * NLM_F_EXCL), fib_table_insert and fib_check_nh of net/ipv4, fib6_add_rt2node and ip6_route_check_nh of net/ipv6.
 */
import { cidrContains, formatCidr, parseCidr } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import { addressOfCidr, hostAddress } from '../ipam/address-of-cidr.ts';
import type { Attachment } from '../network/attachments.ts';
import type { WrittenRoute } from '../cni/ipam-parts.ts';
import { objectKey } from '../cluster/cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import type { InterfacePlan, RoutePlan } from '../plan.ts';

/** Of one interface, as its IPAM asks for them. */
export type AskedRoute = RoutePlan & Pick<WrittenRoute, 'more'>;

/**
 * A gateway makes no route by itself, but a route without one takes the gateway of the first address of its IP version.
 * @param gateways of the addresses, in their order
 */
export function routesBy(gateways: readonly string[], written: readonly WrittenRoute[]): AskedRoute[] {
  return written.map(({ to, via, more }) => ({
    to,
    more,
    via: via ?? gateways.find((gateway) => isIpv6(gateway) === isIpv6(to)) ?? null,
  }));
}

/** What of them the kernel keeps: without metrics and tables, which are not made here, two can be one. */
export function plannedRoutes(asked: readonly AskedRoute[]): RoutePlan[] {
  return [...new Map(asked.map(({ to, via }) => [`${to} ${String(via)}`, { to, via }])).values()];
}

/** A route that the kernel refuses makes the plugin fail. */
export function refuseRoutes(
  pod: DeclaredPod,
  { nic, network }: Attachment,
  { addresses, asked }: { readonly addresses: readonly string[]; readonly asked: readonly AskedRoute[] },
  diagnostics: Collector,
): void {
  for (const [i, route] of asked.entries()) {
    const why = whyRefused(route, asked.slice(0, i), addresses, { nic, pod });
    if (why === null) continue;
    const by = route.via === null ? '' : ` via ${route.via}`;
    diagnostics.add(
      'E430',
      network.source?.spanOf(network.path),
      `network ${String(network.key)}: failed to add route to ${route.to}${by}: ${why.message}`,
      { help: why.help },
    );
    return;
  }
}

const SCOPE_LINK = 253;

function whyRefused(
  { to, via, more }: AskedRoute,
  earlier: readonly AskedRoute[],
  addresses: readonly string[],
  { nic, pod }: { readonly nic: string; readonly pod: DeclaredPod },
): { readonly message: string; readonly help: string } | null {
  const subnet = parseCidr(to);
  // The kernel masks what is behind the prefix in IPv6 alone.
  if (subnet.family === 4 && addressOfCidr(to) !== subnet.network) {
    return { message: 'invalid argument: it has host bits', help: `write ${formatCidr(subnet)}` };
  }
  const twin = earlier.find((one) => one.to === to && one.via === via && sameText(one.more, more));
  if (twin !== undefined) return { message: 'file exists: it is written twice', help: 'remove one of the two' };
  if (via === null) return null;
  const gateway = hostAddress(via);
  if (gateway === null || isIpv6(via) !== isIpv6(to)) {
    return { message: 'the gateway is of the other IP version', help: 'write a gateway of the IP version of `dst`' };
  }
  if (addresses.some((text) => addressOfCidr(text) === gateway)) {
    return {
      message: `${nic} of ${objectKey(pod)} has that address itself`,
      help: 'give the pod another address, and the route the address of a router',
    };
  }
  if (isIpv6(via) && cidrContains(LINK_LOCAL, gateway)) return null;
  const onLink = earlier.filter((one) => one.via === null && (isIpv6(one.to) || one.more['scope'] === SCOPE_LINK));
  const near = [...addresses, ...onLink.map((one) => one.to)].map(parseCidr);
  if (near.some((cidr) => cidr.family === subnet.family && cidrContains(cidr, gateway))) return null;
  const subnets = addresses.map((text) => formatCidr(parseCidr(text)));
  return {
    message: `${isIpv6(via) ? 'no route to host' : 'network is unreachable'}: ${via} is in no subnet of ${nic} (${subnets.join(', ')})`,
    help: 'write the address of a router in the subnet of the interface',
  };
}

const LINK_LOCAL = parseCidr('fe80::/10');

/**
 * Which of several routes to one destination holds. The plugins add each in the order of the interfaces; in IPv4 the kernel
 * puts a later one before the earlier, in IPv6 it makes one route of all that have a gateway.
 */
export function tellTwinRoutes(
  attachments: readonly Attachment[],
  interfaces: readonly InterfacePlan[],
  diagnostics: Collector,
): void {
  const earlier = new Map<string, { readonly nic: string; readonly via: string | null }>();
  for (const { name: nic, routes } of interfaces) {
    const attachment = attachments.find((one) => one.nic === nic);
    for (const { to, via } of routes) {
      const destination = formatCidr(parseCidr(to));
      const other = earlier.get(destination);
      earlier.set(destination, { nic, via });
      if (other === undefined || attachment === undefined) continue;
      const isShared = isIpv6(to) && via !== null && other.via !== null;
      const [first, second] = isIpv6(to) ? [other, { nic, via }] : [{ nic, via }, other];
      const which = isShared
        ? `the kernel makes one route of ${wordsOf(first)} and ${wordsOf(second)}, and each flow takes one of the two`
        : `that by ${wordsOf(first)} holds, and that by ${wordsOf(second)} where no neighbour answers for its gateway`;
      const moved = attachment.chain.tunesRoutes
        ? '; in a cluster its coordinator moves those of further interfaces into tables of their own (tunePodRoutes)'
        : '';
      diagnostics.add(
        'W423',
        attachment.network.source?.spanOf(attachment.network.path),
        `network ${String(attachment.network.key)}: ${nic} brings one more route to ${destination}: ${which}${moved}`,
        { help: 'write `routes` to that destination for one interface of the pod alone' },
      );
    }
  }
}

function wordsOf({ nic, via }: { readonly nic: string; readonly via: string | null }): string {
  return via === null ? nic : `${nic} (${via})`;
}

function isIpv6(text: string): boolean {
  return text.includes(':');
}

function sameText(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
