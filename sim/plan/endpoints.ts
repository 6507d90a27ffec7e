/**
 * Pods to endpoints: their interfaces, addresses, routes and limits.
 *
 * The order of the pods decides who gets which address; addresses written down (nodes, hosts, static IPAM) are taken
 * before any is given out.
 */
import { cidrContains, formatAddress, parseAddress, parseCidr } from '../../dataplane/policy/address.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import { addressOfCidr } from './address-of-cidr.ts';
import type { Chain } from './chain.ts';
import { annotationSpan, declarationKey, declarationSpan, podKey, type DeclaredPod } from './declared-pod.ts';
import type { AllocationResult, Ipam } from './ipam.ts';
import { readLimits, UNLIMITED } from './limits.ts';
import type { NodeMasters } from './masters.ts';
import { multusAnnotations } from './multus.ts';
import type { Attachment } from './attachments.ts';
import type { InterfacePlan, MasterPlan, PodPlan, RoutePlan } from './plan.ts';
import { ipamAnnotations, type Claimant } from './pool-choice.ts';
import type { SchedulableNode } from './schedule/node.ts';

export interface Surroundings {
  readonly placed: ReadonlyMap<DeclaredPod, SchedulableNode>;
  readonly attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>;
  readonly masters: ReadonlyMap<string, NodeMasters>;
  readonly namespaces: ReadonlyMap<string, Claimant['namespace']>;
  readonly poolNames: readonly string[];
  readonly ipam: Ipam;
  /** A name keeps its number for as long as the lab lives. */
  readonly endpointIdOf: (pod: DeclaredPod) => number;
}

/** Every pod that can be brought up, in the order given. */
export function makeEndpoints(pods: readonly DeclaredPod[], around: Surroundings, diagnostics: Collector): PodPlan[] {
  reserveStatic(pods, around, diagnostics);
  const failures = new Failures();
  const plans: PodPlan[] = [];
  for (const pod of pods) {
    const node = around.placed.get(pod);
    const attachments = around.attachments.get(pod);
    const limits = readLimits(pod, diagnostics);
    if (node === undefined || attachments === undefined) continue;
    const interfaces: InterfacePlan[] = [];
    for (const attachment of attachments) {
      const made = makeInterface(pod, node, attachment, around, failures, diagnostics);
      if (made !== null) interfaces.push(made);
    }
    if (interfaces.length < attachments.length) continue;
    const enforced = attachments[0]?.chain.enforced === true;
    plans.push({
      namespace: pod.namespace,
      name: pod.name,
      endpointId: around.endpointIdOf(pod),
      node: node.name,
      labels: pod.labels,
      owner: pod.owner,
      interfaces,
      limits: enforced ? limits : UNLIMITED,
      enforced,
      ports: portsOf(pod),
    });
  }
  failures.report(around.poolNames, diagnostics);
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
  const addressing =
    chain.ipam.kind === 'static'
      ? staticAddressing(attachment, chain.ipam)
      : fromPools(pod, node, attachment, around, failures, diagnostics);
  if (master === null || addressing === null) return null;
  return { name: nic, network: network.key, ...slaveOf(master, chain), ...addressing };
}

function slaveOf(
  master: MasterPlan,
  chain: Chain,
): Pick<InterfacePlan, 'master' | 'mode' | 'isolation' | 'mtu' | 'gso'> {
  const gso = master.kind === 'nic' && master.gso === false ? { gso: false as const } : {};
  // The CNI plugin has no word for private or vepa.
  return { master: master.name, mode: chain.mode, isolation: 'bridge', mtu: chain.mtu ?? master.mtu, ...gso };
}

type Addressing = Pick<InterfacePlan, 'addresses' | 'routes' | 'pools'>;

function staticAddressing({ nic, ips }: Attachment, ipam: Extract<Chain['ipam'], { kind: 'static' }>): Addressing {
  const gateways = nic === 'eth0' ? ipam.addresses.flatMap(({ gateway }) => (gateway === null ? [] : [gateway])) : [];
  const routes = [...ipam.routes, ...gateways.map((gateway) => defaultRoute(gateway))];
  return {
    addresses: [...ipam.addresses.map(({ address }) => address), ...ips],
    routes: [...new Map(routes.map((route) => [route.to, route])).values()],
    pools: [],
  };
}

function fromPools(
  pod: DeclaredPod,
  node: SchedulableNode,
  { network, nic, chain }: Attachment,
  around: Surroundings,
  failures: Failures,
  diagnostics: Collector,
): Addressing | null {
  if (chain.ipam.kind !== 'spiderpool') return null;
  const namespace = around.namespaces.get(pod.namespace) ?? { labels: {}, manifest: null };
  const claimant: Claimant = { pod, node, namespace, nic, network: network.key, networkPools: chain.ipam };
  const result = around.ipam.allocate(claimant);
  switch (result.kind) {
    case 'allocated':
      return {
        addresses: result.allocations.map(({ address }) => address),
        routes: result.allocations.flatMap(({ pool }) => [
          ...(nic === 'eth0' && pool.gateway !== null && !result.cleanGateway ? [defaultRoute(pool.gateway)] : []),
          ...pool.routes,
          ...customRoutes(pod, (via) => cidrContains(pool.subnet, via), diagnostics),
        ]),
        pools: result.allocations.map(({ pool }) => pool.name),
      };
    case 'misspelt': {
      const { problem } = result;
      const span =
        problem.on === 'pod'
          ? annotationSpan(pod, problem.annotation)
          : namespace.manifest?.spanOf(['metadata', 'annotations', problem.annotation]);
      diagnostics.add(problem.code, span, problem.message, { help: problem.help });
      return null;
    }
    case 'failed':
      failures.add(claimant, result, spanOfChoice(claimant, result, network));
      return null;
    case 'refused':
      return null;
  }
}

function defaultRoute(gateway: string): RoutePlan {
  return { to: gateway.includes(':') ? '::/0' : '0.0.0.0/0', via: gateway };
}

/** Annotation `ipam.spidernet.io/routes`: those whose gateway is in the subnet of this interface's address. */
function customRoutes(pod: DeclaredPod, isNear: (gateway: bigint) => boolean, diagnostics: Collector): RoutePlan[] {
  const text = pod.annotations[ipamAnnotations.routes];
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as { dst: string; gw: string }[]).flatMap(({ dst, gw }) => {
      parseCidr(dst);
      return isNear(parseAddress(gw)) ? [{ to: dst, via: gw }] : [];
    });
  } catch {
    diagnostics.add(
      'E409',
      annotationSpan(pod, ipamAnnotations.routes),
      `wrong input, invalid format of Pod annotation '${ipamAnnotations.routes}'`,
      {
        help: `write '[{"dst":"10.0.0.0/16","gw":"172.51.0.2"}]'`,
      },
    );
    return [];
  }
}

/** Addresses that static IPAM writes down belong to their pod before pools give any out. */
function reserveStatic(
  pods: readonly DeclaredPod[],
  { attachments, ipam }: Surroundings,
  diagnostics: Collector,
): void {
  for (const pod of pods) {
    for (const { chain, ips, network } of attachments.get(pod) ?? []) {
      if (chain.ipam.kind !== 'static') continue;
      const addresses = [...chain.ipam.addresses.map(({ address }) => address), ...ips];
      const asked = pod.annotations[multusAnnotations.networks] !== undefined && ips.length > 0;
      const span = asked ? annotationSpan(pod, multusAnnotations.networks) : network.source?.spanOf(network.path);
      if (addresses.length === 0) {
        diagnostics.add(
          'E407',
          declarationSpan(pod),
          `${podKey(pod)} gets no address: static IPAM of ${String(network.key)} names none`,
          {
            help: `add \`addresses\` to its ipam, or ask for \`ips\` in annotation ${multusAnnotations.networks}`,
          },
        );
      }
      for (const text of addresses) {
        const address = addressOfCidr(text);
        if (address === null) {
          diagnostics.add('E423', span, `\`${text}\` is no address with a prefix length`, {
            help: 'write an address such as 172.51.0.100/16',
          });
          continue;
        }
        const owner = ipam.reserve(address, podKey(pod));
        if (owner !== null) refuseDouble(formatAddress(address), podKey(pod), owner, span, diagnostics);
      }
    }
  }
}

/** Two parties of the lab with one address. */
export function refuseDouble(
  address: string,
  one: string,
  other: string,
  span: Diagnostic['span'],
  diagnostics: Collector,
): void {
  diagnostics.add('E408', span, `address ${address} of ${one} belongs to ${other} already`, {
    help: 'give one of them another address',
  });
}

type Failed = Extract<AllocationResult, { kind: 'failed' }>;

/** Where the pools were chosen: the annotation, the network, or the pod. */
function spanOfChoice(
  { pod, namespace }: Claimant,
  { choice, pool }: Failed,
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

/** Pods without an address, one diagnostic for all replicas of a workload that fail alike. */
class Failures {
  readonly #groups = new Map<string, { claimant: Claimant; failed: Failed; span: Diagnostic['span']; count: number }>();

  add(claimant: Claimant, failed: Failed, span: Diagnostic['span']): void {
    const key = `${declarationKey(claimant.pod)} ${failed.message}`;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { claimant, failed, span, count: 1 });
    else group.count++;
  }

  report(poolNames: readonly string[], diagnostics: Collector): void {
    for (const { claimant, failed, span, count } of this.#groups.values()) {
      const who = `${podKey(claimant.pod)}${count > 1 ? ` and ${count - 1} more of its ${claimant.pod.owner?.kind ?? 'kind'}` : ''}`;
      diagnostics.add(
        failed.pool === null ? 'E407' : 'E302',
        span,
        `${who} ${count > 1 ? 'get' : 'gets'} no address: ${failed.message}`,
        {
          help: (failed.pool === null ? undefined : didYouMean(failed.pool, poolNames)) ?? failed.help,
          absent: failed.absent,
        },
      );
    }
  }
}
