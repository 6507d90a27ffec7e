/**
 * Diagnostics as a person reads them:
 *
 *     pool.yaml:12:11: error[E401]: unformatted subnet 172.51.0.230/16, please change it to 172.51.0.0/16
 *       12 |   subnet: 172.51.0.230/16
 *          |           ^^^^^^^^^^^^^^^
 *       help: write `172.51.0.0/16`
 */
import type { Diagnostic, Severity, Span } from './diagnostic.ts';
import { printable } from './printable.ts';

export interface TextOptions {
  /** Text of a file that was read; undefined where it is not known (then no source line is shown). */
  readonly sourceOf: (file: string) => string | undefined;
  /** Whether to use ANSI colours; whoever prints decides (terminal, NO_COLOR). */
  readonly colour: boolean;
  /** Every diagnostic; left out: at most FILE_MOST of a file, and how many more there are. */
  readonly all?: boolean;
  /**
   * The words of a text in lines as wide as the terminal: `head` before the first, `indent` before the others. Left out: one
   * line, whatever its length. Source lines are never broken.
   */
  readonly broken?: (text: string, indent: string, head: string) => readonly string[];
}

const UNBROKEN: NonNullable<TextOptions['broken']> = (text, _indent, head) => [head + text];

/** Columns of a source line that are shown; longer ones are cut around the place in question. */
const WINDOW = 120;

const RED = '31';
const YELLOW = '33';
const CYAN = '36';
const BOLD = '1';
const colourOf: Readonly<Record<Severity, string>> = { error: RED, warning: YELLOW };

/**
 * Diagnostics, one paragraph each, and a last line that counts all of them; empty for none. A warning that comes many times
 * and has nothing to advise (the kinds of a chart that are not modelled) is a line each, in a paragraph of all of them.
 */
export function renderText(diagnostics: readonly Diagnostic[], options: TextOptions): string {
  if (diagnostics.length === 0) return '';
  const shown = options.all === true ? diagnostics : firstOfEachFile(diagnostics);
  const crowds = crowdsOf(shown);
  const paragraphs = shown.flatMap((d) => {
    const crowd = crowds.get(d.code);
    if (crowd?.has(d) !== true) return [renderDiagnostic(d, options)];
    const [first] = crowd;
    return first === d ? [Array.from(crowd, (each) => `${headOf(each, options)}\n`).join('')] : [];
  });
  const more = diagnostics.length - shown.length;
  const rest =
    more === 0
      ? ''
      : ` (${shown.length} shown, at most ${FILE_MOST} of a file; \`ipvlane check --all\` shows every one)`;
  return `${paragraphs.join('\n')}\n${summaryOf(diagnostics)}${rest}\n`;
}

/** Diagnostics of one file that are printed: who mends them checks again, and a file of megabytes has as many as it has lines. */
const FILE_MOST = 50;

/** In their order, of each file the first errors and, where there is room, the first warnings. */
function firstOfEachFile(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const room = new Map<string, number>();
  const kept = new Set<Diagnostic>();
  for (const severity of ['error', 'warning'] as const) {
    for (const d of diagnostics) {
      if (d.severity !== severity) continue;
      const file = d.span?.file ?? '';
      const left = room.get(file) ?? FILE_MOST;
      if (left > 0) kept.add(d);
      room.set(file, left - 1);
    }
  }
  return diagnostics.filter((d) => kept.has(d));
}

/** More than this many of one code, and they are told in short. */
const CROWD = 3;

/** By code, the warnings without help that are too many for a paragraph each. */
function crowdsOf(diagnostics: readonly Diagnostic[]): Map<string, ReadonlySet<Diagnostic>> {
  const byCode = new Map<string, Set<Diagnostic>>();
  for (const d of diagnostics) {
    if (d.severity !== 'warning' || d.help !== undefined || d.related !== undefined) continue;
    byCode.set(d.code, (byCode.get(d.code) ?? new Set()).add(d));
  }
  return new Map([...byCode].filter(([, crowd]) => crowd.size > CROWD));
}

/** One diagnostic with its source line, its help and its related places; ends in a newline. */
export function renderDiagnostic(d: Diagnostic, options: TextOptions): string {
  const paint = painter(options);
  const { broken = UNBROKEN } = options;
  const lines = [headOf(d, options)];
  if (d.span !== undefined) lines.push(...excerptOf(d.span, options, (text) => paint(text, colourOf[d.severity])));
  if (d.help !== undefined) {
    const [first = '', ...others] = broken(printable(d.help), '        ', '  help: ');
    lines.push(
      first.replace('help', () => paint('help', CYAN)),
      ...others,
    );
  }
  for (const { span, message } of d.related ?? []) {
    lines.push(...broken(`${placeOf(span)}: ${printable(message)}`, '    ', '  '));
    lines.push(...excerptOf(span, options, (text) => paint(text, CYAN)));
  }
  return `${lines.join('\n')}\n`;
}

/** `file:line:col: severity[CODE]: message`. */
function headOf(d: Diagnostic, options: TextOptions): string {
  const paint = painter(options);
  const { broken = UNBROKEN } = options;
  const said = `${d.severity}[${d.code}]`;
  const severity = paint(said, `${BOLD};${colourOf[d.severity]}`);
  const whole = (place: string, message: string): string => {
    const text = broken(`${place}${said}: ${message}`, '    ', '').join('\n');
    const at = text.indexOf(said, place.trimEnd().length);
    return `${text.slice(0, at)}${severity}:${paint(text.slice(at + said.length + 1), BOLD)}`;
  };
  if (d.span !== undefined) return whole(`${placeOf(d.span)}: `, printable(d.message));
  // A program's or kernel's own words may be several lines; indented, they pass for no diagnostic of ours.
  const [first = '', ...others] = d.message.split(/\r?\n/).map(printable);
  return [whole('', first), ...others.map((line) => `    ${line}`.trimEnd())].join('\n');
}

function painter({ colour }: TextOptions): (text: string, style: string) => string {
  return (text, style) => (colour ? `\u001b[${style}m${text}\u001b[0m` : text);
}

function placeOf(span: Span): string {
  return `${printable(span.file)}:${span.line}:${span.column}`;
}

/** The source line and the underline beneath it; only the first line of a span that goes over several. */
function excerptOf(span: Span, { sourceOf }: TextOptions, paint: (text: string) => string): string[] {
  const line = lineOf(sourceOf(span.file), span);
  if (line === null) return [];
  const start = Math.min(span.column - 1, line.length);
  const end = Math.max(start, Math.min(start + span.length, line.length));
  const from = line.length <= WINDOW ? 0 : Math.max(0, Math.min(start - WINDOW / 4, line.length - WINDOW));
  const cut = line.slice(from, from + WINDOW);
  const before = (from > 0 ? '…' : '') + cut.slice(0, start - from);
  const shown = (from > 0 ? '…' : '') + cut + (from + WINDOW < line.length ? '…' : '');
  const marked = cut.slice(start - from, end - from);
  const number = String(span.line);
  return [
    `  ${number} | ${printable(shown)}`.trimEnd(),
    `  ${' '.repeat(number.length)} | ${blankOf(before)}${paint('^'.repeat(Math.max(1, widthOf(marked))))}`,
  ];
}

/** The line where a span begins, cut out of what may be megabytes; null where the text is not the one it is of. */
function lineOf(text: string | undefined, { offset, column, line }: Span): string | null {
  const start = offset - column + 1;
  if (text === undefined || start < 0 || start > text.length || (line > 1 && text.charAt(start - 1) !== '\n'))
    return null;
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '');
}

/** White space as wide as the text; tabs stay tabs, so that the caret stands beneath its letter on any terminal. */
function blankOf(text: string): string {
  return Array.from(text, (letter) => (letter === '\t' ? '\t' : ' '.repeat(widthOf(letter)))).join('');
}

/** Columns the text takes on a terminal: East Asian wide letters and emoji two, combining marks none. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += WIDE.test(letter) ? 2 : COMBINING.test(letter) ? 0 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const COMBINING = /[\p{Mn}\p{Me}\u200b-\u200d]/u;

function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counted = (n: number, word: string) => (n === 0 ? [] : [`${n} ${word}${n === 1 ? '' : 's'}`]);
  return [...counted(errors, 'error'), ...counted(warnings, 'warning')].join(', ');
}
