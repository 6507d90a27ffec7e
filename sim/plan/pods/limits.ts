/** Bandwidth annotations of a pod to its limits in bits per second. */
import { chargedBytes, FULL_FRAME, type Charge } from '../../../dataplane/bandwidth/charge.ts';
import { bandwidthAnnotations, MAX_BPS, parseRate, rateProblems } from '../../../dataplane/bandwidth/rate.ts';
import { departureHorizonNs } from '../../../dataplane/bpf/departure-horizon.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { annotationSpan, type DeclaredPod } from './declared-pod.ts';
import type { LimitsPlan } from '../plan.ts';

export const UNLIMITED: LimitsPlan = { ingressBps: null, egressBps: null };

/**
 * Reads both annotations; a bad value is a diagnostic at its place.
 * @param charge what a frame is charged against them
 * @param spanOf where an annotation was written
 */
export function readLimits(
  pod: DeclaredPod,
  charge: Charge,
  diagnostics: Collector,
  spanOf: (annotation: string) => Span | undefined = (annotation) => annotationSpan(pod, annotation),
): LimitsPlan {
  const read = (annotation: string): number | null =>
    readLimit(pod.annotations[annotation], charge, () => spanOf(annotation), diagnostics);
  return { ingressBps: read(bandwidthAnnotations.ingress), egressBps: read(bandwidthAnnotations.egress) };
}

function readLimit(
  text: string | undefined,
  charge: Charge,
  span: () => Span | undefined,
  diagnostics: Collector,
): number | null {
  if (text === undefined) return null;
  const rate = parseRate(text);
  if (typeof rate !== 'string') {
    warnOfLongFrames(text, rate.bps, charge, span, diagnostics);
    return rate.bps;
  }
  diagnostics.add('E410', span(), `bandwidth \`${text}\` ${rateProblems[rate]}`, {
    help: helpFor(text, rate),
  });
  return null;
}

/** With Cilium's horizon, which is the same at every rate, nothing behind the first frame would ever leave. */
function warnOfLongFrames(
  text: string,
  bps: number,
  charge: Charge,
  span: () => Span | undefined,
  diagnostics: Collector,
): void {
  const charged = chargedBytes(charge, FULL_FRAME);
  const frameNs = (charged * 8e9) / bps;
  if (frameNs <= departureHorizonNs(Number.POSITIVE_INFINITY)) return;
  const seconds = (ns: number): string => String(Math.round(ns / 1e6) / 1e3);
  diagnostics.add(
    'W415',
    span(),
    `at \`${text}\` a frame of ${FULL_FRAME} bytes${charge === 'l2' ? '' : `, which is charged ${charged},`} takes ${seconds(frameNs)} s, longer than the ${seconds(departureHorizonNs(Number.POSITIVE_INFINITY))} s that packets are usually queued ahead: the horizon becomes ${Math.ceil(departureHorizonNs(bps) / 1e9)} s, and whatever waits may wait that long`,
    { help: 'write a higher limit, or expect answers after minutes' },
  );
}

function helpFor(text: string, problem: keyof typeof rateProblems): string {
  switch (problem) {
    case 'too-small':
      return `the unit is bits per second, and kubelet takes 1k to 1P: write ${/^0*[1-9]\d*m?$/.test(text) ? `\`${text.replace('m', '')}M\`, say` : 'more'}`;
    case 'too-large':
      return `the unit is bits per second, and kubelet takes 1k to 1P (${MAX_BPS}): write less, or no annotation for no limit`;
    case 'not-a-quantity':
    case 'unknown-suffix':
    case 'exponent-out-of-range':
      return 'write bits per second as a Kubernetes quantity: `100M`, `1G`, `512Ki`';
  }
}
