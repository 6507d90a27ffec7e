/** Every face of a matrix, from its folder to the exit code. The same for `matrix` and `merge`. */
import { join } from 'node:path';
import { matrixPage } from '../../reports/html/matrix-page.ts';
import { renderMatrixJunit } from '../../reports/junit/matrix-junit.ts';
import { renderMatrixMarkdown } from '../../reports/markdown/matrix-markdown.ts';
import { matrixLines } from '../../reports/terminal/matrix-table.ts';
import { regressions, type Tolerances } from '../matrix/baseline.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { readMatrix, renderMatrixJson } from '../matrix/matrix-schema.ts';
import { matrixVerdict } from '../matrix/verdict.ts';
import { type Environment, wantsColour, widthOf } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { MATRIX_FILE } from './matrix-baseline.ts';
import type { OurFolder } from './output/our-folder.ts';
import { OutputFolder, outputPath } from './output/output-folder.ts';

const MATRIX_FILES = [MATRIX_FILE, 'junit.xml', 'summary.md', 'report.html'] as const;

/** @throws DiagnosticError as `OutputFolder.create` does */
export function matrixFolder(environment: Environment, out: string | null): Promise<OutputFolder> {
  return OutputFolder.create(matrixPath(environment, out), MATRIX_FILES);
}

export function matrixPath({ cwd }: Environment, out: string | null): string {
  return outputPath(cwd, out, 'matrix');
}

/**
 * Writes the files, prints the table or the JSON. @param folder null: nothing is written. @param how.shownPath where they are in the end. Every face shows what the file says, so that a merged one
 * is no other.
 */
export function presentMatrix(
  environment: Environment,
  folder: OurFolder | null,
  made: Matrix,
  how: {
    readonly baseline: Matrix | null;
    readonly tolerances: Tolerances;
    readonly json: boolean;
    readonly shownPath: string;
  },
): ExitCode {
  const json = renderMatrixJson(made);
  const matrix = readMatrix(json);
  if (typeof matrix === 'string') throw new Error(`a matrix of our own: ${matrix}`);
  const worse = how.baseline === null ? [] : regressions(how.baseline, matrix, how.tolerances);
  folder?.write(MATRIX_FILE, json);
  folder?.write('junit.xml', renderMatrixJunit(matrix, worse));
  folder?.write('summary.md', renderMatrixMarkdown(matrix, worse));
  folder?.write('report.html', matrixPage(matrix, worse));
  const stream = how.json ? environment.stderr : environment.stdout;
  const lines = matrixLines(matrix, worse, {
    colour: wantsColour(environment, stream),
    width: widthOf(stream),
    folder: how.shownPath,
  });
  stream.write(`${lines.join('\n')}\nreport: ${join(how.shownPath, 'report.html')}\n`);
  if (how.json) environment.stdout.write(json);
  return EXIT_CODES[matrixVerdict(matrix, worse).verdict];
}

const EXIT_CODES = { pass: EXIT.ok, fail: EXIT.expectation, error: EXIT.machine, unjudged: EXIT.unjudged } as const;
