/**
 * Bandwidths written as Kubernetes quantities, in bits per second: what the kubelet accepts in
 * `kubernetes.io/ingress-bandwidth` and `kubernetes.io/egress-bandwidth`, and what a wire may be given.
 */
import { ceilQuantity, parseQuantity, quantityProblems, type QuantityProblem } from './quantity.ts';

/** Of a pod, as annotations name them. */
export const bandwidthAnnotations = {
  ingress: 'kubernetes.io/ingress-bandwidth',
  egress: 'kubernetes.io/egress-bandwidth',
} as const;

/** The kubelet's bounds, inclusive: `1k` and `1P`. Source: kubernetes pkg/util/bandwidth/utils.go. */
const MIN_BPS = 1_000n;
export const MAX_BPS = 1_000_000_000_000_000n;

export type RateProblem = QuantityProblem | 'too-small' | 'too-large';

/** Why a text is no bandwidth, as a clause for people; the last two are the kubelet's own words. */
export const rateProblems: Readonly<Record<RateProblem, string>> = {
  ...quantityProblems,
  'too-small': 'is unreasonably small (< 1kbit)',
  'too-large': 'is unreasonably large (> 1Pbit)',
};

/**
 * Parses a bandwidth within the kubelet's bounds. A fraction of a bit is rounded up, as Kubernetes does.
 * The number is exact: 1P is below 2^53.
 */
export function parseRate(text: string): { readonly bps: number } | RateProblem {
  const quantity = parseQuantity(text);
  if (typeof quantity === 'string') return quantity;
  const bps = ceilQuantity(quantity);
  if (bps < MIN_BPS) return 'too-small';
  if (bps > MAX_BPS) return 'too-large';
  return { bps: Number(bps) };
}

/** Bits per second, or what is wrong with the text, as a sentence for people. */
export function readRate(text: string): number | string {
  const parsed = parseRate(text);
  return typeof parsed === 'string' ? `rate \`${text}\` ${rateProblems[parsed]}` : parsed.bps;
}
