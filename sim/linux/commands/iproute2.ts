/** Links, addresses, routes, neighbours and settings as lines of ip(8) and sysctl(8). */
import type { LinkChange, LinkSpec } from '../link.ts';
import type { NamespaceOperation, NetworkOperation } from '../observer.ts';
import type { RouteSpec } from '../route.ts';
import { sysctlPath } from '../sysctl.ts';
import { namespaceWord, within, type Names } from './names.ts';
import { shellWord } from './shell-word.ts';

type Of<K extends NetworkOperation['what']> = Extract<NetworkOperation, { readonly what: K }>;
type NewDevice = Pick<LinkSpec, 'name' | 'ifindex' | 'mtu' | 'address' | 'namespaceFd' | 'up' | 'txQueues'>;

export function namespaceLine({ what, name }: NamespaceOperation): string {
  return `ip netns ${what === 'add-namespace' ? 'add' : 'delete'} ${namespaceWord(name)}`;
}

export function addLinkLine({ namespace, spec }: Of<'add-link'>, names: Names): string {
  const below = spec.kind === 'ipvlan' ? spec.master : spec.kind === 'vlan' ? spec.parent : null;
  const link = below === null ? '' : `link ${names.device(namespace, below)} `;
  return `ip ${within(namespace)}link add ${link}${deviceWords(spec, names)} type ${kindWords(spec, names)}`;
}

function deviceWords(device: NewDevice & { readonly kind?: LinkSpec['kind'] }, names: Names): string {
  const { name, ifindex, mtu, address, namespaceFd, up, txQueues } = device;
  return words([
    `name ${shellWord(name)}`,
    ifindex !== undefined && `index ${ifindex}`,
    mtu !== undefined && `mtu ${mtu}`,
    address !== undefined && `address ${address}`,
    txQueues !== undefined && `numtxqueues ${txQueues}`,
    device.kind === 'veth' && ONE_QUEUE,
    up === true && 'up',
    namespaceFd !== undefined && `netns ${names.namespaceOf(namespaceFd)}`,
  ]);
}

/** As rtnetlink makes both ends of every veth. */
const ONE_QUEUE = 'numtxqueues 1 numrxqueues 1';

function kindWords(spec: LinkSpec, names: Names): string {
  switch (spec.kind) {
    case 'veth':
      return `veth peer ${deviceWords({ ...spec.peer, kind: 'veth' }, names)}`;
    case 'ipvlan':
      return `ipvlan mode ${spec.mode} ${spec.isolation}`;
    case 'vlan':
      return `vlan id ${spec.id}`;
    case 'bond':
      return `bond mode ${spec.mode}`;
    case 'bridge':
    case 'dummy':
    case 'ifb':
      return spec.kind;
  }
}

export function setLinkLine({ namespace, ifindex, change }: Of<'set-link'>, names: Names): string {
  return `ip ${within(namespace)}link set dev ${names.device(namespace, ifindex)} ${changeWords(namespace, change, names)}`;
}

function changeWords(namespace: string | null, change: LinkChange, names: Names): string {
  const { up, mtu, name, master, namespaceFd, txQueueLen, gsoMaxSegments, gsoMaxSize, address, ipv6LinkLocal } = change;
  return words([
    master !== undefined && (master === 0 ? 'nomaster' : `master ${names.device(namespace, master)}`),
    name !== undefined && `name ${shellWord(name)}`,
    mtu !== undefined && `mtu ${mtu}`,
    address !== undefined && `address ${address}`,
    txQueueLen !== undefined && `txqueuelen ${txQueueLen}`,
    gsoMaxSegments !== undefined && `gso_max_segs ${gsoMaxSegments}`,
    gsoMaxSize !== undefined && `gso_max_size ${gsoMaxSize}`,
    ipv6LinkLocal !== undefined && `addrgenmode ${ipv6LinkLocal}`,
    up !== undefined && (up ? 'up' : 'down'),
    namespaceFd !== undefined && `netns ${names.namespaceOf(namespaceFd)}`,
  ]);
}

export function deleteLinkLine({ namespace, ifindex }: Of<'delete-link'>, names: Names): string {
  return `ip ${within(namespace)}link delete dev ${names.device(namespace, ifindex)}`;
}

/** Of IPv4 nobody asks whether an address is another's already. */
export function addressLine({ namespace, ifindex, address, options }: Of<'add-address'>, names: Names): string {
  const noDad = options.noDad === true && isIpv6(address) ? ' nodad' : '';
  return `ip ${within(namespace)}addr add ${address} dev ${names.device(namespace, ifindex)}${noDad}`;
}

export function routeLine({ namespace, verb, route }: Of<'route'>, names: Names): string {
  return `ip ${within(namespace)}route ${verb} ${routeWords(namespace, route, names)}`;
}

function routeWords(namespace: string | null, route: RouteSpec, names: Names): string {
  const { to, via, ifindex, onlink, table, from, metric } = route;
  return words([
    to,
    via !== undefined && `via ${via}`,
    ifindex !== undefined && `dev ${names.device(namespace, ifindex)}`,
    onlink === true && 'onlink',
    'proto static',
    table !== undefined && `table ${table}`,
    from !== undefined && `src ${from}`,
    metric !== undefined && `metric ${metric}`,
  ]);
}

export function addNeighborLine({ namespace, ifindex, address, mac }: Of<'add-neighbor'>, names: Names): string {
  const device = names.device(namespace, ifindex);
  return `ip ${within(namespace)}neigh replace ${address} lladdr ${names.mac(mac)} dev ${device} nud permanent`;
}

export function deleteNeighborLine({ namespace, ifindex, address }: Of<'delete-neighbor'>, names: Names): string {
  return `ip ${within(namespace)}neigh delete ${address} dev ${names.device(namespace, ifindex)}`;
}

export function sysctlLine({ namespace, path, value }: Of<'sysctl'>): string {
  const setting = `sysctl -qw ${shellWord(sysctlPath(path))}=${shellWord(value)}`;
  return namespace === null ? setting : `ip netns exec ${namespaceWord(namespace)} ${setting}`;
}

function isIpv6(text: string): boolean {
  return text.includes(':');
}

function words(parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(' ');
}
