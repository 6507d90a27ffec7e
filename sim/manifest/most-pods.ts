/** How many pods a lab holds, and how many a file may hold for it. */
import type { Collector } from '../diagnostics/collector.ts';
import type { Span } from '../diagnostics/diagnostic.ts';

/** What one kernel was seen to hold: 10,000 came up in 30 min, with 4 GiB (docs/kernels.md, "Tables of the kernel"). */
export const MOST_PODS = 10_000;

/**
 * Pods that have ended take no place in a lab, and a cluster keeps 12,500 of them (`--terminated-pod-gc-threshold` of the
 * kube-controller-manager). A file with more than both, and some that wait for a node, holds too many pods for a lab, whatever is
 * said of them; it is not read any further.
 */
export const MOST_PODS_OF_A_FILE = 25_000;

/** Of one file. */
export class PodCount {
  readonly #most: number;
  #seen = 0;

  constructor(most = MOST_PODS_OF_A_FILE) {
    this.#most = most;
  }

  get isTooMany(): boolean {
    return this.#seen > this.#most;
  }

  /** @returns false after a diagnostic: this one is too many */
  see(at: () => Span, diagnostics: Collector): boolean {
    if (++this.#seen <= this.#most) return true;
    const span = at();
    const message =
      `${span.file} has ${this.#most} pods before this one, and is not read any further: a lab holds ${MOST_PODS} pods, ` +
      `and what has ended besides is not so many in a cluster (--terminated-pod-gc-threshold)`;
    diagnostics.add('E424', span, message, {
      help: 'leave pods out: export one namespace (`kubectl get pods -n NAMESPACE -o yaml`), or those of a label (`-l`)',
    });
    return false;
  }
}
