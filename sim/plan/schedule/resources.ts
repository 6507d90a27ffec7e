/**
 * Requests of pods against what Node objects say their nodes have to give. The lab has room for every pod; where a cluster
 * would not have had it, and so would have put pods elsewhere or left them pending, that is said.
 */
import { ceilQuantity, parseQuantityField } from '../../../dataplane/bandwidth/quantity.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Container, NodeManifest, PodSpec } from '../../manifest/manifests.ts';
import { objectKey } from '../cluster/cluster.ts';
import { declarationSpan, type DeclaredPod } from '../pods/declared-pod.ts';

export function warnOfResources(
  pods: readonly DeclaredPod[],
  nodeOf: (pod: DeclaredPod) => string | undefined,
  nodes: readonly NodeManifest[],
  diagnostics: Collector,
): void {
  for (const { name, allocatable } of nodes) {
    const there = pods.filter((pod) => nodeOf(pod) === name);
    // What an exported cluster had did fit.
    const added = there.find(({ had }) => had === null);
    if (added === undefined) continue;
    for (const resource of ['cpu', 'memory', 'pods']) {
      const has = milli(allocatable[resource]);
      if (has === null) continue;
      const asked = there.reduce(
        (sum, { spec }) => sum + (resource === 'pods' ? 1000n : requestOf(spec, resource)),
        0n,
      );
      if (asked <= has) continue;
      diagnostics.add(
        'W430',
        declarationSpan(added),
        `node ${name} has ${resource} ${allocatable[resource] ?? ''} to give, and its pods ask for ${thousandths(asked)}: a cluster would not have put all of them there, ${objectKey(added)} among them`,
        { help: 'resources are not modelled: write `nodeName` where the node matters, or lower the requests' },
      );
    }
  }
}

/** In thousandths. What runs at once is added up; an init container runs before the others. */
function requestOf({ containers, initContainers = [] }: PodSpec, resource: string): bigint {
  const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';
  const of = (container: Container) => milli(container.resources?.requests?.[resource]) ?? 0n;
  const together = [...containers, ...initContainers.filter(isSidecar)].reduce((sum, one) => sum + of(one), 0n);
  return initContainers.reduce((most, one) => (of(one) > most ? of(one) : most), together);
}

function milli(text: string | number | undefined): bigint | null {
  const quantity = text === undefined ? 'not-a-quantity' : parseQuantityField(String(text));
  if (typeof quantity === 'string') return null;
  return ceilQuantity({ numerator: quantity.numerator * 1000n, denominator: quantity.denominator });
}

function thousandths(value: bigint): string {
  return value % 1000n === 0n ? String(value / 1000n) : `${value}m`;
}
