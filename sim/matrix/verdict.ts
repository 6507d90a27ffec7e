/** A whole matrix in one sentence. */
import type { Regression } from './baseline.ts';
import { CELL_STATUSES, type CellStatus, type Matrix } from './matrix.ts';

export interface MatrixVerdict {
  /** `pass`: every cell passed, or was rightly skipped. `error`: nothing failed, but some did not run to their end; `unjudged`: all ran, and some could not be measured. */
  readonly verdict: 'pass' | 'fail' | 'unjudged' | 'error';
  /** `11 PASS, 1 PANIC`, and what else there is to say. */
  readonly words: string;
}

export function matrixVerdict(matrix: Matrix, regressions: readonly Regression[]): MatrixVerdict {
  const count = (status: CellStatus): number => matrix.cells.filter((cell) => cell.status === status).length;
  const counts = CELL_STATUSES.filter((status) => count(status) > 0).map(
    (status) => `${count(status)} ${status.toUpperCase()}`,
  );
  // What other machines run is not missing here.
  const missing = matrix.shards === null ? matrix.kernels.length * matrix.scenarios.length - matrix.cells.length : 0;
  const words = [
    ...counts,
    ...(missing === 0 ? [] : [`${missing} not run`]),
    ...(regressions.length === 0 ? [] : [`${regressions.length} worse than the baseline`]),
  ];
  const failed = CELL_STATUSES.some((status) => !FINE.has(status) && count(status) > 0) || regressions.length > 0;
  const unfinished = count('error') > 0 || missing > 0;
  return {
    verdict: failed ? 'fail' : unfinished ? 'error' : count('unjudged') > 0 ? 'unjudged' : 'pass',
    words: words.length === 0 ? 'no cell belongs to this part' : words.join(', '),
  };
}

/** Not a failure of scenario or kernel; `error` and `unjudged` are told by themselves. */
const FINE: ReadonlySet<CellStatus> = new Set(['pass', 'skip', 'error', 'unjudged']);
