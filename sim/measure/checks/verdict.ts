/**
 * The run's verdict: `error` when it did not come to its end, so that nothing can be said of what is missing; else
 * `fail` when an expectation was not met; else `unjudged` when something could not be measured.
 */
import type { EndRecord } from '../../trace/record.ts';
import type { Check, Result } from '../result.ts';

export function verdictOf(
  end: EndRecord | null,
  checks: readonly Check[],
): { readonly verdict: Result['verdict']; readonly message: string | null } {
  if (end === null) return { verdict: 'error', message: 'the trace was cut off: it has no `end` record' };
  if (end.outcome === 'interrupted') return { verdict: 'error', message: end.message ?? 'the run was interrupted' };
  if (end.outcome === 'failed') return { verdict: 'error', message: end.message ?? 'the run failed' };
  const failed = checks.filter(({ status }) => status === 'fail').length;
  const unjudged = checks.filter(({ status }) => status === 'unjudged').length;
  if (failed === 0 && unjudged > 0)
    return { verdict: 'unjudged', message: `${unjudged} of ${checks.length} checks could not be measured here` };
  if (failed === 0) return { verdict: 'pass', message: null };
  return { verdict: 'fail', message: `${failed} of ${checks.length} checks failed` };
}

/** What several runs come to together; of none, nothing can be said. */
export function worstVerdict(verdicts: readonly Result['verdict'][]): Result['verdict'] {
  const at = Math.max(-1, ...verdicts.map((verdict) => FROM_THE_BEST.indexOf(verdict)));
  return FROM_THE_BEST[at] ?? 'error';
}

const FROM_THE_BEST: readonly Result['verdict'][] = ['pass', 'unjudged', 'fail', 'error'];
