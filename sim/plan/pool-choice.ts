/**
 * Which pools an interface may take its addresses from.
 *
 * Rules, high to low, the first that says anything decides alone (Spiderpool pkg/ipam/pool_selections.go): the pod's
 * `ipam.spidernet.io/ippools`, its `ipam.spidernet.io/ippool`, the namespace's defaults, the pools of the network, the
 * pools with `default: true`. Then each pool's affinities filter (pkg/ipam/allocate.go, `selectByPod`).
 */
import { selects } from '../../dataplane/policy/selector.ts';
import type { Family } from '../../dataplane/policy/address.ts';
import type { NamespaceManifest } from '../manifest/manifests.ts';
import type { DeclaredPod } from './declared-pod.ts';
import type { Pool } from './ippool.ts';
import { labelSelector } from './label-selector.ts';
import type { SchedulableNode } from './schedule/node.ts';

export const ipamAnnotations = {
  pool: 'ipam.spidernet.io/ippool',
  pools: 'ipam.spidernet.io/ippools',
  subnet: 'ipam.spidernet.io/subnet',
  subnets: 'ipam.spidernet.io/subnets',
  routes: 'ipam.spidernet.io/routes',
  namespaceIPv4: 'ipam.spidernet.io/default-ipv4-ippool',
  namespaceIPv6: 'ipam.spidernet.io/default-ipv6-ippool',
} as const;

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
  /** `namespace/name`; null: the default network. */
  readonly network: string | null;
  /** Pools that the network names. */
  readonly networkPools: { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] };
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
    fromPoolAnnotation(annotations[ipamAnnotations.pool]) ??
    fromNamespace(claimant.namespace.manifest) ??
    fromNetwork(claimant) ?? {
      ipv4: defaults.filter(({ family }) => family === 4).map(({ name }) => name),
      ipv6: defaults.filter(({ family }) => family === 6).map(({ name }) => name),
      cleanGateway: false,
      saidBy: { rule: 'default' },
    }
  );
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
    const wanted = spec.multusName.map((name) => (name.includes('/') ? name : `${pod.namespace}/${name}`));
    if (claimant.network === null) {
      return `cluster-network multus isn't set, the IPPool ${pool.name} specified multusName [${spec.multusName.join(' ')}] unmatched`;
    }
    if (!wanted.includes(claimant.network)) {
      return `interface ${claimant.nic} IPPool ${pool.name} specified multusName [${spec.multusName.join(' ')}] unmatched multusCR ${claimant.network}`;
    }
  }
  return null;
}

function fromPoolsAnnotation({ nic }: Claimant, text: string | undefined): PoolChoice | ChoiceProblem | null {
  if (text === undefined) return null;
  const annotation = ipamAnnotations.pools;
  const wrong = (why: string): ChoiceProblem => ({
    code: 'E409',
    on: 'pod',
    annotation,
    message: `wrong input, invalid format of Pod annotation '${annotation}': ${why}`,
    help: `write '[{"interface":"eth0","ipv4":["POOL"]}]'`,
  });
  const list = parseJson(text);
  if (!Array.isArray(list)) return wrong('not a JSON list');
  if (list.length === 0) return wrong('value requires at least one item');
  const entries = new Map<unknown, unknown>();
  for (const entry of list as unknown[]) {
    const name = isObject(entry) ? entry['interface'] : undefined;
    if (typeof name !== 'string' || name === '') return wrong('interface must be specified');
    if (entries.has(name)) return wrong(`duplicate interface ${name}`);
    entries.set(name, entry);
  }
  const entry = entries.get(nic);
  if (entry === undefined) return wrong('interfaces do not contain that requested by runtime');
  return readPoolNames(entry, annotation) ?? wrong('ipv4 and ipv6 are lists of pool names');
}

function fromPoolAnnotation(text: string | undefined): PoolChoice | ChoiceProblem | null {
  if (text === undefined) return null;
  const annotation = ipamAnnotations.pool;
  return (
    readPoolNames(parseJson(text), annotation) ?? {
      code: 'E409',
      on: 'pod',
      annotation,
      message: `wrong input, invalid format of Pod annotation '${annotation}': not a JSON object with lists of pool names`,
      help: `write '{"ipv4":["POOL"]}'`,
    }
  );
}

function readPoolNames(value: unknown, annotation: string): PoolChoice | null {
  if (!isObject(value)) return null;
  const ipv4 = value['ipv4'] ?? [];
  const ipv6 = value['ipv6'] ?? [];
  if (!isTextList(ipv4) || !isTextList(ipv6) || ipv4.length + ipv6.length === 0) return null;
  return { ipv4, ipv6, cleanGateway: value['cleangateway'] === true, saidBy: { rule: 'pod', annotation } };
}

function fromNamespace(manifest: NamespaceManifest | null): PoolChoice | ChoiceProblem | null {
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
  return saidBy === null ? null : { ...lists, cleanGateway: false, saidBy: { rule: 'namespace', annotation: saidBy } };
}

function fromNetwork({ networkPools }: Claimant): PoolChoice | null {
  if (networkPools.ipv4.length + networkPools.ipv6.length === 0) return null;
  return { ...networkPools, cleanGateway: false, saidBy: { rule: 'network' } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function some<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
