/**
 * Warnings of policies that say something of nobody: those that select no pod, peers and named ports that match nothing, ports
 * that are a Service's, and peers that are pods of the host network, which no selector matches.
 *
 * A policy is asked of every pod that there is at any time of the run.
 */
import { objectKey } from '../cluster/cluster.ts';
import type {
  LabelSelector,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
} from '../../../dataplane/policy/network-policy.ts';
import { resolvePort } from '../../../dataplane/policy/ports.ts';
import type { Absent, Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { WORKLOAD_KINDS, type NetworkPolicyManifest, type Path } from '../../manifest/manifests.ts';
import type { ServiceSketch } from '../../manifest/other-kinds/service-sketch.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { networkPolicy } from '../network/network-policy.ts';
import { KnownPods, type HostNetworkPod, type KnownPod } from './known-pods.ts';

export interface Surroundings {
  /** The cluster as it stands at the start and after each change. */
  readonly states: readonly Cluster[];
  /** Pods that have the addresses of their node. */
  readonly hostNetwork: readonly HostNetworkPod[];
  readonly services: readonly ServiceSketch[];
}

/** @param planned what the first of them mean, in their order, as far as that is known already */
export function warnOfIdlePolicies(
  manifests: readonly NetworkPolicyManifest[],
  { states, hostNetwork, services }: Surroundings,
  diagnostics: Collector,
  planned: readonly NetworkPolicy[] = [],
): void {
  const [first] = manifests;
  if (first === undefined) return;
  const pods = new KnownPods(states, hostNetwork);
  // A pod that could not be read may be the one that is meant.
  const absent = [{ kinds: ['Pod', 'Namespace', ...WORKLOAD_KINDS], key: null }];
  if (pods.all.length === 0 && hostNetwork.length === 0) {
    const message =
      manifests.length === 1 ? 'the policy selects no pod' : `none of ${manifests.length} policies selects a pod`;
    diagnostics.add('W310', first.spanOf(['metadata', 'name']), `${message}: there is none`, {
      help: 'give the pods and workloads too',
      absent,
    });
    return;
  }
  for (const [i, manifest] of manifests.entries()) {
    const policy = planned[i] ?? networkPolicy(manifest, SILENT);
    const where = objectKey(policy);
    const selected = pods.of(policy.namespace, policy.podSelector);
    if (selected.length === 0) {
      const onHost = pods.onHostNetwork([policy.namespace], policy.podSelector);
      const message =
        onHost.length === 0
          ? `${where} selects no pod`
          : `${where} selects only pods of the host network (${namesOf(onHost)}): no policy holds for them`;
      diagnostics.add('W310', manifest.spanOf(['spec', 'podSelector']), message, {
        help:
          onHost.length === 0
            ? `compare it with the labels of the pods in namespace ${policy.namespace}`
            : 'select pods with a network of their own',
        absent,
      });
      continue;
    }
    for (const direction of policy.policyTypes) {
      for (const rule of policy[direction]) {
        const told = new ToldRule(manifest, policy, ['spec', direction, rule.index], absent, diagnostics);
        const peers = told.peers(rule, direction === 'ingress' ? 'from' : 'to', pods);
        told.ports(rule, direction === 'ingress' ? selected : (peers ?? pods.all), services);
      }
    }
  }
}

/** What is wrong with the policy in other ways is said where it is planned. */
const SILENT = { add: () => undefined } as unknown as Collector;

class ToldRule {
  readonly #manifest: NetworkPolicyManifest;
  readonly #policy: NetworkPolicy;
  readonly #path: Path;
  readonly #absent: readonly Absent[];
  readonly #diagnostics: Collector;

  constructor(
    manifest: NetworkPolicyManifest,
    policy: NetworkPolicy,
    path: Path,
    absent: readonly Absent[],
    diagnostics: Collector,
  ) {
    this.#manifest = manifest;
    this.#policy = policy;
    this.#path = path;
    this.#absent = absent;
    this.#diagnostics = diagnostics;
  }

  /** The pods that the peers match; null where they are everybody, or addresses. */
  peers(rule: PolicyRule, field: 'from' | 'to', pods: KnownPods): readonly KnownPod[] | null {
    const matched = rule.peers.map((peer, i) => {
      return peer.kind === 'ipBlock' ? null : this.#peer(peer, this.#spanOf(field, i), pods);
    });
    if (matched.length === 0 || matched.includes(null)) return null;
    return matched.flatMap((list) => list ?? []);
  }

  #peer(peer: Extract<Peer, { kind: 'pods' }>, span: Span, pods: KnownPods): readonly KnownPod[] {
    const namespaces =
      peer.namespaceSelector === null ? [this.#policy.namespace] : pods.namespaces(peer.namespaceSelector);
    const matched = namespaces.flatMap((name) => pods.of(name, peer.podSelector));
    const onHost = pods.onHostNetwork(namespaces, peer.podSelector);
    // Whoever means everybody does not mean them.
    if (onHost.length > 0 && (matched.length === 0 || namesSomebody(peer.podSelector))) {
      this.#add(
        'W314',
        span,
        `this peer matches ${matched.length === 0 ? 'only pods' : 'pods'} of the host network by their labels (${namesOf(onHost)}): they have the addresses of their nodes, and no selector matches those`,
        'write the addresses of the nodes as an `ipBlock`',
      );
    } else if (matched.length === 0) {
      const what = namespaces.length === 0 ? 'no namespace has such labels' : 'no pod has such labels there';
      this.#add('W311', span, `this peer matches nothing: ${what}`, HELP_OF_PEERS);
    }
    return matched;
  }

  ports({ ports }: PolicyRule, destinations: readonly KnownPod[], services: readonly ServiceSketch[]): void {
    if (destinations.length === 0) return;
    for (const [i, port] of ports.entries()) {
      const span = this.#spanOf('ports', i, 'port');
      if (typeof port.port === 'string') this.#namedPort(port.port, port, destinations, span);
      else if (port.port !== null && port.endPort === null) {
        this.#servicePort(port.port, port, destinations, services, span);
      }
    }
  }

  #namedPort(name: string, { protocol }: PolicyPort, destinations: readonly KnownPod[], span: Span): void {
    if (destinations.some((pod) => resolvePort(pod, name, protocol) !== null)) return;
    const known = new Set(destinations.flatMap(({ ports }) => ports.flatMap((port) => port.name ?? [])));
    this.#add(
      'W312',
      span,
      `port \`${name}\` (${protocol}) matches nothing: no container of the pods that it is asked of has a port of that name`,
      known.size === 0
        ? 'write the number, or name the port in the container'
        : `named ports there: ${[...known].slice(0, 5).join(', ')}`,
    );
  }

  #servicePort(
    number: number,
    { protocol }: PolicyPort,
    destinations: readonly KnownPod[],
    services: readonly ServiceSketch[],
    span: Span,
  ): void {
    if (destinations.some(({ ports }) => ports.some((one) => one.port === number && one.protocol === protocol))) return;
    for (const service of services) {
      const behind = destinations.filter((pod) => service.namespace === pod.namespace && isBehind(pod, service));
      for (const { port, protocol: of, targetPort } of service.ports) {
        if (port !== number || of !== protocol) continue;
        const target = behind.flatMap((pod) => {
          const to = typeof targetPort === 'string' ? resolvePort(pod, targetPort, protocol) : targetPort;
          return to === null || to === number ? [] : [to];
        })[0];
        if (target === undefined) continue;
        this.#add(
          'W313',
          span,
          `port ${number} is that of Service ${objectKey(service)}; its pods listen on ${target}, and a policy is about the ports of pods`,
          `write \`port: ${target}\``,
        );
        return;
      }
    }
  }

  #spanOf(...path: Path): Span {
    return this.#manifest.spanOf([...this.#path, ...path]);
  }

  #add(code: 'W311' | 'W312' | 'W313' | 'W314', span: Span, what: string, help: string): void {
    const message = `${this.#policy.namespace}/${this.#policy.name}: ${what}`;
    this.#diagnostics.add(code, span, message, { help, absent: this.#absent });
  }
}

const HELP_OF_PEERS =
  'compare it with the labels of namespaces and pods; without `namespaceSelector` a peer is in the namespace of the policy';

function namesSomebody(selector: LabelSelector | null): boolean {
  return selector !== null && Object.keys(selector.matchLabels).length + selector.matchExpressions.length > 0;
}

function isBehind(pod: KnownPod, { selector }: ServiceSketch): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => pod.labels[key] === value);
}

function namesOf(pods: readonly HostNetworkPod[]): string {
  const names = [...new Set(pods.map(({ namespace, name, owner }) => `${namespace}/${owner?.name ?? name}`))];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
