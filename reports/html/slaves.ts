/**
 * What a node's panel shows: each pod, or above 24 pods the largest workloads with their number of pods.
 */
import { objectKey } from '../../sim/plan/cluster/cluster.ts';
import { formatLimit } from '../../sim/measure/words/format.ts';
import type { NodePlan, Plan, PodPlan } from '../../sim/plan/plan.ts';
import { withoutPrefix } from '../../sim/plan/ipam/address-of-cidr.ts';

export interface Slave {
  readonly name: string;
  /** Its address, or what the group has in common. */
  readonly detail: string;
  /** The whole story, for a tooltip. */
  readonly title: string;
  /** Its limits in words; empty where they differ. */
  readonly limits: string;
  /** Names of the masters it is a slave of. */
  readonly masters: readonly string[];
}

const MOST_PODS = 24;
const MOST_GROUPS = 8;

export function slavesOf(plan: Plan, node: NodePlan): Slave[] {
  const pods = plan.pods.filter((pod) => pod.node === node.name);
  if (pods.length <= MOST_PODS) return pods.map((pod) => single(pod));
  const groups = [...groupsOf(pods).values()].sort((a, b) => b.length - a.length);
  const shown = groups.length <= MOST_GROUPS ? groups : groups.slice(0, MOST_GROUPS - 1);
  const slaves = shown.flatMap((group) => (group.length === 1 ? group.map(single) : (together(group) ?? [])));
  const rest = groups.slice(shown.length);
  if (rest.length === 0) return slaves;
  const left = rest.flat();
  const detail = `${left.length} pods`;
  const more = { name: `and ${rest.length} more groups`, detail, title: detail, limits: '', masters: mastersOf(left) };
  return [...slaves, more];
}

function single(pod: PodPlan): Slave {
  const addresses = pod.interfaces.flatMap(({ addresses: all }) => all);
  const modes = pod.interfaces.map(
    ({ name, mode, isolation, master }) => `${name} ipvlan ${mode} ${isolation} on ${master}`,
  );
  return {
    name: pod.namespace === 'default' ? pod.name : objectKey(pod),
    detail: addresses.join(', '),
    title: `${objectKey(pod)}: ${modes.join(', ')}; ${addresses.join(', ')}`,
    limits: limitsOf(pod),
    masters: mastersOf([pod]),
  };
}

function together(pods: readonly PodPlan[]): Slave | null {
  const [first] = pods;
  if (first === undefined) return null;
  const last = pods.at(-1) ?? first;
  const name = first.owner === null ? 'single pods' : `${first.owner.kind} ${first.owner.name}`;
  const address = (pod: PodPlan) => {
    const [first] = pod.interfaces[0]?.addresses ?? [];
    return first === undefined ? 'no address' : withoutPrefix(first);
  };
  return {
    name: `${pods.length} × ${name}`,
    detail: `${address(first)} … ${address(last)}`,
    title: `${pods.length} pods of ${name} in namespace ${first.namespace}`,
    limits: limitsOf(first),
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

function limitsOf({ limits: { ingressBps, egressBps }, enforced }: PodPlan): string {
  if (!enforced) return 'no dataplane: not limited, not policed';
  if (ingressBps === null && egressBps === null) return 'no limit';
  return `↓ ${formatLimit(ingressBps)}  ↑ ${formatLimit(egressBps)}`;
}
