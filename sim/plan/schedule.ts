/**
 * Pods to nodes: `nodeName`, then `nodeSelector`, then an even spread.
 *
 * Among the nodes that fit, the one with the fewest pods of the same workload, then the fewest pods, then the first:
 * what the scheduler's PodTopologySpread comes to on empty, equal nodes.
 */
import type { Collector } from '../diagnostics/collector.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import type { PodSpec, ScenarioNode } from '../manifest/manifests.ts';
import { declarationKey, specSpan, type DeclaredPod } from './declared-pod.ts';

const HOSTNAME_LABEL = 'kubernetes.io/hostname';

export interface SchedulableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** False where no Scenario describes it: labels nobody has written down are then no reason to leave a pod pending. */
  readonly declared: boolean;
}

/**
 * The nodes of the Scenario; without any, those that pods ask for by name, or `node-1`.
 */
export function schedulableNodes(
  declared: readonly ScenarioNode[] | null,
  specs: Iterable<PodSpec>,
): SchedulableNode[] {
  if (declared !== null && declared.length > 0) {
    return declared.map(({ name, labels }) => ({
      name,
      labels: { ...labels, [HOSTNAME_LABEL]: name },
      declared: true,
    }));
  }
  const names = new Set<string>();
  for (const spec of specs) {
    const name = spec.nodeName ?? spec.nodeSelector?.[HOSTNAME_LABEL];
    if (name !== undefined && spec.hostNetwork !== true) names.add(name);
  }
  if (names.size === 0) names.add('node-1');
  return [...names].sort().map((name) => ({ name, labels: { [HOSTNAME_LABEL]: name }, declared: false }));
}

/** Whether a pod may run there, its `nodeName` aside. */
export function fitsNode({ nodeSelector = {} }: PodSpec, node: SchedulableNode): boolean {
  return Object.entries(nodeSelector).every(
    ([key, value]) => (!node.declared && key !== HOSTNAME_LABEL) || node.labels[key] === value,
  );
}

/**
 * Chooses a node for every pod, in the order given. A pod that fits nowhere is left out, with a diagnostic.
 * @param load how many pods each node has, by its name, and of each workload, by node and `declarationKey`; counted on
 */
export function schedule(
  pods: readonly DeclaredPod[],
  nodes: readonly SchedulableNode[],
  diagnostics: Collector,
  load: Map<string, number> = new Map(),
): Map<DeclaredPod, SchedulableNode> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const loadOf = (key: string) => load.get(key) ?? 0;
  const placed = new Map<DeclaredPod, SchedulableNode>();

  for (const pod of pods) {
    const workload = declarationKey(pod);
    const asked = pod.daemonNode ?? pod.spec.nodeName;
    const node =
      asked === undefined
        ? best(
            nodes.filter((candidate) => fitsNode(pod.spec, candidate)),
            (candidate) => [loadOf(`${candidate.name} ${workload}`), loadOf(candidate.name)],
          )
        : byName.get(asked);
    if (node === undefined) {
      unschedulable(pod, nodes, diagnostics);
      continue;
    }
    if (!node.declared) warnOfLabels(pod, diagnostics);
    placed.set(pod, node);
    load.set(node.name, loadOf(node.name) + 1);
    load.set(`${node.name} ${workload}`, loadOf(`${node.name} ${workload}`) + 1);
  }
  return placed;
}

function best(
  nodes: readonly SchedulableNode[],
  rank: (node: SchedulableNode) => [number, number],
): SchedulableNode | undefined {
  let chosen: SchedulableNode | undefined;
  let lowest: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const node of nodes) {
    const ranked = rank(node);
    if (ranked[0] < lowest[0] || (ranked[0] === lowest[0] && ranked[1] < lowest[1])) {
      chosen = node;
      lowest = ranked;
    }
  }
  return chosen;
}

function unschedulable(pod: DeclaredPod, nodes: readonly SchedulableNode[], diagnostics: Collector): void {
  const names = nodes.map(({ name }) => name);
  const { nodeName } = pod.spec;
  if (nodeName !== undefined) {
    diagnostics.add('E304', specSpan(pod, 'nodeName'), `node ${nodeName} is not defined`, {
      help: didYouMean(nodeName, names) ?? `the nodes are ${names.join(', ')}`,
    });
    return;
  }
  diagnostics.add(
    'E416',
    specSpan(pod, 'nodeSelector'),
    `0/${nodes.length} nodes are available: ${nodes.length} node(s) didn't match Pod's node affinity/selector`,
    { help: `give a node of the Scenario these labels, or change the selector; the nodes are ${names.join(', ')}` },
  );
}

function warnOfLabels(pod: DeclaredPod, diagnostics: Collector): void {
  for (const key of Object.keys(pod.spec.nodeSelector ?? {})) {
    if (key === HOSTNAME_LABEL) continue;
    diagnostics.add(
      'W407',
      specSpan(pod, 'nodeSelector', key),
      `nodeSelector ${key} is ignored: no Scenario says which nodes there are`,
      {
        help: 'describe the nodes with their labels in a Scenario',
        absent: [{ kinds: ['Scenario'], key: null }],
      },
    );
  }
}
