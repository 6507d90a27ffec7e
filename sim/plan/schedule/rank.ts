/**
 * Which of the nodes that fit is best. The scheduler's own sum: each preference scaled to 0-100 over these nodes, taints
 * three times, the others twice. Resources and images, which it weighs as well, are not known here; in their place, among
 * equals, the node with the fewest pods of the same workload, then the fewest pods, then the first.
 *
 * Source: kube-scheduler's default plugins and weights, framework/plugins/helper/normalize_score.go.
 */
import type { Candidate } from './filter.ts';
import { nodePreference } from './node-affinity.ts';
import type { SchedulableNode } from './node.ts';
import type { Occupancy } from './occupancy.ts';
import { podPreference } from './pod-affinity.ts';
import { unwelcome } from './taint.ts';
import { spreadPreference } from './topology-spread.ts';

const FULL = 100;

export function bestNode(
  pod: Candidate,
  fitting: readonly SchedulableNode[],
  there: Occupancy,
): SchedulableNode | undefined {
  const scores = fitting.map(() => 0);
  const add = (weight: number, scaled: readonly number[]) => {
    for (const [i, score] of scaled.entries()) scores[i] = (scores[i] ?? 0) + weight * score;
  };
  if (fitting.length > 1) {
    add(3, reversed(fitting.map((node) => unwelcome(pod.tolerations, node))));
    add(2, upToFull(fitting.map((node) => nodePreference(pod.spec, node))));
    const spread = spreadPreference(pod, pod.tolerations, there, fitting);
    if (spread !== undefined) add(2, fewest(fitting.map(spread)));
    add(2, stretched(fitting.map(podPreference(pod, there))));
  }
  const rank = (i: number) => {
    const name = fitting[i]?.name ?? '';
    return [-(scores[i] ?? 0), there.ofWorkload(pod.workload, name), there.total(name)];
  };
  let best = 0;
  for (let i = 1; i < fitting.length; i++) if (isLess(rank(i), rank(best))) best = i;
  return fitting[best];
}

function upToFull(values: readonly number[]): number[] {
  const most = Math.max(...values);
  return values.map((value) => (most === 0 ? value : Math.trunc((FULL * value) / most)));
}

function reversed(values: readonly number[]): number[] {
  const most = Math.max(...values);
  return values.map((value) => FULL - (most === 0 ? 0 : Math.trunc((FULL * value) / most)));
}

function stretched(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (most === least ? 0 : Math.trunc((FULL * (value - least)) / (most - least))));
}

function fewest(values: readonly (number | null)[]): number[] {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return values.map((value) => {
    if (value === null) return 0;
    return most === 0 ? FULL : Math.trunc((FULL * (most + least - value)) / most);
  });
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value < (b[i] ?? 0);
  return false;
}
