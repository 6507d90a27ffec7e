/** A matrix for terminals and logs: rows scenario and check, columns kernels. */
import type { Regression } from '../../sim/matrix/baseline.ts';
import { hasConsole, type Matrix } from '../../sim/matrix/matrix.ts';
import {
  DIFFERENCES_TITLE,
  matrixColumns,
  matrixDifferences,
  matrixRows,
  type MatrixRow,
  type Tone,
} from '../../sim/matrix/rows.ts';
import { matrixVerdict } from '../../sim/matrix/verdict.ts';
import { hanging, wrapped } from './columns.ts';

/** @param how `width`: in columns; kernels that do not go beside each other stand in tables of their own */
export function matrixLines(
  matrix: Matrix,
  regressions: readonly Regression[],
  how: { readonly colour: boolean; readonly width: number; readonly folder?: string | null },
): string[] {
  const { colour, width, folder = null } = how;
  const { verdict, words } = matrixVerdict(matrix, regressions);
  return [
    ...tableLines(matrix, width, colour),
    ...reasonLines(matrix, folder, width),
    ...differenceLines(matrix, width),
    ...regressionLines(regressions, width),
    '',
    ...wrapped(`${verdict.toUpperCase()}  ${words}`, width).map((line) =>
      paint(line, verdict === 'pass' ? 'pass' : 'fail', colour),
    ),
  ];
}

interface Column {
  /** Of which column of the matrix. */
  readonly at: number;
  readonly head: string;
  readonly width: number;
}

function tableLines(matrix: Matrix, width: number, colour: boolean): string[] {
  const rows = matrixRows(matrix);
  const columns = matrixColumns(matrix).map(({ kernel, clock }, at): Column => {
    const head = kernel + (clock === 'virtual' ? ' (virtual)' : '');
    return { at, head, width: widest([head, ...rows.map((row) => row.cells[at]?.text ?? '')]) };
  });
  const widestColumn = Math.max(0, ...columns.map((column) => column.width));
  const room = Math.max(NARROWEST_LABEL, width - GAP.length - widestColumn);
  const labels = labelled(rows).map(({ label, row }) => ({ lines: labelLines(label, room), row }));
  const first = widest(labels.flatMap(({ lines }) => lines));
  return besideEachOther(columns, width - first).flatMap((some, i) => [
    ...(i === 0 ? [] : ['']),
    [' '.repeat(first), ...some.map(({ head, width: own }) => head.padEnd(own))].join(GAP).trimEnd(),
    ...labels.flatMap(({ lines: [label = '', ...more], row }) => {
      const cells = some.flatMap(({ at, width: own }) => {
        const cell = row?.cells[at];
        return cell === undefined ? [] : [paint(cell.text.padEnd(own), cell.tone, colour)];
      });
      return [[label.padEnd(first), ...cells].join(GAP).trimEnd(), ...more];
    }),
  ]);
}

const GAP = '   ';
/** Narrower than this the names of checks cannot be read. */
const NARROWEST_LABEL = 24;

function labelLines(label: string, room: number): string[] {
  const text = label.trimStart();
  const indent = ' '.repeat(label.length - text.length);
  return hanging(text, room, `${indent}  `, indent);
}

/** As many as go into `room`, in turn; one that is wider than that stands alone. */
function besideEachOther(columns: readonly Column[], room: number): Column[][] {
  const groups: Column[][] = [];
  let left = 0;
  for (const column of columns) {
    const needed = GAP.length + column.width;
    if (needed <= left) groups.at(-1)?.push(column);
    else groups.push([column]);
    left = (needed <= left ? left : room) - needed;
  }
  return groups;
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
function reasonLines({ cells }: Matrix, folder: string | null, width: number): string[] {
  const told = cells.filter(({ status }) => status !== 'pass');
  if (told.length === 0) return [];
  return [
    '',
    ...told.flatMap(({ status, scenario, kernel, reason, quote, folder: own }) => [
      ...hanging(
        `${status.toUpperCase()}  ${scenario} on ${kernel}: ${(reason ?? '').split('\n')[0] ?? ''}`,
        width,
        '  ',
      ),
      ...quote.slice(0, MOST_QUOTED).map((line) => `    | ${line}`),
      ...(folder === null || !hasConsole({ status }) ? [] : [`    console: ${folder}/${own}/console.log`]),
    ]),
  ];
}

const MOST_QUOTED = 8;

function differenceLines(matrix: Matrix, width: number): string[] {
  const differences = matrixDifferences(matrix);
  if (differences.length === 0) return [];
  return [
    '',
    `what is ${DIFFERENCES_TITLE}:`,
    ...differences.flatMap(({ kernel, text, scenarios }) =>
      hanging(`${kernel}  ${text}: ${scenarios.join(', ')}`, width, '    ', '  '),
    ),
  ];
}

function regressionLines(regressions: readonly Regression[], width: number): string[] {
  if (regressions.length === 0) return [];
  return [
    '',
    'worse than the baseline:',
    ...regressions.flatMap(({ kernel, scenario, step, name, what }) => {
      const where = [scenario, step, name].filter((part) => part !== null).join(': ');
      return hanging(`${kernel}  ${where}: ${what}`, width, '    ', '  ');
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
