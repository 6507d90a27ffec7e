/** What decides about a pod's node in a cluster, and does not here. */
import type { Collector } from '../../diagnostics/collector.ts';
import { specSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import type { SchedulableNode } from './node.ts';

/** Says what keeps the pod from every node, whatever nodes there are; gives whether something does. */
export function refuseUnschedulable(pod: DeclaredPod, diagnostics: Collector): boolean {
  const { schedulingGates = [], os } = pod.spec;
  const [gate] = schedulingGates;
  if (gate !== undefined) {
    diagnostics.add(
      'E441',
      specSpan(pod, 'schedulingGates'),
      `a pod waits for its scheduling gate \`${gate.name}\`, and nothing here takes it away`,
      { help: 'remove `schedulingGates`, as the controller that set them would' },
    );
    return true;
  }
  if (os === undefined || os.name === 'linux') return false;
  diagnostics.add(
    'E442',
    specSpan(pod, 'os', 'name'),
    `a pod of the operating system \`${os.name}\` runs on no Linux node`,
    {
      help: 'leave the pod out: every node of a lab is Linux',
    },
  );
  return true;
}

export function warnOfUnmodelled(
  pods: readonly DeclaredPod[],
  nodes: readonly SchedulableNode[],
  diagnostics: Collector,
): void {
  const choosable = pods.filter(({ spec, daemonNode }) => (spec.nodeName ?? '') === '' && daemonNode === null);
  for (const pod of choosable) {
    const { schedulerName } = pod.spec;
    if (schedulerName === undefined || schedulerName === '' || schedulerName === 'default-scheduler') continue;
    diagnostics.add(
      'W430',
      specSpan(pod, 'schedulerName'),
      `scheduler \`${schedulerName}\` is not modelled: the rules of the default scheduler choose the node`,
      { help: 'write `nodeName` where the node matters' },
    );
  }
  // With one node there is nothing to choose.
  if (nodes.length < 2) return;
  const bound = choosable.filter(({ spec }) => claimsVolume(spec.volumes));
  const [first] = bound;
  if (first === undefined) return;
  diagnostics.add(
    'W430',
    specSpan(first, 'volumes'),
    `${bound.length === 1 ? 'a pod has a volume claim' : `${bound.length} pods have volume claims`}: on which nodes their volumes can be reached is not modelled`,
    { help: 'write `nodeName` or a node affinity where a volume keeps a pod on certain nodes' },
  );
}

function claimsVolume(volumes: unknown): boolean {
  if (!Array.isArray(volumes)) return false;
  return volumes.some((one: unknown) => typeof one === 'object' && one !== null && 'persistentVolumeClaim' in one);
}
