/** Every face of a matrix, from its folder to the exit code. The same for `matrix` and `merge`. */
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { matrixPage } from '../../reports/html/matrix-page.ts';
import { renderMatrixJunit } from '../../reports/junit/matrix-junit.ts';
import { renderMatrixMarkdown } from '../../reports/markdown/matrix-markdown.ts';
import { matrixLines } from '../../reports/terminal/matrix-table.ts';
import { regressions, type Tolerances } from '../matrix/baseline.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { readMatrix, renderMatrixJson } from '../matrix/matrix-schema.ts';
import { matrixVerdict } from '../matrix/verdict.ts';
import { type Environment, wantsColour } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { MATRIX_FILE } from './matrix-baseline.ts';
import { CELLS } from './matrix-cell.ts';
import { OutputFolder } from './output-folder.ts';

const DEFAULT_OUT = join('ipvlane-out', 'matrix');

/** @throws DiagnosticError of kind `machine` when it cannot be written */
export function matrixFolder(environment: Environment, out: string | null): OutputFolder {
  return OutputFolder.create(resolve(environment.cwd, out ?? DEFAULT_OUT));
}

/** Takes away an earlier matrix, with the runs of its cells; a folder that holds none keeps what it has. */
export function emptyMatrixFolder(folder: OutputFolder): void {
  if (!existsSync(folder.file(MATRIX_FILE))) return;
  folder.empty();
  rmSync(folder.file(MATRIX_FILE), { force: true });
  rmSync(folder.file(CELLS), { recursive: true, force: true });
}

/** Writes the files, prints the table or the JSON. Every face shows what the file says, so that a merged one is no other. */
export function presentMatrix(
  environment: Environment,
  folder: OutputFolder,
  made: Matrix,
  how: { readonly baseline: Matrix | null; readonly tolerances: Tolerances; readonly json: boolean },
): ExitCode {
  const json = renderMatrixJson(made);
  const matrix = readMatrix(json);
  if (typeof matrix === 'string') throw new Error(`a matrix of our own: ${matrix}`);
  const worse = how.baseline === null ? [] : regressions(how.baseline, matrix, how.tolerances);
  folder.write(MATRIX_FILE, json);
  folder.write('junit.xml', renderMatrixJunit(matrix, worse));
  folder.write('summary.md', renderMatrixMarkdown(matrix, worse));
  folder.write('report.html', matrixPage(matrix, worse));
  const stream = how.json ? environment.stderr : environment.stdout;
  const lines = matrixLines(matrix, worse, { colour: wantsColour(environment, stream), folder: folder.path });
  stream.write(`${lines.join('\n')}\nreport: ${folder.file('report.html')}\n`);
  if (how.json) environment.stdout.write(json);
  return EXIT_CODES[matrixVerdict(matrix, worse).verdict];
}

const EXIT_CODES = { pass: EXIT.ok, fail: EXIT.expectation, error: EXIT.machine, unjudged: EXIT.unjudged } as const;
