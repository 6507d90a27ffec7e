import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { readMatrix } from '../matrix/matrix-schema.ts';
import type { Environment } from './environment.ts';

export const MATRIX_FILE = 'matrix.json';

/** @returns null when none was asked for. @throws DiagnosticError of kind `input` when it is none */
export function readBaseline(environment: Environment, file: string | null): Matrix | null {
  return file === null ? null : readMatrixFile(environment, file);
}

/**
 * @param path of a matrix.json, or of the folder it is in
 * @throws DiagnosticError of kind `input`
 */
export function readMatrixFile(environment: Environment, path: string): Matrix {
  const file = path.endsWith('.json') ? path : join(path, MATRIX_FILE);
  const read = readMatrix(textOf(resolve(environment.cwd, file), file));
  if (typeof read !== 'string') return read;
  throw noMatrix(`${file} is no matrix: ${read}`);
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw noMatrix(missing ? `${file} is not there` : `${file} cannot be read: ${String(error)}`);
  }
}

function noMatrix(message: string): DiagnosticError {
  const help = 'name a matrix.json that `ipvlane matrix` or `ipvlane merge` wrote, or its folder';
  return new DiagnosticError('input', [{ code: 'E532', severity: 'error', message, help }]);
}
