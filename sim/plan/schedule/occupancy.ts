/**
 * Who is on which node: what the rules of a pod that comes are held against. Counts are kept rather than taken again, so
 * that a thousand replicas with the same rule cost a thousand steps and not a million.
 */
import { selects } from '../../../dataplane/policy/selector.ts';
import type { LabelSelector } from '../../../dataplane/policy/network-policy.ts';
import type { PodSpec } from '../../manifest/manifests.ts';
import { hostPortsOf, type HostPort } from './host-ports.ts';
import { labelOf } from './node-affinity.ts';
import type { SchedulableNode } from './node.ts';
import { podTermsOf, type PodTerm, type PodTermRole } from './pod-term.ts';

/** A pod as others see it. */
export interface Neighbour {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** `declarationKey`: what people wrote down once. */
  readonly workload: string;
}

/** Labels of a namespace, by its name. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>>;

/** Pods on each node, by the node's name. */
type Counts = Map<string, number>;

/** A rule that pods which are there have about others, and where those pods are. */
export interface StandingTerm {
  readonly term: PodTerm;
  readonly role: PodTermRole;
  readonly weight: number;
  readonly owners: Counts;
}

export class Occupancy {
  readonly nodes: readonly SchedulableNode[];
  readonly #namespaceLabels: NamespaceLabels;
  readonly #placed: { readonly pod: Neighbour; readonly node: string }[] = [];
  readonly #total: Counts = new Map();
  readonly #ofWorkload = new Map<string, Counts>();
  readonly #counters = new Map<string, { readonly matches: (pod: Neighbour) => boolean; readonly counts: Counts }>();
  readonly #standing = new Map<string, StandingTerm>();
  readonly #hostPorts = new Map<string, HostPort[]>();

  constructor(nodes: readonly SchedulableNode[], namespaceLabels: NamespaceLabels) {
    this.nodes = nodes;
    this.#namespaceLabels = namespaceLabels;
  }

  add(pod: Neighbour, node: string): void {
    this.#placed.push({ pod, node });
    increase(this.#total, node, 1);
    increase(
      inside(this.#ofWorkload, pod.workload, () => new Map<string, number>()),
      node,
      1,
    );
    for (const { matches, counts } of this.#counters.values()) if (matches(pod)) increase(counts, node, 1);
    for (const { term, role, weight } of podTermsOf(pod)) {
      const standing = { term, role, weight, owners: new Map<string, number>() };
      increase(inside(this.#standing, `${role} ${weight} ${term.key}`, () => standing).owners, node, 1);
    }
    inside(this.#hostPorts, node, () => []).push(...hostPortsOf(pod.spec));
  }

  total(node: string): number {
    return this.#total.get(node) ?? 0;
  }

  ofWorkload(workload: string, node: string): number {
    return this.#ofWorkload.get(workload)?.get(node) ?? 0;
  }

  hostPorts(node: string): readonly HostPort[] {
    return this.#hostPorts.get(node) ?? [];
  }

  get standingTerms(): Iterable<StandingTerm> {
    return this.#standing.values();
  }

  /** Pods that every one of the terms means. */
  matchingAll(terms: readonly PodTerm[]): ReadonlyMap<string, number> {
    return this.#count(terms.map(({ key }) => key).join('\n'), (pod) => terms.every((term) => this.means(term, pod)));
  }

  /** Pods of a namespace with these labels. */
  inNamespace(namespace: string, selector: LabelSelector): ReadonlyMap<string, number> {
    return this.#count(JSON.stringify([namespace, selector]), (pod) => {
      return pod.namespace === namespace && selects(selector, pod.labels);
    });
  }

  means({ selector, namespaces, namespaceSelector }: PodTerm, pod: Neighbour): boolean {
    const near =
      namespaces.includes(pod.namespace) ||
      (namespaceSelector !== null && selects(namespaceSelector, this.#namespaceLabels(pod.namespace)));
    return near && selector !== null && selects(selector, pod.labels);
  }

  /** Counts of nodes as counts of what they have under a label; nodes without that label are left out. */
  byTopology(counts: ReadonlyMap<string, number>, topologyKey: string): Map<string, number> {
    const sums = new Map<string, number>();
    for (const node of this.nodes) {
      const [value, count] = [labelOf(node, topologyKey), counts.get(node.name) ?? 0];
      if (value !== undefined && count > 0) increase(sums, value, count);
    }
    return sums;
  }

  #count(key: string, matches: (pod: Neighbour) => boolean): ReadonlyMap<string, number> {
    const counter = inside(this.#counters, key, () => {
      const counts: Counts = new Map();
      for (const { pod, node } of this.#placed) if (matches(pod)) increase(counts, node, 1);
      return { matches, counts };
    });
    return counter.counts;
  }
}

function inside<T>(map: Map<string, T>, key: string, make: () => T): T {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

function increase(counts: Counts, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
