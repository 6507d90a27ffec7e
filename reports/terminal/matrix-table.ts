/** A matrix for terminals and logs: rows scenario and check, columns kernels. */
import type { Regression } from '../../sim/matrix/baseline.ts';
import { hasConsole, type Matrix } from '../../sim/matrix/matrix.ts';
import { matrixColumns, matrixRows, type MatrixRow, type Tone } from '../../sim/matrix/rows.ts';
import { matrixVerdict } from '../../sim/matrix/verdict.ts';

export function matrixLines(
  matrix: Matrix,
  regressions: readonly Regression[],
  { colour, folder = null }: { readonly colour: boolean; readonly folder?: string | null },
): string[] {
  const rows = matrixRows(matrix);
  const heads = matrixColumns(matrix).map(({ kernel, clock }) => kernel + (clock === 'virtual' ? ' (virtual)' : ''));
  const labels = labelled(rows);
  const first = widest(labels.map(({ label }) => label));
  const widths = heads.map((head, at) => widest([head, ...rows.map((row) => row.cells[at]?.text ?? '')]));
  const pad = (text: string, width: number): string => text + ' '.repeat(width - text.length);
  const lines = [[pad('', first), ...heads.map((head, at) => pad(head, widths[at] ?? 0))].join('   ').trimEnd()];
  for (const { label, row } of labels) {
    const cells = (row?.cells ?? []).map(({ text, tone }, at) => paint(pad(text, widths[at] ?? 0), tone, colour));
    lines.push([pad(label, first), ...cells].join('   ').trimEnd());
  }
  const { verdict, words } = matrixVerdict(matrix, regressions);
  return [
    ...lines,
    ...reasonLines(matrix, folder),
    ...regressionLines(regressions),
    '',
    paint(`${verdict.toUpperCase()}  ${words}`, verdict === 'pass' ? 'pass' : 'fail', colour),
  ];
}

/** Steps are lines of their own, so that the first column stays narrow. */
function labelled(rows: readonly MatrixRow[]): { readonly label: string; readonly row: MatrixRow | null }[] {
  let step: string | null = null;
  return rows.flatMap((row, at) => {
    if (row.kind === 'scenario') {
      step = null;
      return [...(at === 0 ? [] : [EMPTY]), { label: row.name, row }];
    }
    if (row.kind === 'dataplane') {
      const begins = rows[at - 1]?.kind !== 'dataplane';
      return [...(begins ? [EMPTY, { label: 'dataplane', row: null }] : []), { label: `  ${row.name}`, row }];
    }
    const begins = row.step !== step;
    step = row.step;
    return [...(begins ? [{ label: `  ${row.step ?? ''}`, row: null }] : []), { label: `    ${row.name}`, row }];
  });
}

const EMPTY = { label: '', row: null };

/** Why each cell is not as it should be, with the kernel's own words and where all of them are. */
function reasonLines({ cells }: Matrix, folder: string | null): string[] {
  const told = cells.filter(({ status }) => status !== 'pass');
  if (told.length === 0) return [];
  return [
    '',
    ...told.flatMap(({ status, scenario, kernel, reason, quote, folder: own }) => [
      `${status.toUpperCase()}  ${scenario} on ${kernel}: ${(reason ?? '').split('\n')[0] ?? ''}`,
      ...quote.slice(0, MOST_QUOTED).map((line) => `    | ${line}`),
      ...(folder === null || !hasConsole({ status }) ? [] : [`    console: ${folder}/${own}/console.log`]),
    ]),
  ];
}

const MOST_QUOTED = 8;

function regressionLines(regressions: readonly Regression[]): string[] {
  if (regressions.length === 0) return [];
  return [
    '',
    'worse than the baseline:',
    ...regressions.map(({ kernel, scenario, step, name, what }) => {
      const where = [scenario, step, name].filter((part) => part !== null).join(': ');
      return `  ${kernel}  ${where}: ${what}`;
    }),
  ];
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

const SGR: Readonly<Record<Tone, string | null>> = { pass: '32', fail: '31', skip: '33', none: null };

function paint(text: string, tone: Tone, colour: boolean): string {
  const sgr = SGR[tone];
  return colour && sgr !== null ? `\u001b[${sgr}m${text}\u001b[0m` : text;
}
