/** Who describes the nodes: the Scenario, Node objects, or both; null where nobody does. */
import type { Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { NodeManifest, ScenarioNode } from '../../manifest/manifests.ts';
import type { DescribedNode } from './node.ts';

/** Node objects add labels, taints and a cordon to nodes of the Scenario; without these, they are the nodes. */
export function describedNodes(
  written: readonly ScenarioNode[] | null,
  objects: readonly NodeManifest[],
  diagnostics: Collector,
): readonly DescribedNode[] | null {
  if (written === null) {
    return objects.length === 0
      ? null
      : objects
          .map(({ name, labels, spec }) => ({ name, labels, ...spec, describedBy: 'Node' as const }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  const byName = new Map(objects.map((node) => [node.name, node]));
  const names = written.map(({ name }) => name);
  for (const node of objects) {
    if (names.includes(node.name)) continue;
    diagnostics.add(
      'W435',
      node.spanOf(['metadata', 'name']),
      `Node ${node.name} is none of the Scenario's, so it is not in the lab`,
      { help: didYouMean(node.name, names) ?? 'add it to `nodes` of the Scenario' },
    );
  }
  return written.map((node) => {
    const object = byName.get(node.name);
    if (object === undefined) return { ...node, describedBy: 'Scenario' };
    return {
      name: node.name,
      describedBy: 'Scenario',
      labels: { ...object.labels, ...node.labels },
      taints: [...object.spec.taints, ...node.taints],
      unschedulable: object.spec.unschedulable || node.unschedulable,
      allowedUnsafeSysctls: node.allowedUnsafeSysctls,
    };
  });
}
