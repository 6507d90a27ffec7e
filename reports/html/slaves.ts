/**
 * What a node's panel shows: each pod, or above 24 pods each workload with its number of pods.
 */
import type { NodePlan, Plan, PodPlan } from '../../sim/plan/plan.ts';

export interface Slave {
  readonly name: string;
  /** Its address, or what the group has in common. */
  readonly detail: string;
  /** The whole story, for a tooltip. */
  readonly title: string;
  readonly limits: PodPlan['limits'];
  readonly enforced: boolean;
  /** Names of the masters it is a slave of. */
  readonly masters: readonly string[];
}

export const MOST_SLAVES = 24;

export function slavesOf(plan: Plan, node: NodePlan): Slave[] {
  const pods = plan.pods.filter((pod) => pod.node === node.name);
  if (pods.length <= MOST_SLAVES) return pods.map((pod) => single(pod));
  const groups = [...groupsOf(pods).values()].map((group) => (group.length === 1 ? single(group[0]) : together(group)));
  if (groups.length <= MOST_SLAVES) return groups.filter((slave) => slave !== null);
  const rest = groups.length - MOST_SLAVES + 1;
  const shown = groups.slice(0, MOST_SLAVES - 1).filter((slave) => slave !== null);
  const last = shown.at(-1);
  return last === undefined ? shown : [...shown, { ...last, name: `and ${rest} more`, detail: '', title: '' }];
}

function single(pod: PodPlan): Slave;
function single(pod: PodPlan | undefined): Slave | null;
function single(pod: PodPlan | undefined): Slave | null {
  if (pod === undefined) return null;
  const addresses = pod.interfaces.flatMap(({ addresses: all }) => all);
  const modes = pod.interfaces.map(
    ({ name, mode, isolation, master }) => `${name} ipvlan ${mode} ${isolation} on ${master}`,
  );
  return {
    name: pod.namespace === 'default' ? pod.name : `${pod.namespace}/${pod.name}`,
    detail: addresses.join(', '),
    title: `${pod.namespace}/${pod.name}: ${modes.join(', ')}; ${addresses.join(', ')}`,
    limits: pod.limits,
    enforced: pod.enforced,
    masters: mastersOf([pod]),
  };
}

function together(pods: readonly PodPlan[]): Slave | null {
  const [first] = pods;
  if (first === undefined) return null;
  const last = pods.at(-1) ?? first;
  const name = first.owner === null ? 'single pods' : `${first.owner.kind} ${first.owner.name}`;
  const address = (pod: PodPlan) => pod.interfaces[0]?.addresses[0]?.split('/')[0] ?? 'no address';
  return {
    name: `${pods.length} × ${name}`,
    detail: `${address(first)} … ${address(last)}`,
    title: `${pods.length} pods of ${name} in namespace ${first.namespace}`,
    limits: first.limits,
    enforced: first.enforced,
    masters: mastersOf(pods),
  };
}

/** Pods that differ in their limits are never shown as one. */
function groupsOf(pods: readonly PodPlan[]): Map<string, PodPlan[]> {
  const groups = new Map<string, PodPlan[]>();
  for (const pod of pods) {
    const { ingressBps, egressBps } = pod.limits;
    const owner = pod.owner === null ? '' : `${pod.owner.kind} ${pod.owner.name}`;
    const key = JSON.stringify([pod.namespace, owner, ingressBps, egressBps, pod.enforced]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return groups;
}

function mastersOf(pods: readonly PodPlan[]): string[] {
  return [...new Set(pods.flatMap(({ interfaces }) => interfaces.map(({ master }) => master)))];
}
