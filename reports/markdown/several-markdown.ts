/** Several runs in one summary for CI: a line each, then what did not pass. */
import type { ScenarioRun } from '../../sim/measure/result.ts';
import { worstVerdict } from '../../sim/measure/checks/verdict.ts';
import { formatAmount } from '../../sim/measure/words/format.ts';
import { renderMarkdown, VERDICT_WORDS } from './markdown.ts';
import { markdownText as text } from './markdown-text.ts';

/**
 * @param runs with names as people read them
 * @param asked how many there were to run; more than there are runs after an interruption
 */
export function renderSeveralMarkdown(runs: readonly ScenarioRun[], asked: number): string {
  const verdict = worstVerdict(runs.map(({ result }) => result?.verdict ?? 'error'));
  const missing = asked - runs.length;
  const lines = [
    `## ${VERDICT_WORDS[missing > 0 ? 'error' : verdict]}: ${formatAmount(asked, 'scenario')}`,
    '',
    '| scenario | verdict | checks met | not met | not measurable here | why |',
    '| --- | --- | --- | --- | --- | --- |',
    ...runs.map(({ scenario, result, message }) => {
      const count = (status: string): string =>
        result === null ? '–' : String(result.checks.filter((check) => check.status === status).length);
      const counts = [count('pass'), count('fail'), count('unjudged')];
      const cells = [VERDICT_WORDS[result?.verdict ?? 'error'], ...counts, message ?? result?.message ?? ''];
      return `| ${[scenario, ...cells].map(text).join(' | ')} |`;
    }),
    ...(missing > 0 ? ['', `${missing} not run`] : []),
  ];
  const others = runs.flatMap(({ result }) => (result === null || result.verdict === 'pass' ? [] : [result]));
  return [`${lines.join('\n')}\n`, ...others.map(renderMarkdown)].join('\n');
}
