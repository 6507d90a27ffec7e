/** Pod affinity and anti-affinity, both ways. Source: kube-scheduler framework/plugins/interpodaffinity. */
import { labelOf } from './node-affinity.ts';
import type { SchedulableNode } from './node.ts';
import type { Neighbour, Occupancy } from './occupancy.ts';
import { podTermsOf, type PodTerm } from './pod-term.ts';

/** The first rule that keeps the pod from a node. */
export type PodAffinityVerdict = 'affinity' | 'anti-affinity' | 'anti-affinity of others' | null;

/** The required rules, held against what is there now. */
export function podAffinityFilter(pod: Neighbour, there: Occupancy): (node: SchedulableNode) => PodAffinityVerdict {
  const terms = podTermsOf(pod);
  const near = terms.filter(({ role }) => role === 'affinity').map(({ term }) => term);
  const far = terms.filter(({ role }) => role === 'anti-affinity').map(({ term }) => term);
  const liked = there.matchingAll(near);
  // The first of a group that wants to be together has nobody to go to: it may go anywhere.
  const isFirst = liked.size === 0 && near.every((term) => there.means(term, pod));
  const nearIn = near.map((term) => ({ term, values: there.byTopology(liked, term.topologyKey) }));
  const farIn = far.map((term) => ({ term, values: there.byTopology(there.matchingAll([term]), term.topologyKey) }));
  const barred = [...there.standingTerms]
    .filter(({ role, term }) => role === 'anti-affinity' && there.means(term, pod))
    .map(({ term, owners }) => ({ term, values: there.byTopology(owners, term.topologyKey) }));
  const isIn = ({ term, values }: { term: PodTerm; values: ReadonlyMap<string, number> }, node: SchedulableNode) =>
    values.has(labelOf(node, term.topologyKey) ?? '') && labelOf(node, term.topologyKey) !== undefined;
  return (node) => {
    const has = ({ term }: { term: PodTerm }) => labelOf(node, term.topologyKey) !== undefined;
    if (!nearIn.every((one) => has(one) && (isFirst || isIn(one, node)))) return 'affinity';
    if (farIn.some((one) => isIn(one, node))) return 'anti-affinity';
    return barred.some((one) => isIn(one, node)) ? 'anti-affinity of others' : null;
  };
}

/** The preferred rules, the pod's own and those that others have about it: more is better, without bounds. */
export function podPreference(pod: Neighbour, there: Occupancy): (node: SchedulableNode) => number {
  const parts: { topologyKey: string; values: ReadonlyMap<string, number>; weight: number }[] = [];
  for (const { term, role, weight } of podTermsOf(pod)) {
    if (weight === 0) continue;
    const values = there.byTopology(there.matchingAll([term]), term.topologyKey);
    parts.push({ topologyKey: term.topologyKey, values, weight: role === 'preferred' ? weight : -weight });
  }
  for (const { term, role, weight, owners } of there.standingTerms) {
    if (role === 'anti-affinity' || !there.means(term, pod)) continue;
    const values = there.byTopology(owners, term.topologyKey);
    // Whoever requires the company of this pod counts for 1 (hardPodAffinityWeight).
    const counted = role === 'affinity' ? 1 : role === 'preferred' ? weight : -weight;
    parts.push({ topologyKey: term.topologyKey, values, weight: counted });
  }
  return (node) =>
    parts.reduce((sum, { topologyKey, values, weight }) => {
      const value = labelOf(node, topologyKey);
      return value === undefined ? sum : sum + weight * (values.get(value) ?? 0);
    }, 0);
}
