/** A limit that the wire cannot fill holds by the wire, and only between pods of one node by itself. */
import { bandwidthAnnotations, parseRate } from '../../dataplane/bandwidth/rate.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import { annotationSpan, podKey, type DeclaredPod } from './declared-pod.ts';

/**
 * Warns of each such annotation at its place.
 * @param wireBps of the underlay; null: as fast as the kernel can
 * @param spanOf where the annotation was written; left out: at the pod
 */
export function warnAboveWire(
  pods: readonly DeclaredPod[],
  wireBps: number | null,
  diagnostics: Collector,
  spanOf: (pod: DeclaredPod, annotation: string) => Span | undefined = annotationSpan,
): void {
  if (wireBps === null) return;
  for (const pod of pods) {
    for (const annotation of Object.values(bandwidthAnnotations)) {
      const text = pod.annotations[annotation];
      const rate = text === undefined ? null : parseRate(text);
      if (rate === null || typeof rate === 'string' || rate.bps <= wireBps) continue;
      diagnostics.add(
        'W413',
        spanOf(pod, annotation),
        `the wire is slower (${wireBps} bit/s) than the limit of ${podKey(pod)} (\`${text}\`)`,
        { help: 'lower the limit, or give the underlay a higher `rate`' },
      );
    }
  }
}
