/**
 * Rows as `kubectl get` prints them: left-aligned columns, three spaces apart, no lines.
 * Widths count code points; names here are ASCII by Kubernetes' own rules.
 */
export function columns(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = widthsOf(all);
  return all.map((row) => lineOf(row, widths, '   '));
}

/** One row as it is printed, in one line or several. */
export type Lines = readonly string[];

/** Narrower than this a column of words cannot be read. */
const NARROWEST = 16;

/**
 * The same within so many columns: the words of one column go over several lines, and where that is not enough each row becomes
 * its first cell and, beneath it, the others with their titles. Nothing is cut off but what is one word wider than the whole.
 * @param flexible index of the column that gives way
 * @returns the header's lines (none where titles stand in the rows), then each row's
 */
export function columnsWithin(
  width: number,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  flexible: number,
): { readonly header: Lines; readonly rows: readonly Lines[] } {
  const all = [header, ...rows];
  const widths = widthsOf(all);
  for (const gap of ['   ', '  ']) {
    const others = widths.reduce((sum, one, i) => sum + (i === flexible ? 0 : one), gap.length * (header.length - 1));
    const room = Math.min(widths[flexible] ?? 0, width - others);
    if (room < Math.min(NARROWEST, widths[flexible] ?? 0)) continue;
    if (gap === '   ' && room < (widths[flexible] ?? 0)) continue;
    const fitted = widths.map((one, i) => (i === flexible ? room : one));
    const [first = [], ...lines] = all.map((row) => wrappedRow(row, fitted, flexible, gap));
    return { header: first, rows: lines };
  }
  return { header: [], rows: rows.map((row) => recordOf(width, header, row)) };
}

/** The same as lines one below the other. */
export function tableWithin(...parts: Parameters<typeof columnsWithin>): string[] {
  const { header, rows } = columnsWithin(...parts);
  return [...header, ...rows.flat()];
}

/** Words in lines of at most `width`; a longer word stands alone in its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/**
 * The same with its further lines indented, where one sees that it goes on.
 * @param head what stands before the words, not wider than `indent`
 */
export function hanging(text: string, width: number, indent: string, head = ''): string[] {
  return wrapped(text, width - indent.length).map((line, i) => (i === 0 ? head : indent) + line);
}

function widthsOf(all: readonly (readonly string[])[]): number[] {
  return (all[0] ?? []).map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
}

function lineOf(row: readonly string[], widths: readonly number[], gap: string): string {
  return row
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join(gap)
    .trimEnd();
}

function wrappedRow(row: readonly string[], widths: readonly number[], flexible: number, gap: string): string[] {
  const parts = wrapped(row[flexible] ?? '', widths[flexible] ?? 0);
  return parts.map((part, line) =>
    lineOf(
      row.map((cell, i) => (i === flexible ? part : line === 0 ? cell : '')),
      widths,
      gap,
    ),
  );
}

function recordOf(width: number, header: readonly string[], [name = '', ...cells]: readonly string[]): string[] {
  const said = cells.flatMap((cell, i) => (cell === '' ? [] : [`${(header[i + 1] ?? '').toLowerCase()} ${cell}`]));
  return [name, ...wrapped(said.map((one) => one.replaceAll(' ', NO_BREAK)).join(', '), width - 2)].map((line, i) =>
    i === 0 ? line : `  ${line.replaceAll(NO_BREAK, ' ')}`,
  );
}

/** Holds the words of one cell together while lines are broken. */
const NO_BREAK = '\u00a0';
