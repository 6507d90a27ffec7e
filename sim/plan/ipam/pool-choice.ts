/**
 * Which pools an interface may take its addresses from.
 *
 * Rules, high to low, the first that says anything decides alone (Spiderpool pkg/ipam/pool_selections.go): the pod's
 * `ipam.spidernet.io/ippools`, its `ipam.spidernet.io/ippool`, the namespace's defaults, the pools of the network, the
 * pools with `default: true`. Then each pool's affinities filter (pkg/ipam/allocate.go, `selectByPod`), and sort those
 * that are left.
 */
import { selects } from '../../../dataplane/policy/selector.ts';
import type { Family } from '../../../dataplane/policy/address.ts';
import type { NamespaceManifest } from '../../manifest/manifests.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import type { Pool } from './ippool.ts';
import { isObject, textOf, withKnownKeys } from '../cni/plugin-config.ts';
import { labelSelector } from '../pods/label-selector.ts';
import type { SchedulableNode } from '../schedule/node.ts';

export const ipamAnnotations = {
  pool: 'ipam.spidernet.io/ippool',
  pools: 'ipam.spidernet.io/ippools',
  subnet: 'ipam.spidernet.io/subnet',
  subnets: 'ipam.spidernet.io/subnets',
  routes: 'ipam.spidernet.io/routes',
  defaultRouteNic: 'ipam.spidernet.io/default-route-nic',
  poolSize: 'ipam.spidernet.io/ippool-ip-number',
  poolReclaim: 'ipam.spidernet.io/ippool-reclaim',
  namespaceIPv4: 'ipam.spidernet.io/default-ipv4-ippool',
  namespaceIPv6: 'ipam.spidernet.io/default-ipv6-ippool',
} as const;

/** Keys of the JSON in annotations `ippool` and `ippools`. */
export const poolKeys = ['ipv4', 'ipv6'] as const;
export const poolsKeys = ['interface', ...poolKeys, 'cleangateway'] as const;

/** The interface that asks for addresses. */
export interface Claimant {
  readonly pod: DeclaredPod;
  readonly node: SchedulableNode;
  readonly namespace: {
    readonly labels: Readonly<Record<string, string>>;
    readonly manifest: NamespaceManifest | null;
  };
  /** `eth0`, `net1`. */
  readonly nic: string;
  /** Of all interfaces of the pod, in order. */
  readonly nics: readonly string[];
  /** `namespace/name`; null: the default network. */
  readonly network: string | null;
  /** Pools that the network names, and whether it wants no default route. */
  readonly networkPools: {
    readonly ipv4: readonly string[];
    readonly ipv6: readonly string[];
    readonly cleanGateway: boolean;
  };
}

export interface PoolChoice {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** No default route by this interface. */
  readonly cleanGateway: boolean;
  readonly saidBy:
    | { readonly rule: 'pod'; readonly annotation: string }
    | { readonly rule: 'namespace'; readonly annotation: string }
    | { readonly rule: 'network' | 'default' };
}

/** An annotation that cannot be understood, in Spiderpool's words. */
export interface ChoiceProblem {
  readonly code: 'E409' | 'E422';
  readonly on: 'pod' | 'namespace';
  readonly annotation: string;
  readonly message: string;
  readonly help: string;
}

/** The candidates; empty on both sides where no rule says anything. */
export function choosePools(claimant: Claimant, defaults: readonly Pool[]): PoolChoice | ChoiceProblem {
  const { annotations } = claimant.pod;
  for (const annotation of [ipamAnnotations.subnet, ipamAnnotations.subnets]) {
    if (annotations[annotation] === undefined) continue;
    return {
      code: 'E422',
      on: 'pod',
      annotation,
      message: 'SpiderSubnet is not modelled',
      help: `name the pool itself: ${ipamAnnotations.pool}: '{"ipv4":["POOL"]}'`,
    };
  }
  return (
    fromPoolsAnnotation(claimant, annotations[ipamAnnotations.pools]) ??
    fromPoolAnnotation(claimant, annotations[ipamAnnotations.pool]) ??
    fromNamespace(claimant) ??
    fromNetwork(claimant) ?? {
      ipv4: defaults.filter(({ family }) => family === 4).map(({ name }) => name),
      ipv6: defaults.filter(({ family }) => family === 6).map(({ name }) => name),
      cleanGateway: claimant.networkPools.cleanGateway,
      saidBy: { rule: 'default' },
    }
  );
}

/** Where Spiderpool is installed: a network that a pool names without a namespace is one of this. */
const SPIDERPOOL_NAMESPACE = 'kube-system';

/**
 * Which of two pools comes first, by the affinities that they have (pkg/ippoolmanager/utils.go, `ByPoolPriority`): a pool
 * with one goes before a pool without, and one of pods before one of nodes, of namespaces, of networks. 0: neither.
 */
export function comparePools(a: Pool, b: Pool): number {
  const [x, y] = [affinitiesOf(a), affinitiesOf(b)];
  const at = x.findIndex((has, i) => has !== y[i]);
  return at === -1 ? 0 : x[at] === true ? -1 : 1;
}

function affinitiesOf({ manifest }: Pool): readonly boolean[] {
  const spec = manifest?.spec;
  if (spec === undefined) return [false, false, false, false, false, false];
  return [
    spec.podAffinity !== undefined,
    some(spec.nodeName),
    spec.nodeAffinity !== undefined,
    some(spec.namespaceName),
    spec.namespaceAffinity !== undefined,
    some(spec.multusName),
  ];
}

/** Why the pool is not for this interface, in Spiderpool's words; null where it is. */
export function filteredOut(pool: Pool, family: Family, claimant: Claimant): string | null {
  const { pod, node, namespace } = claimant;
  const spec = pool.manifest?.spec;
  if (spec === undefined) return null;
  if (spec.disable === true) return `disabled IPPool ${pool.name}`;
  if (pool.family !== family) {
    return `expect an IPv${family} IPPool, but the version of the IPPool ${pool.name} is IPv${pool.family}`;
  }
  if (some(spec.nodeName)) {
    if (!spec.nodeName.includes(node.name)) return `unmatched Node name of IPPool ${pool.name}`;
  } else if (spec.nodeAffinity !== undefined && !selects(labelSelector(spec.nodeAffinity), node.labels)) {
    return `unmatched Node affinity of IPPool ${pool.name}`;
  }
  if (some(spec.namespaceName)) {
    if (!spec.namespaceName.includes(pod.namespace)) return `unmatched Namespace name of IPPool ${pool.name}`;
  } else if (
    spec.namespaceAffinity !== undefined &&
    !selects(labelSelector(spec.namespaceAffinity), namespace.labels)
  ) {
    return `unmatched Namespace affinity of IPPool ${pool.name}`;
  }
  if (spec.podAffinity !== undefined && !selects(labelSelector(spec.podAffinity), pod.labels)) {
    return `unmatched Pod affinity of IPPool ${pool.name}`;
  }
  if (some(spec.multusName)) {
    const { network, nic } = claimant;
    const listed = `[${spec.multusName.join(' ')}]`;
    if (network === null) {
      return `cluster-network multus isn't set, the IPPool ${pool.name} specified multusName ${listed} unmatched`;
    }
    const wanted = spec.multusName.map((one) => (one.includes('/') ? one : `${SPIDERPOOL_NAMESPACE}/${one}`));
    if (!wanted.includes(network)) {
      return `the spec.multusName ${listed} in the IPPool ${pool.name} used by the Pod interface ${nic} is not matched with the multusCR ${network} specified by the Pod`;
    }
  }
  return null;
}

/**
 * `interface` is written in each entry or in none: then the first is for eth0, the second for the pod's next interface, and
 * so on. The first interface asks for all of them at once, so each entry needs an interface (pkg/ipam/utils.go,
 * `validateAndMutateMultipleNICAnnotations`; pkg/ipam/allocate.go, `selectByPod`).
 */
function fromPoolsAnnotation(claimant: Claimant, text: string | undefined): PoolChoice | ChoiceProblem | null {
  if (text === undefined) return null;
  const { nic, nics } = claimant;
  const annotation = ipamAnnotations.pools;
  const problem = (message: string): ChoiceProblem => ({
    code: 'E409',
    on: 'pod',
    annotation,
    message,
    help: `write '[{"interface":"eth0","ipv4":["POOL"]}]', one entry for each interface of the pod (${nics.join(', ')})`,
  });
  const wrong = (why: string) => problem(`wrong input, invalid format of Pod annotation '${annotation}': ${why}`);
  const list = parseJson(text);
  if (!Array.isArray(list)) return wrong('not a JSON list');
  if (list.length === 0) return wrong('value requires at least one item');
  const entries = list.map((entry) => (isObject(entry) ? withKnownKeys(entry, poolsKeys) : null));
  if (!entries.every((entry) => entry !== null && optionalText(entry['interface']))) {
    return wrong('an entry is a mapping, and its `interface` text');
  }
  const written = entries.map((entry) => textOf(entry?.['interface']) ?? '');
  if (written.some((name) => (name === '') !== (written[0] === ''))) {
    return wrong('NIC should be either all specified or all unspecified');
  }
  const byOrder = written[0] === '';
  const names = byOrder ? entries.map((_, i) => nics[i] ?? String(i)) : written;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return wrong(`duplicate interface ${twice}`);
  const entry = entries[names.indexOf(nic)];
  if (entry === undefined || entry === null) {
    return byOrder ? problem(`no Interface ${nic} IP allocation found`) : wrong(`interface ${nic} must be specified`);
  }
  const nobodys = names.find((name) => !nics.includes(name));
  if (nobodys !== undefined) return problem(`no matched multus object for NIC '${nobodys}'`);
  const choice = readPoolNames(entry, annotation);
  if (choice === null) return wrong(`ipv4 and ipv6 are lists of pool names, and ${nic} needs one`);
  return { ...choice, cleanGateway: entry['cleangateway'] === true };
}

function fromPoolAnnotation(claimant: Claimant, text: string | undefined): PoolChoice | ChoiceProblem | null {
  if (text === undefined) return null;
  const annotation = ipamAnnotations.pool;
  return (
    poolNamesOf(parseJson(text), claimant) ?? {
      code: 'E409',
      on: 'pod',
      annotation,
      message: `wrong input, invalid format of Pod annotation '${annotation}': not a JSON object with lists of pool names`,
      help: `write '{"ipv4":["POOL"]}'`,
    }
  );
}

/** `cleangateway` belongs to the other annotation: here the network decides. */
function poolNamesOf(value: unknown, { networkPools }: Claimant): PoolChoice | null {
  const names = isObject(value) ? readPoolNames(withKnownKeys(value, poolKeys), ipamAnnotations.pool) : null;
  return names === null ? null : { ...names, cleanGateway: networkPools.cleanGateway };
}

function readPoolNames(
  value: Readonly<Record<string, unknown>>,
  annotation: string,
): Omit<PoolChoice, 'cleanGateway'> | null {
  const ipv4 = value['ipv4'] ?? [];
  const ipv6 = value['ipv6'] ?? [];
  if (!isTextList(ipv4) || !isTextList(ipv6) || ipv4.length + ipv6.length === 0) return null;
  return { ipv4, ipv6, saidBy: { rule: 'pod', annotation } };
}

function fromNamespace({ namespace: { manifest }, networkPools }: Claimant): PoolChoice | ChoiceProblem | null {
  const lists = { ipv4: [] as readonly string[], ipv6: [] as readonly string[] };
  let saidBy: string | null = null;
  for (const [family, annotation] of [
    ['ipv4', ipamAnnotations.namespaceIPv4],
    ['ipv6', ipamAnnotations.namespaceIPv6],
  ] as const) {
    const text = manifest?.annotations[annotation];
    if (text === undefined) continue;
    const names = parseJson(text);
    if (!isTextList(names)) {
      return {
        code: 'E409',
        on: 'namespace',
        annotation,
        message: `invalid format of Namespace annotation '${annotation}': not a JSON list of pool names`,
        help: `write '["POOL"]'`,
      };
    }
    if (names.length > 0) saidBy ??= annotation;
    lists[family] = names;
  }
  if (saidBy === null) return null;
  return { ...lists, cleanGateway: networkPools.cleanGateway, saidBy: { rule: 'namespace', annotation: saidBy } };
}

function fromNetwork({ networkPools }: Claimant): PoolChoice | null {
  if (networkPools.ipv4.length + networkPools.ipv6.length === 0) return null;
  return { ...networkPools, saidBy: { rule: 'network' } };
}

function optionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function some<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
