/**
 * Pods to endpoints: their interfaces, addresses, routes and limits.
 *
 * The order of the pods decides who gets which address; addresses written down (nodes, hosts, static IPAM) are taken
 * before any is given out.
 */
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import {
  cidrContains,
  familyOf,
  formatAddress,
  parseAddress,
  parseCidr,
  type Family,
} from '../../../dataplane/policy/address.ts';
import type { Absent, Collector } from '../../diagnostics/collector.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { addressOfCidr, hostAddress, withoutPrefix } from '../ipam/address-of-cidr.ts';
import type { Chain } from '../network/chain.ts';
import { objectKey } from '../cluster/cluster.ts';
import { annotationSpan, declarationKey, declarationSpan, type DeclaredPod } from './declared-pod.ts';
import { addressesHad } from '../exported/had.ts';
import { customRoutes } from '../spiderpool/custom-routes.ts';
import type { AllocationResult, Ipam } from '../ipam/ipam.ts';
import type { Pool } from '../ipam/ippool.ts';
import { readLimits, UNLIMITED } from './limits.ts';
import type { NodeMasters } from '../network/masters.ts';
import { multusAnnotations } from '../network/multus.ts';
import type { Attachment } from '../network/attachments.ts';
import type { InterfacePlan, MasterPlan, PodPlan, RoutePlan } from '../plan.ts';
import { plannedRoutes, refuseRoutes, routesBy, tellTwinRoutes, type AskedRoute } from '../wire/pod-routes.ts';
import { ipamAnnotations, type ChoiceProblem, type Claimant } from '../ipam/pool-choice.ts';
import { familiesOf, placeOf, type RangeIpam } from '../ipam/range-ipam.ts';
import type { SchedulableNode } from '../schedule/node.ts';
import { readSysctls } from '../network/sysctls.ts';

export interface Surroundings {
  readonly placed: ReadonlyMap<DeclaredPod, SchedulableNode>;
  readonly attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>;
  readonly masters: ReadonlyMap<string, NodeMasters>;
  readonly namespaces: ReadonlyMap<string, Claimant['namespace']>;
  readonly poolNames: readonly string[];
  readonly ipam: Ipam;
  readonly ranges: RangeIpam;
  readonly charge: Charge;
  /** A name keeps its number for as long as the lab lives. */
  readonly endpointIdOf: (pod: DeclaredPod) => number;
}

/** Every pod that can be brought up, in the order given. */
export function makeEndpoints(pods: readonly DeclaredPod[], around: Surroundings, diagnostics: Collector): PodPlan[] {
  reserveHad(pods, around, diagnostics);
  reserveStatic(pods, around, diagnostics);
  const failures = new Failures();
  const plans: PodPlan[] = [];
  for (const pod of pods) {
    const node = around.placed.get(pod);
    const attachments = around.attachments.get(pod);
    const limits = readLimits(pod, around.charge, diagnostics);
    if (node === undefined || attachments === undefined) continue;
    const interfaces: InterfacePlan[] = [];
    for (const attachment of attachments) {
      const made = makeInterface(pod, node, attachment, around, failures, diagnostics);
      if (made !== null) interfaces.push(made);
    }
    if (interfaces.length < attachments.length) continue;
    if (pod.had === null) refuseSharedPools(pod, interfaces, diagnostics);
    const enforced = attachments[0]?.chain.enforced === true;
    const sysctls = readSysctls(pod, node, diagnostics);
    const routed = withDefaultRoutes(pod, attachments, interfaces, diagnostics);
    tellTwinRoutes(attachments, routed, diagnostics);
    plans.push({
      namespace: pod.namespace,
      name: pod.name,
      endpointId: around.endpointIdOf(pod),
      node: node.name,
      labels: pod.labels,
      owner: pod.owner,
      interfaces: routed,
      limits: enforced ? limits : UNLIMITED,
      enforced,
      ports: portsOf(pod),
      ...(sysctls.length === 0 ? {} : { sysctls }),
    });
  }
  failures.report(diagnostics);
  return plans;
}

/** Container ports, of sidecars too; each protocol and number once. */
function portsOf({ spec }: DeclaredPod): PodPlan['ports'] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = new Map<string, PodPlan['ports'][number]>();
  for (const { name, containerPort, protocol = 'TCP' } of [...spec.containers, ...sidecars].flatMap(
    (c) => c.ports ?? [],
  )) {
    const key = `${protocol}/${containerPort}`;
    if (ports.get(key)?.name == null) ports.set(key, { name: name ?? null, protocol, port: containerPort });
  }
  return [...ports.values()];
}

function makeInterface(
  pod: DeclaredPod,
  node: SchedulableNode,
  attachment: Attachment,
  around: Surroundings,
  failures: Failures,
  diagnostics: Collector,
): InterfacePlan | null {
  const { network, chain, nic } = attachment;
  const master = around.masters.get(node.name)?.masterFor(network, chain) ?? null;
  const had = hadOn(pod, attachment, around);
  const addressing =
    had.length > 0
      ? asItWas(pod, node, attachment, had, around, failures, diagnostics)
      : chain.ipam.kind === 'static'
        ? staticAddressing(attachment, chain.ipam)
        : chain.ipam.kind === 'ranges'
          ? fromRanges(pod, node, attachment, chain.ipam, around, failures, diagnostics)
          : fromPools(pod, node, attachment, chain.ipam, around, failures, diagnostics);
  if (master === null || addressing === null) return null;
  const { asked, ...made } = addressing;
  // What a pod of an exported cluster had came from a plugin that took it.
  if (asked !== undefined && had.length === 0) {
    refuseRoutes(pod, attachment, { addresses: made.addresses, asked }, diagnostics);
  }
  return { name: nic, network: network.key, ...slaveOf(master, chain), ...made };
}

function slaveOf(
  master: MasterPlan,
  chain: Chain,
): Pick<InterfacePlan, 'master' | 'mode' | 'isolation' | 'mtu' | 'gso' | 'gsoMaxSize'> {
  const gso = master.kind === 'nic' && master.gso === false ? { gso: false as const } : {};
  const largest =
    master.kind === 'nic' && master.podGsoMaxSize !== undefined ? { gsoMaxSize: master.podGsoMaxSize } : {};
  // The CNI plugin has no word for private or vepa.
  return {
    master: master.name,
    mode: chain.mode,
    isolation: 'bridge',
    mtu: chain.mtu ?? master.mtu,
    ...gso,
    ...largest,
  };
}

/** `asked`: the routes as an IPAM asks for them; Spiderpool's own are checked at its pools. */
type Addressing = Pick<InterfacePlan, 'addresses' | 'routes' | 'pools'> & { readonly asked?: readonly AskedRoute[] };

type StaticIpam = Extract<Chain['ipam'], { kind: 'static' }>;
type RangesIpam = Extract<Chain['ipam'], { kind: 'ranges' }>;
type PoolsIpam = Extract<Chain['ipam'], { kind: 'spiderpool' }>;

function staticAddressing(attachment: Attachment, ipam: StaticIpam): Addressing {
  // Addresses that the pod asks for come without a gateway.
  const gateways = attachment.ips.length > 0 ? [] : ipam.addresses.flatMap(({ gateway }) => gateway ?? []);
  const asked = routesBy(gateways, ipam.routes);
  return { addresses: staticAddresses(attachment, ipam), routes: plannedRoutes(asked), asked, pools: [] };
}

/** Addresses out of ranges; one that somebody has whom the plugin does not know is a mistake of the networks. */
function fromRanges(
  pod: DeclaredPod,
  node: SchedulableNode,
  attachment: Attachment,
  ipam: RangesIpam,
  around: Surroundings,
  failures: Failures,
  diagnostics: Collector,
): Addressing | null {
  const { network, nic, ips } = attachment;
  const result = around.ranges.allocate({ key: objectKey(pod), node: node.name }, ipam, ips);
  if (result.kind === 'failed') {
    const span = ips.length > 0 ? annotationSpan(pod, multusAnnotations.networks) : declarationSpan(pod);
    const { message, help } = result;
    failures.add({ pod, code: 'E407', message, help, absent: [], span });
    return null;
  }
  for (const { address, text, gateway, double } of result.given) {
    if (double !== null) {
      const { plugin } = ipam;
      const help = doubleHelp(plugin, around.ranges.giverOf(address));
      failures.addDouble({ pod, network: String(network.key), address: formatAddress(address), owner: double, help });
    }
    if (gateway !== formatAddress(address)) continue;
    diagnostics.add(
      'W410',
      network.source?.spanOf(network.path),
      `${nic} of ${objectKey(pod)} gets ${text}, the gateway of network ${String(network.key)}: ${ipam.plugin} gives it out as any other`,
      { help: 'add it to `exclude` of the range' },
    );
  }
  const gateways = [...result.given, ...ipam.addresses].flatMap(({ gateway }) => gateway ?? []);
  const asked = routesBy(gateways, ipam.routes);
  return {
    addresses: [...result.given.map(({ text }) => text), ...ipam.addresses.map(({ address }) => address)],
    routes: plannedRoutes(asked),
    asked,
    pools: [],
  };
}

/** What keeps two from having one address, by who gave out the second and the first. */
function doubleHelp(plugin: RangesIpam['plugin'], first: RangesIpam['plugin'] | null): string {
  if (plugin === 'host-local') {
    return first === 'host-local'
      ? 'host-local knows what it gave out on its own node, for networks of one name: give each node ranges of its own, or use an IPAM for the whole cluster (whereabouts, spiderpool)'
      : 'host-local does not know of it: keep it out of the range by `rangeStart` and `rangeEnd`';
  }
  return first === 'whereabouts'
    ? 'whereabouts keeps ranges apart by `enable_overlapping_ranges` (the default) in networks of one `network_name`: write it for both'
    : 'whereabouts does not know of it: add it to `exclude` of the range';
}

/** Those that the pod asks for, in place of those in the configuration. */
function staticAddresses({ ips }: Attachment, ipam: StaticIpam): readonly string[] {
  return ips.length > 0 ? ips : ipam.addresses.map(({ address }) => address);
}

function fromPools(
  pod: DeclaredPod,
  node: SchedulableNode,
  attachment: Attachment,
  ipam: PoolsIpam,
  around: Surroundings,
  failures: Failures,
  diagnostics: Collector,
): Addressing | null {
  const { network, nic } = attachment;
  const claimant = claimantOf(pod, node, attachment, ipam, around);
  const result = around.ipam.allocate(claimant);
  switch (result.kind) {
    case 'allocated':
      warnOfRoutes(claimant, result, attachment, diagnostics);
      for (const { address, pool, double } of result.allocations) {
        if (double === null) continue;
        const help = `Spiderpool does not know of it: add it to \`excludeIPs\` of ${pool.name}`;
        failures.addDouble({ pod, network: pool.name, address: withoutPrefix(address), owner: double, help });
      }
      return {
        addresses: result.allocations.map(({ address }) => address),
        routes: routesOf(
          pod,
          nic,
          result.allocations.map(({ pool }) => pool),
          result.cleanGateway,
          diagnostics,
        ),
        pools: result.allocations.map(({ pool }) => pool.name),
      };
    case 'misspelt':
      reportChoice(result.problem, claimant, diagnostics);
      return null;
    case 'failed':
      failures.add({
        pod,
        message: result.message,
        absent: result.absent,
        span: spanOfChoice(claimant, result, network),
        code: result.pool === null ? 'E407' : 'E302',
        help: (result.pool === null ? undefined : didYouMean(result.pool, around.poolNames)) ?? result.help,
      });
      return null;
    case 'refused':
      return null;
  }
}

/** The interface with the addresses that it had in an exported cluster. */
function asItWas(
  pod: DeclaredPod,
  node: SchedulableNode,
  attachment: Attachment,
  had: readonly bigint[],
  around: Surroundings,
  failures: Failures,
  diagnostics: Collector,
): Addressing | null {
  const { network, nic, chain } = attachment;
  const stray = (address: string, why: string) => {
    diagnostics.add(
      'W433',
      hadSpan(pod),
      `${objectKey(pod)} had the address ${withoutPrefix(address)} on ${nic}: ${why}`,
      {
        help: 'export pools and networks from the same cluster at the same time; the lab gives it that address',
      },
    );
  };
  const without = (family: Family, by: string) => {
    failures.addWithout({ pod, network: network.key, what: `had no IPv${family} address on ${nic}, and ${by}` });
  };
  if (chain.ipam.kind === 'static') {
    const usual = staticAddressing(attachment, chain.ipam);
    const given = usual.addresses.map((text) => ({ text, address: addressOfCidr(text) }));
    for (const { text, address } of given) {
      if (address === null || had.some((one) => familyOf(one) === familyOf(address))) continue;
      without(familyOf(address), `static IPAM of ${String(network.key)} gives it ${text}`);
    }
    const addresses = had.map((address) => {
      const written = given.find((one) => one.address === address);
      if (written !== undefined) return written.text;
      stray(formatAddress(address), `static IPAM of ${String(network.key)} gives it ${usual.addresses.join(', ')}`);
      const alike = given.find((one) => one.address !== null && familyOf(one.address) === familyOf(address));
      return `${formatAddress(address)}/${alike?.text.split('/')[1] ?? (familyOf(address) === 4 ? 32 : 128)}`;
    });
    return { ...usual, addresses };
  }
  if (chain.ipam.kind === 'ranges') {
    const { plugin, addresses, routes } = chain.ipam;
    const by = `${plugin} of ${String(network.key)}`;
    const written = addresses.map((one) => ({ ...one, address: addressOfCidr(one.address), text: one.address }));
    const families = new Set([...familiesOf(chain.ipam), ...written.map(({ address }) => familyOf(address ?? 0n))]);
    for (const family of families) {
      if (!had.some((address) => familyOf(address) === family)) without(family, `${by} would give it one now`);
    }
    const kept = had.map((address) => {
      const place = placeOf(chain.ipam as RangesIpam, address) ?? written.find((one) => one.address === address);
      if (place !== undefined) return place;
      stray(formatAddress(address), `${by} cannot have given it`);
      return { text: `${formatAddress(address)}/${familyOf(address) === 4 ? 32 : 128}`, gateway: null };
    });
    const gateways = kept.flatMap(({ gateway }) => gateway ?? []);
    return { addresses: kept.map(({ text }) => text), routes: plannedRoutes(routesBy(gateways, routes)), pools: [] };
  }
  const claimant = claimantOf(pod, node, attachment, chain.ipam, around);
  const result = around.ipam.keep(claimant, had);
  if (result.kind === 'misspelt') {
    reportChoice(result.problem, claimant, diagnostics);
    return null;
  }
  const { kept, unheard, cleanGateway } = result;
  for (const { family, pools } of unheard) {
    // Pools of ours are there because others had such addresses; no user has named them.
    const named = pools.filter((name) => around.poolNames.includes(name));
    const by = named.length === 0 ? 'other pods had' : `IPPool ${named.join(', ')} would give it one now`;
    without(family, by);
  }
  for (const { address, pool, stray: names } of kept) {
    if (names === null) continue;
    const listed = names.length === 0 ? 'no pool is for it' : `IPPool ${names.join(', ')} cannot have given it`;
    stray(
      address,
      pool === null ? listed : `it is in the subnet of IPPool ${pool.name}, but not among what that gives`,
    );
  }
  const pools = kept.flatMap(({ pool }) => pool ?? []);
  return {
    addresses: kept.map(({ address }) => address),
    routes: routesOf(pod, nic, pools, cleanGateway, diagnostics),
    pools: pools.map(({ name }) => name),
  };
}

function claimantOf(
  pod: DeclaredPod,
  node: SchedulableNode,
  { nic, nics, network }: Attachment,
  networkPools: Claimant['networkPools'],
  { namespaces }: Surroundings,
): Claimant {
  const namespace = namespaces.get(pod.namespace) ?? { labels: {}, manifest: null };
  return { pod, node, namespace, nic, nics, network: network.key, networkPools };
}

function reportChoice(problem: ChoiceProblem, { pod, namespace }: Claimant, diagnostics: Collector): void {
  const span =
    problem.on === 'pod'
      ? annotationSpan(pod, problem.annotation)
      : namespace.manifest?.spanOf(['metadata', 'annotations', problem.annotation]);
  diagnostics.add(problem.code, span, problem.message, { help: problem.help });
}

function routesOf(
  pod: DeclaredPod,
  nic: string,
  pools: readonly Pool[],
  cleanGateway: boolean,
  diagnostics: Collector,
): RoutePlan[] {
  return pools.flatMap((pool) => [
    ...(nic === 'eth0' && pool.gateway !== null && !cleanGateway ? [defaultRoute(pool.gateway)] : []),
    ...pool.routes,
    ...customRoutes(pod, (via) => cidrContains(pool.subnet, via), diagnostics),
  ]);
}

/** What a pod of an exported cluster had on an interface; empty where nothing is known. */
function hadOn(pod: DeclaredPod, attachment: Attachment, { attachments }: Surroundings): bigint[] {
  const isFirst = attachments.get(pod)?.[0] === attachment;
  return addressesHad(pod.had, attachment.nic, isFirst).flatMap((text) => hostAddress(text) ?? []);
}

function hadSpan(pod: DeclaredPod): Diagnostic['span'] {
  return pod.source.spanOf(['status', 'podIP']);
}

/** What of the pools is not as in every cluster. */
function warnOfRoutes(
  claimant: Claimant,
  { allocations, cleanGateway, choice }: Extract<AllocationResult, { kind: 'allocated' }>,
  { network, chain }: Attachment,
  diagnostics: Collector,
): void {
  const { pod, nic } = claimant;
  const span = () => spanOfChoice(claimant, { choice, pool: null }, network);
  for (const { pool, tied } of allocations) {
    if (tied.length > 0) {
      diagnostics.add(
        'W422',
        span(),
        `${nic} has an address of pool ${pool.name} here; Spiderpool takes any of ${[pool.name, ...tied].join(', ')}, which have nothing that puts one before the other`,
        { help: 'name one pool, or give one of them an affinity that fits: it goes before pools without' },
      );
    }
    if (nic === 'eth0' || pool.gateway === null || cleanGateway || !chain.tunesRoutes) continue;
    diagnostics.add(
      'W421',
      span(),
      `gateway ${pool.gateway} of pool ${pool.name} has no effect on ${nic}: its coordinator (tunePodRoutes, which is the default) sends what comes from the address of ${nic} by it (ip rule, table 101), here all goes by the default route of eth0`,
      { help: 'write `"cleangateway": true` for this interface in annotation ipam.spidernet.io/ippools' },
    );
  }
  const wanted = pod.annotations[ipamAnnotations.defaultRouteNic];
  if (wanted === undefined || wanted === 'eth0' || nic === 'eth0') return;
  diagnostics.add(
    'W421',
    annotationSpan(pod, ipamAnnotations.defaultRouteNic),
    `the default route stays at eth0: annotation ${ipamAnnotations.defaultRouteNic} has no effect here`,
    { help: `ask for it by \`"default-route"\` in annotation ${multusAnnotations.networks}` },
  );
}

/** Spiderpool remembers in a pool by pod, not by interface: the second is given the address of the first. */
function refuseSharedPools(pod: DeclaredPod, interfaces: readonly InterfacePlan[], diagnostics: Collector): void {
  for (const [i, { name, pools }] of interfaces.entries()) {
    const other = interfaces.slice(0, i).find((one) => one.pools.some((pool) => pools.includes(pool)));
    if (other === undefined) continue;
    const shared = pools.find((pool) => other.pools.includes(pool)) ?? '';
    diagnostics.add(
      'E431',
      declarationSpan(pod),
      `${other.name} and ${name} of ${objectKey(pod)} take from one pool, ${shared}: Spiderpool gives both the same address`,
      { help: 'give each interface a pool of its own' },
    );
  }
}

/**
 * Multus's `default-route` (CmdAdd, CheckGatewayConfig): where an interface asks for it, no other keeps one, of neither IP
 * version.
 */
function withDefaultRoutes(
  pod: DeclaredPod,
  attachments: readonly Attachment[],
  interfaces: readonly InterfacePlan[],
  diagnostics: Collector,
): readonly InterfacePlan[] {
  const asked = new Map(attachments.map(({ nic, gateways }) => [nic, gateways]));
  const additional = pod.annotations[multusAnnotations.networks] !== undefined;
  const inForce = attachments.some(({ gateways }) => gateways !== null && (additional || gateways.length > 0));
  if (!inForce) return interfaces;
  const annotation = additional ? multusAnnotations.networks : multusAnnotations.defaultNetwork;
  const span = annotationSpan(pod, annotation);
  const all = attachments.flatMap(({ gateways }) => gateways ?? []);
  if (all.filter((one) => one.includes(':')).length > 1 || all.filter((one) => !one.includes(':')).length > 1) {
    diagnostics.add('E409', span, 'multus does not support ECMP for default-route', {
      help: 'ask for one default route of each IP version',
    });
    return interfaces;
  }
  const kept = interfaces.flatMap(({ name, routes }) =>
    routes.filter(isDefault).map(({ via }) => `${via ?? ''} (${name})`),
  );
  if (kept.length > 0) {
    diagnostics.add(
      'W421',
      span,
      `the default route moves to ${all.length === 0 ? 'nowhere' : all.join(', ')}, as Multus documents it; Multus 4.2.2 to 4.3.0 leave the one by ${kept.join(', ')} where it is (k8snetworkplumbingwg/multus-cni pull request 1552)`,
      { help: 'take the gateway from the pool of the other interface (`cleangateway`): then all versions agree' },
    );
  }
  return interfaces.map((one) => {
    const gateways = asked.get(one.name) ?? [];
    for (const gateway of gateways) {
      // An interface without an address is a mistake that has been told.
      const isNear = (address: string) => cidrContains(parseCidr(address), parseAddress(gateway));
      if (one.addresses.length === 0 || one.addresses.some(isNear)) continue;
      diagnostics.add('E430', span, `error setting default gateway: ${gateway} is not in the subnet of ${one.name}`, {
        help: `write the address of a router in ${one.addresses.join(', ')}`,
      });
    }
    return { ...one, routes: [...one.routes.filter((route) => !isDefault(route)), ...gateways.map(defaultRoute)] };
  });
}

function isDefault({ to }: RoutePlan): boolean {
  return to === '0.0.0.0/0' || to === '::/0';
}

function defaultRoute(gateway: string): RoutePlan {
  return { to: gateway.includes(':') ? '::/0' : '0.0.0.0/0', via: gateway };
}

/** Addresses that pods had are theirs before anybody else gets one. */
function reserveHad(pods: readonly DeclaredPod[], around: Surroundings, diagnostics: Collector): void {
  for (const pod of pods) {
    const node = around.placed.get(pod);
    for (const attachment of around.attachments.get(pod) ?? []) {
      const { ipam } = attachment.chain;
      const had = hadOn(pod, attachment, around);
      if (ipam.kind === 'ranges' && node !== undefined) {
        around.ranges.remember({ key: objectKey(pod), node: node.name }, ipam, had);
      }
      for (const address of had) {
        const owner =
          ipam.kind === 'ranges'
            ? around.ipam.reserveUnseen(address, objectKey(pod))
            : around.ipam.reserve(address, objectKey(pod));
        if (owner !== null) refuseDouble(formatAddress(address), objectKey(pod), owner, hadSpan(pod), diagnostics);
        else if (ipam.kind === 'static') {
          warnOfPools(address, formatAddress(address), objectKey(pod), () => hadSpan(pod), around.ipam, diagnostics);
        }
      }
    }
  }
}

/** Addresses that are written down belong to their pod before pools and ranges give any out. */
function reserveStatic(pods: readonly DeclaredPod[], around: Surroundings, diagnostics: Collector): void {
  for (const pod of pods) {
    for (const attachment of around.attachments.get(pod) ?? []) {
      const { chain, ips, network } = attachment;
      if (chain.ipam.kind === 'spiderpool' || hadOn(pod, attachment, around).length > 0) continue;
      const addresses =
        chain.ipam.kind === 'static'
          ? staticAddresses(attachment, chain.ipam)
          : chain.ipam.addresses.map(({ address }) => address);
      const asked = pod.annotations[multusAnnotations.networks] !== undefined && ips.length > 0;
      const span = () =>
        asked ? annotationSpan(pod, multusAnnotations.networks) : network.source?.spanOf(network.path);
      if (addresses.length === 0 && chain.ipam.kind === 'static') {
        diagnostics.add(
          'E407',
          declarationSpan(pod),
          `${objectKey(pod)} gets no address: static IPAM of ${String(network.key)} names none`,
          {
            help:
              attachment.nic === 'eth0'
                ? 'add `addresses` to its ipam: a default network is handed no others'
                : `add \`addresses\` to its ipam, or ask for \`ips\` in annotation ${multusAnnotations.networks}`,
          },
        );
      }
      for (const text of addresses) {
        const address = addressOfCidr(text);
        if (address === null) {
          diagnostics.add('E423', span(), `\`${text}\` is no address with a prefix length`, {
            help: 'write an address such as 172.51.0.100/16',
          });
          continue;
        }
        const owner = around.ipam.reserve(address, objectKey(pod));
        if (owner !== null) refuseDouble(formatAddress(address), objectKey(pod), owner, span(), diagnostics);
        else warnOfPools(address, text, objectKey(pod), span, around.ipam, diagnostics);
      }
    }
  }
}

/** An address that somebody has without Spiderpool: here no pool gives it out, Spiderpool would. */
export function warnOfPools(
  address: bigint,
  text: string,
  owner: string,
  span: () => Diagnostic['span'],
  ipam: Ipam,
  diagnostics: Collector,
): void {
  for (const { name, manifest } of ipam.poolsHolding(address)) {
    diagnostics.add(
      'W410',
      span(),
      `address ${text} of ${owner} is in IPPool ${name}: Spiderpool does not know of it and would give it to a pod as well, here no pod gets it`,
      {
        help: `add it to \`excludeIPs\` of ${name}`,
        related: manifest === null ? undefined : [{ span: manifest.spanOf(['spec', 'ips']), message: 'the pool' }],
      },
    );
  }
}

/** Two parties of the lab with one address. */
export function refuseDouble(
  address: string,
  one: string,
  other: string,
  span: Diagnostic['span'],
  diagnostics: Collector,
  help = one === other ? 'give each of its interfaces another address' : 'give one of them another address',
): void {
  const owner = one === other ? 'another interface of it' : other;
  diagnostics.add('E408', span, `address ${address} of ${one} belongs to ${owner} already`, { help });
}

type Failed = Extract<AllocationResult, { kind: 'failed' }>;

/** Where the pools were chosen: the annotation, the network, or the pod. */
function spanOfChoice(
  { pod, namespace }: Claimant,
  { choice, pool }: Pick<Failed, 'choice' | 'pool'>,
  network: Attachment['network'],
): Diagnostic['span'] {
  const { saidBy } = choice;
  switch (saidBy.rule) {
    case 'pod':
      return annotationSpan(pod, saidBy.annotation);
    case 'namespace':
      return namespace.manifest?.spanOf(['metadata', 'annotations', saidBy.annotation]);
    case 'network':
      // A pool that does not exist is the network's mistake; one that is exhausted shows at the pod.
      if (pool !== null) return network.source?.spanOf(network.poolsPath);
      break;
    case 'default':
      break;
  }
  const anchor =
    pod.annotations[multusAnnotations.defaultNetwork] === undefined ? null : multusAnnotations.defaultNetwork;
  return anchor === null ? declarationSpan(pod) : annotationSpan(pod, anchor);
}

interface Failure {
  readonly pod: DeclaredPod;
  readonly code: 'E302' | 'E407';
  readonly message: string;
  readonly help: string;
  readonly absent: readonly Absent[];
  readonly span: Diagnostic['span'];
}

interface Double {
  readonly pod: DeclaredPod;
  /** What gave the address out. */
  readonly network: string;
  readonly address: string;
  readonly owner: string;
  readonly help: string;
}

/** A pod of an exported cluster that had less than it would be given. */
interface Without {
  readonly pod: DeclaredPod;
  readonly network: string | null;
  /** As a clause behind its name. */
  readonly what: string;
}

/** Pods without an address of their own, one diagnostic for all replicas of a workload that fail alike. */
class Failures {
  readonly #groups = new Map<string, { failure: Failure; count: number }>();
  readonly #doubles = new Map<string, { double: Double; count: number }>();
  readonly #without = new Map<string, { without: Without; count: number }>();

  add(failure: Failure): void {
    const key = `${declarationKey(failure.pod)} ${failure.message}`;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { failure, count: 1 });
    else group.count++;
  }

  /** An address that another one has got by an IPAM that does not know of this one. */
  addDouble(double: Double): void {
    const key = `${declarationKey(double.pod)} ${double.network}`;
    const group = this.#doubles.get(key);
    if (group === undefined) this.#doubles.set(key, { double, count: 1 });
    else group.count++;
  }

  /** Pods of a network that lack the same are told of once. */
  addWithout(without: Without): void {
    const key = JSON.stringify([without.network, without.what]);
    const group = this.#without.get(key);
    if (group === undefined) this.#without.set(key, { without, count: 1 });
    else group.count++;
  }

  report(diagnostics: Collector): void {
    for (const { without, count } of this.#without.values()) {
      const { pod, what } = without;
      const [who, gets] = count === 1 ? ['', 'it gets'] : [` and ${count - 1} more of its network`, 'they get'];
      diagnostics.add('W434', hadSpan(pod), `${objectKey(pod)}${who} ${what}: ${gets} none`, {
        help: 'export pods, pools and networks from the same cluster at the same time; remove the `status` to have it given all',
      });
    }
    for (const { failure, count } of this.#groups.values()) {
      const { pod, code, message, help, absent, span } = failure;
      const who = `${objectKey(pod)}${moreOf(pod, count)} ${count > 1 ? 'get' : 'gets'} no address`;
      diagnostics.add(code, span, `${who}: ${message}`, { help, absent });
    }
    for (const { double, count } of this.#doubles.values()) {
      const { pod, address, owner, help } = double;
      refuseDouble(address, `${objectKey(pod)}${moreOf(pod, count)}`, owner, declarationSpan(pod), diagnostics, help);
    }
  }
}

function moreOf({ owner }: DeclaredPod, count: number): string {
  return count > 1 ? ` and ${count - 1} more of its ${owner?.kind ?? 'kind'}` : '';
}
