/** The nodes that pods may be put on, and what the kubelet says of each by itself. */
import type { PodSpec, ScenarioNode } from '../../manifest/manifests.ts';
import type { Taint } from '../../manifest/schema/scheduling.ts';

export const HOSTNAME_LABEL = 'kubernetes.io/hostname';
const OS_LABEL = 'kubernetes.io/os';

/**
 * The lab is Linux. A plan depends on its manifests alone, so the architecture is not this machine's: it is the one that
 * clusters mostly have, and a node of another says so by its labels.
 */
const WELL_KNOWN = {
  [OS_LABEL]: 'linux',
  'kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'beta.kubernetes.io/arch': 'amd64',
};

export interface SchedulableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Cordoned. */
  readonly unschedulable: boolean;
  /** Of its kubelet, beside the safe ones. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** Where its labels are written; null where nobody describes it: what it lacks is then no reason to leave a pod pending. */
  readonly describedBy: 'Scenario' | 'Node' | null;
}

/** What somebody says of a node; labels of the kubelet are written over by those. */
export type DescribedNode = Pick<ScenarioNode, 'name' | 'labels' | 'taints' | 'unschedulable'> &
  Partial<Pick<ScenarioNode, 'allowedUnsafeSysctls'>> &
  Pick<SchedulableNode, 'describedBy'>;

/** The nodes that are described; without any, those that pods ask for by name, or `node-1`. */
export function schedulableNodes(
  described: readonly DescribedNode[] | null,
  specs: Iterable<PodSpec>,
): SchedulableNode[] {
  if (described !== null && described.length > 0) {
    return described.map(({ name, labels, taints, unschedulable, describedBy, allowedUnsafeSysctls = [] }) => ({
      name,
      taints,
      unschedulable,
      describedBy,
      allowedUnsafeSysctls,
      labels: { ...kubeletLabels(name), ...labels },
    }));
  }
  const names = new Set<string>();
  for (const spec of specs) if (spec.hostNetwork !== true) for (const name of nodesNamedBy(spec)) names.add(name);
  if (names.size === 0) names.add('node-1');
  return [...names].sort().map((name) => ({
    name,
    taints: [],
    unschedulable: false,
    describedBy: null,
    allowedUnsafeSysctls: [],
    labels: kubeletLabels(name),
  }));
}

/** Whether it is known which value the node has under this key, if any. */
export function knowsLabel(node: SchedulableNode, key: string): boolean {
  return node.describedBy !== null || key === HOSTNAME_LABEL || key === OS_LABEL;
}

function kubeletLabels(name: string): Record<string, string> {
  return { [HOSTNAME_LABEL]: name, ...WELL_KNOWN };
}

/** Nodes that a pod asks for by their names: only those that it must have. */
function* nodesNamedBy({ nodeName, nodeSelector = {}, affinity }: PodSpec): Generator<string> {
  if (nodeName !== undefined && nodeName !== '') {
    yield nodeName;
    return;
  }
  const selected = nodeSelector[HOSTNAME_LABEL];
  if (selected !== undefined) yield selected;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const { matchExpressions = [], matchFields = [] } of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values = [] } of [...matchExpressions, ...matchFields]) {
      if (operator === 'In' && (key === HOSTNAME_LABEL || key === 'metadata.name')) yield* values;
    }
  }
}
