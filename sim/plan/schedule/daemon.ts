/** Where a DaemonSet has pods. Source: kubernetes pkg/controller/daemon (`NodeShouldRunDaemonPod`). */
import type { PodSpec } from '../../manifest/manifests.ts';
import { meetsNodeAffinity } from './node-affinity.ts';
import type { SchedulableNode } from './node.ts';
import { daemonTolerations, repellingTaint } from './taint.ts';

export function daemonNodesOf(spec: PodSpec, nodes: readonly SchedulableNode[]): SchedulableNode[] {
  const tolerations = daemonTolerations(spec);
  return nodes.filter((node) => {
    const named = spec.nodeName === undefined || spec.nodeName === '' || spec.nodeName === node.name;
    return named && meetsNodeAffinity(spec, node) && repellingTaint(tolerations, node) === undefined;
  });
}
