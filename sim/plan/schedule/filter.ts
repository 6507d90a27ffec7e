/** Which nodes a pod may be put on, rule by rule, in the order and the words of kube-scheduler. */
import type { Toleration } from '../../manifest/schema/scheduling.ts';
import { conflicts, hostPortsOf } from './host-ports.ts';
import { meetsNodeAffinity } from './node-affinity.ts';
import type { SchedulableNode } from './node.ts';
import type { Neighbour, Occupancy } from './occupancy.ts';
import { podAffinityFilter } from './pod-affinity.ts';
import { evictingTaint, isCordonedFor, repellingTaint, taintText } from './taint.ts';
import { spreadFilter } from './topology-spread.ts';

/** The field of a pod whose rule it is. */
export type Rule = 'tolerations' | 'nodeAffinity' | 'hostPort' | 'spread' | 'podAffinity' | 'podAntiAffinity';

export interface Misfit {
  readonly rule: Rule;
  /** As the scheduler counts it: `node(s) were unschedulable`. */
  readonly reason: string;
}

const AFFINITY: Misfit = { rule: 'nodeAffinity', reason: "node(s) didn't match Pod's node affinity/selector" };
const PORTS: Misfit = { rule: 'hostPort', reason: "node(s) didn't have free ports for the requested pod ports" };

const spreadReason = {
  skew: "node(s) didn't match pod topology spread constraints",
  'no label': "node(s) didn't match pod topology spread constraints (missing required label)",
};

const podAffinityMisfit: Readonly<Record<'affinity' | 'anti-affinity' | 'anti-affinity of others', Misfit>> = {
  affinity: { rule: 'podAffinity', reason: "node(s) didn't match pod affinity rules" },
  'anti-affinity': { rule: 'podAntiAffinity', reason: "node(s) didn't match pod anti-affinity rules" },
  'anti-affinity of others': {
    rule: 'podAntiAffinity',
    reason: "node(s) didn't satisfy existing pods anti-affinity rules",
  },
};

export interface Candidate extends Neighbour {
  readonly tolerations: readonly Toleration[];
  /** Of a DaemonSet's pod: its only node. */
  readonly onlyNode: string | null;
}

/** Why each node is none for the pod, as things stand; null where it is one. */
export function misfits(pod: Candidate, there: Occupancy): (node: SchedulableNode) => Misfit | null {
  const spread = spreadFilter(pod, pod.tolerations, there);
  const company = podAffinityFilter(pod, there);
  const ports = hostPortsOf(pod.spec);
  return (node) => {
    if (isCordonedFor(pod.tolerations, node)) return { rule: 'tolerations', reason: 'node(s) were unschedulable' };
    const taint = repellingTaint(pod.tolerations, node);
    if (taint !== undefined)
      return { rule: 'tolerations', reason: `node(s) had untolerated taint ${taintText(taint)}` };
    if (pod.onlyNode !== null && pod.onlyNode !== node.name) return AFFINITY;
    if (!meetsNodeAffinity(pod.spec, node)) return AFFINITY;
    if (conflicts(ports, there.hostPorts(node.name))) return PORTS;
    const skewed = spread(node);
    if (skewed !== null) return { rule: 'spread', reason: spreadReason[skewed] };
    const kept = company(node);
    return kept === null ? null : podAffinityMisfit[kept];
  };
}

/**
 * Why the kubelet of a node turns away a pod that was bound to it by `nodeName`, past the scheduler; null where it does
 * not. Source: kubernetes pkg/scheduler/framework/plugins `AdmissionCheck`, and the taint eviction controller.
 */
export function rejection({ spec, tolerations }: Candidate, node: SchedulableNode, there: Occupancy): Misfit | null {
  const taint = evictingTaint(tolerations, node);
  if (taint !== undefined) {
    return { rule: 'tolerations', reason: `the node has the untolerated NoExecute taint ${taintText(taint)}` };
  }
  if (!meetsNodeAffinity(spec, node))
    return { ...AFFINITY, reason: "it doesn't match the pod's node affinity/selector" };
  return conflicts(hostPortsOf(spec), there.hostPorts(node.name))
    ? { ...PORTS, reason: 'a host port of the pod is taken there' }
    : null;
}

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) ...`. */
export function availability(found: readonly Misfit[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of found) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${found.length} nodes are available: ${reasons.join(', ')}`;
}
