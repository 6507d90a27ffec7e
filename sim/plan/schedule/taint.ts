/**
 * Taints of nodes and what pods tolerate. Source: k8s.io/component-helpers scheduling/corev1 (`ToleratesTaint`); what a
 * DaemonSet's pods tolerate by themselves: kubernetes pkg/controller/daemon/util/daemonset_util.go.
 */
import type { PodSpec } from '../../manifest/manifests.ts';
import type { Taint, Toleration } from '../../manifest/schema/scheduling.ts';
import type { SchedulableNode } from './node.ts';

const CORDONED: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** The first taint that keeps the pod from being put there. */
export function repellingTaint(tolerations: readonly Toleration[], node: SchedulableNode): Taint | undefined {
  return node.taints.find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(tolerations, taint));
}

/** The first taint that drives away a pod that is there. */
export function evictingTaint(tolerations: readonly Toleration[], node: SchedulableNode): Taint | undefined {
  return node.taints.find((taint) => taint.effect === 'NoExecute' && !tolerates(tolerations, taint));
}

/** How many taints would rather not have the pod there. */
export function unwelcome(tolerations: readonly Toleration[], node: SchedulableNode): number {
  return node.taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(tolerations, taint)).length;
}

export function isCordonedFor(tolerations: readonly Toleration[], node: SchedulableNode): boolean {
  return node.unschedulable && !tolerates(tolerations, CORDONED);
}

export function daemonTolerations({ tolerations = [], hostNetwork = false }: PodSpec): readonly Toleration[] {
  const by = (condition: string, effect: 'NoSchedule' | 'NoExecute'): Toleration => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect,
  });
  return [
    ...tolerations,
    by('not-ready', 'NoExecute'),
    by('unreachable', 'NoExecute'),
    by('disk-pressure', 'NoSchedule'),
    by('memory-pressure', 'NoSchedule'),
    by('pid-pressure', 'NoSchedule'),
    by('unschedulable', 'NoSchedule'),
    ...(hostNetwork ? [by('network-unavailable', 'NoSchedule')] : []),
  ];
}

/** As the scheduler writes it. */
export function taintText({ key, value = '' }: Taint): string {
  return `{${key}: ${value}}`;
}

function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((toleration) => toleratesOne(toleration, taint));
}

function toleratesOne({ key = '', operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  const has = taint.value ?? '';
  switch (operator) {
    case 'Exists':
      return true;
    case 'Equal':
      return has === value;
    case 'Lt':
    case 'Gt':
      if (!/^-?\d+$/.test(has)) return false;
      return operator === 'Lt' ? BigInt(has) < BigInt(value) : BigInt(has) > BigInt(value);
  }
}
