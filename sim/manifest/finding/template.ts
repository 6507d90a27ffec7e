/** Files that are no manifests yet: templates, as those of a Helm chart. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LineIndex } from '../../diagnostics/line-index.ts';

/** An action of Go's template language: a field, a variable, a comment, or one of the words that begin most of them. */
const ACTION =
  /\{\{-?\s*(?:[.$]|\/\*|(?:if|else|end|range|with|define|template|block|include|tpl|toYaml|toJson|default|required|quote|printf|lookup|fail|nindent|indent|not|and|or|eq|ne|tuple|list|dict)\b)/;
/** One that stands outside of quotes: at the beginning of a line, or right behind a key or a dash. */
const BARE_ACTION = new RegExp(`^[ \\t-]*(?:[^\\s"'#:]+:[ \\t]+)?(?=\\{\\{)${ACTION.source}`, 'm');

/**
 * Where a template cannot be read, all that is wrong with it comes of that: one error stands for what was said after
 * the first `before` diagnostics. Texts with `{{` in it that are manifests all the same (rules of Prometheus, workflows
 * of Argo) are left alone.
 */
export function sayOnceOfTemplate(file: string, text: string, before: number, diagnostics: Collector): void {
  const said = diagnostics.takeBack(before);
  const first = said.some(({ severity }) => severity === 'error') ? text.search(ACTION) : -1;
  const ofTemplate = first !== -1 && said.some((diagnostic) => comesOfTemplate(diagnostic, text));
  if (!ofTemplate) {
    diagnostics.giveBack(said);
    return;
  }
  const end = text.indexOf('}}', first);
  const lineEnd = text.indexOf('\n', first);
  const stop = end !== -1 && (lineEnd === -1 || end < lineEnd) ? end + 2 : first + 2;
  diagnostics.add('E113', new LineIndex(file, text).span(first, stop), `${file} is a template, and no manifest yet`, {
    help: 'render it first, and give what comes out: `helm template CHART | ipvlane check -`',
  });
}

/** A text that cannot be read at all, or a value that holds an action. */
function comesOfTemplate({ severity, code, span }: Diagnostic, text: string): boolean {
  if (severity !== 'error' || span === undefined) return false;
  return (
    (code.startsWith('E1') && BARE_ACTION.test(text)) ||
    text.slice(span.offset, span.offset + span.length).includes('{{')
  );
}
