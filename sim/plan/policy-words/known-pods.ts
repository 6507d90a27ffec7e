/** The pods of a run, with the labels that they and their namespaces have at any time of it, found by selectors. */
import { indexLabels, type LabelIndex } from '../../../dataplane/policy/label-index.ts';
import type { LabelSelector, PolicyPod } from '../../../dataplane/policy/network-policy.ts';
import { selects } from '../../../dataplane/policy/selector.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';

export type KnownPod = Pick<PolicyPod, 'namespace' | 'name' | 'labels' | 'ports'>;
export type HostNetworkPod = Pick<DeclaredPod, 'namespace' | 'name' | 'labels' | 'owner'>;

export class KnownPods {
  readonly all: readonly KnownPod[];
  readonly #hostNetwork: readonly HostNetworkPod[];
  /** Every version of a namespace's labels. */
  readonly #namespaces = new Map<string, Readonly<Record<string, string>>[]>();
  readonly #byNamespace = new Map<string, { readonly pods: KnownPod[]; index: LabelIndex | null }>();

  constructor(states: readonly Cluster[], hostNetwork: readonly HostNetworkPod[]) {
    const pods = new Set<KnownPod>();
    for (const state of states) {
      for (const pod of state.pods.values()) pods.add(pod);
      for (const [name, labels] of state.namespaces) this.#addNamespace(name, labels);
    }
    this.all = [...pods];
    this.#hostNetwork = hostNetwork;
    for (const pod of pods) {
      const room = this.#byNamespace.get(pod.namespace) ?? { pods: [], index: null };
      this.#byNamespace.set(pod.namespace, room);
      room.pods.push(pod);
    }
  }

  #addNamespace(name: string, labels: Readonly<Record<string, string>>): void {
    const versions = this.#namespaces.get(name) ?? [];
    this.#namespaces.set(name, versions);
    if (!versions.includes(labels)) versions.push(labels);
  }

  /** Names of the namespaces that the selector selects at some time. */
  namespaces(selector: LabelSelector): string[] {
    return [...this.#namespaces]
      .filter(([, versions]) => versions.some((labels) => selects(selector, labels)))
      .map(([name]) => name);
  }

  /** The pods of a namespace that the selector selects at some time; null: all of them. */
  of(namespace: string, selector: LabelSelector | null): readonly KnownPod[] {
    const room = this.#byNamespace.get(namespace);
    if (room === undefined || selector === null) return room?.pods ?? [];
    room.index ??= indexLabels([...room.pods.keys()], (i) => room.pods[i]?.labels ?? {});
    return room.index.select(selector).flatMap((i) => room.pods[i] ?? []);
  }

  /** As `of`, the pods without a network of their own. */
  onHostNetwork(namespaces: readonly string[], selector: LabelSelector | null): readonly HostNetworkPod[] {
    return this.#hostNetwork.filter(({ namespace, labels }) => {
      return namespaces.includes(namespace) && (selector === null || selects(selector, labels));
    });
  }
}
