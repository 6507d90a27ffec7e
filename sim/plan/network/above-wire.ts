/** A limit that the wire cannot fill holds by the wire, and only between pods of one node by itself. */
import { bandwidthAnnotations, parseRate } from '../../../dataplane/bandwidth/rate.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { linkWay, plugOf } from '../wire/links.ts';
import type { NodePlan, PodPlan, UnderlayPlan } from '../plan.ts';
import { objectKey } from '../cluster/cluster.ts';
import { annotationSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import { rateInWords } from '../rate-words.ts';

/** Which link each pod sends and receives over. */
export interface WireOfPods {
  readonly underlay: UnderlayPlan;
  readonly nodes: readonly NodePlan[];
  /** By key; undefined: what is wrong with it is told already. */
  readonly planned: (key: string) => PodPlan | undefined;
}

/**
 * Warns of each such annotation at its place.
 * @param spanOf where the annotation was written; left out: at the pod
 */
export function warnAboveWire(
  pods: readonly DeclaredPod[],
  { underlay, nodes, planned }: WireOfPods,
  diagnostics: Collector,
  spanOf: (pod: DeclaredPod, annotation: string) => Span | undefined = annotationSpan,
): void {
  for (const pod of pods) {
    const plan = planned(objectKey(pod));
    if (plan === undefined) continue;
    const plug = plugOf(nodes, { plan: { kind: 'pod', ...plan }, pod: plan }, null);
    for (const [direction, annotation] of Object.entries(bandwidthAnnotations)) {
      const { rateBps: wireBps } = linkWay(underlay, plug, direction === 'egress' ? 'up' : 'down');
      if (wireBps === null) continue;
      const text = pod.annotations[annotation];
      const rate = text === undefined ? null : parseRate(text);
      if (rate === null || typeof rate === 'string' || rate.bps <= wireBps) continue;
      diagnostics.add(
        'W413',
        spanOf(pod, annotation),
        `the wire is slower (${rateInWords(wireBps)}) than the limit of ${objectKey(pod)} (\`${text}\`)`,
        { help: 'lower the limit, or give the underlay, or its link of that node, a higher `rate`' },
      );
    }
  }
}
