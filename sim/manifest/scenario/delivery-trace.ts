/**
 * A trace of a wire's rate over time, in mahimahi's format: every line one moment, in whole milliseconds from the beginning, at
 * which a packet of 1500 bytes may leave. Several lines may name one moment. After the last moment it begins anew.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import { LineIndex } from '../../diagnostics/line-index.ts';

/** Every moment is an entry of a map of the dataplane, which is searched in twenty steps. */
const MOST_MOMENTS = 2 ** 20;
/** Of the map's 32 bits: 49 days. */
const LAST_MOMENT_MS = 2 ** 32 - 1;
const MOST_PROBLEMS = 20;

/** Milliseconds; null after a diagnostic at the line that is wrong. */
export function parseDeliveryTrace(file: string, text: string, diagnostics: Collector): readonly number[] | null {
  const lines = linesOf(text);
  const index = new LineIndex(file, text);
  const moments: number[] = [];
  let problems = 0;
  let before: Line | null = null;
  for (const line of lines) {
    const problem = problemOf(line, before);
    if (problem === null) {
      moments.push(Number(line.text));
      before = line;
      continue;
    }
    problems += 1;
    if (problems > MOST_PROBLEMS) break;
    diagnostics.add('E221', index.span(line.start, line.start + Math.max(1, line.text.length)), problem, {
      help: HELP,
      ...(before === null || !problem.includes('out of order')
        ? {}
        : {
            related: [{ span: index.span(before.start, before.start + before.text.length), message: 'after this one' }],
          }),
    });
  }
  if (problems > 0) return null;
  const ofAll = problemOfAll(moments);
  if (ofAll === null) return moments;
  const start = before?.start ?? 0;
  diagnostics.add('E221', index.span(start, start + (before?.text.length ?? 0)), ofAll, { help: HELP });
  return null;
}

interface Line {
  readonly text: string;
  readonly start: number;
}

const HELP = 'write one moment a line, in whole milliseconds, none earlier than the one before it';

/** Without the end of the last line, and without carriage returns. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end);
    lines.push({ text: line.replace(/\r$/, ''), start });
    start += line.length + 1;
  }
  return lines;
}

function problemOf({ text }: Line, before: Line | null): string | null {
  if (/^-\d+$/.test(text)) return `the moment ${text} is negative`;
  if (!/^\d+$/.test(text)) return `\`${text}\` is not a whole number of milliseconds`;
  const ms = Number(text);
  if (ms > LAST_MOMENT_MS)
    return `the moment ${text} is later than ${LAST_MOMENT_MS} ms, the last that a trace can have`;
  if (before !== null && ms < Number(before.text))
    return `the moment ${text} is out of order: ${before.text} stands before it`;
  return null;
}

function problemOfAll(moments: readonly number[]): string | null {
  if (moments.length === 0) return 'the trace is empty: nothing could ever leave';
  if (moments.length > MOST_MOMENTS) return `the trace has ${moments.length} moments, and ${MOST_MOMENTS} are the most`;
  if (moments.at(-1) === 0) return 'the trace ends at moment 0, from which it would begin anew for ever';
  return null;
}
