/** How many pods a lab holds, and how many pods and objects a file may hold for it. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { Code } from '../../diagnostics/codes.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';

/** What one kernel was seen to hold: 10,000 came up in 30 min, with 4 GiB (docs/kernels.md, "Tables of the kernel"). */
export const MOST_PODS = 10_000;

/**
 * Pods that have ended take no place in a lab, and a cluster keeps 12,500 of them (`--terminated-pod-gc-threshold` of the
 * kube-controller-manager). A file with more than both, and some that wait for a node, holds too many pods for a lab, whatever is
 * said of them; it is not read any further.
 */
const MOST_PODS_OF_A_FILE = 25_000;

/**
 * Of whatever kind: four for each pod that a lab holds. Reading and planning take a second of a processor for every 7,000 to 30,000
 * small ones (docs/security.md), and a file of 16 MiB has room for 200,000.
 */
const MOST_OBJECTS_OF_A_FILE = 40_000;

/** Of one file, as many as were found, whatever they say. */
export class ObjectCount {
  #pods = 0;
  #objects = 0;
  #isTooMany = false;

  get isTooMany(): boolean {
    return this.#isTooMany;
  }

  /** @returns false after a diagnostic: this one is too many */
  see(kind: string, at: () => Span, diagnostics: Collector): boolean {
    if (kind === 'Pod' && ++this.#pods > MOST_PODS_OF_A_FILE) {
      return this.#refuse('E424', at(), diagnostics, {
        before: `${MOST_PODS_OF_A_FILE} pods`,
        why:
          `a lab holds ${MOST_PODS} pods, and what has ended besides is not so many in a cluster ` +
          '(--terminated-pod-gc-threshold)',
        help: 'leave pods out: export one namespace (`kubectl get pods -n NAMESPACE -o yaml`), or those of a label (`-l`)',
      });
    }
    if (++this.#objects > MOST_OBJECTS_OF_A_FILE) {
      return this.#refuse('E127', at(), diagnostics, {
        before: `${MOST_OBJECTS_OF_A_FILE} objects`,
        why: 'a file may hold no more',
        help: 'leave objects out that the lab does not need, or split the file',
      });
    }
    return true;
  }

  #refuse(
    code: Code,
    span: Span,
    diagnostics: Collector,
    { before, why, help }: { readonly before: string; readonly why: string; readonly help: string },
  ): false {
    this.#isTooMany = true;
    diagnostics.add(code, span, `${span.file} has ${before} before this one, and is not read any further: ${why}`, {
      help,
    });
    return false;
  }
}
