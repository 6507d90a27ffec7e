/** A matrix as rows and columns of short texts: what every face of it shows, each in its own dress. */
import { formatValue } from '../measure/words/format.ts';
import type { Cell, CellStatus, Matrix, Measure } from './matrix.ts';

export type Tone = 'pass' | 'fail' | 'skip' | 'none';

export interface RowCell {
  readonly tone: Tone;
  /** `✓ +0.02 %`, `PANIC`, `–`. */
  readonly text: string;
  /** Why, where it is not as it should be. */
  readonly reason: string | null;
  /** The cell it comes from; null where there is none. */
  readonly cell: Cell | null;
}

export interface MatrixRow {
  /** `scenario`: how it ended; `measure`: a check or a number of it; `dataplane`: of the loaded object. */
  readonly kind: 'scenario' | 'measure' | 'dataplane';
  readonly scenario: string | null;
  readonly step: string | null;
  readonly name: string;
  /** One a kernel, in order. */
  readonly cells: readonly RowCell[];
}

export interface Column {
  readonly kernel: string;
  /** `6.12.117+deb13-cloud-amd64`; null when it never came up, or nothing ran on it. */
  readonly release: string | null;
  readonly clock: string | null;
}

export function matrixColumns({ kernels, cells }: Matrix): Column[] {
  return kernels.map((kernel) => {
    const own = cells.filter((cell) => cell.kernel === kernel);
    const up = own.find(({ release }) => release !== null);
    return { kernel, release: up?.release ?? null, clock: own[0]?.clock ?? null };
  });
}

/** Scenario by scenario, its checks and numbers beneath it; in the end the dataplane. */
export function matrixRows(matrix: Matrix): MatrixRow[] {
  const groups = matrix.scenarios.map((scenario) => scenarioRows(matrix, scenario));
  return [...groups.flat(), ...dataplaneRows(matrix)];
}

function scenarioRows(matrix: Matrix, scenario: string): MatrixRow[] {
  const cells = matrix.kernels.map((kernel) => cellAt(matrix, kernel, scenario));
  const whole: MatrixRow = { kind: 'scenario', scenario, step: null, name: scenario, cells: cells.map(wholeCell) };
  const measures = cells.flatMap((cell) => cell?.measures ?? []).filter(({ step }) => step !== null);
  return [whole, ...measureRows('measure', scenario, measures, cells)];
}

/** It is loaded anew for every scenario; the first that came so far speaks for the kernel. */
function dataplaneRows(matrix: Matrix): MatrixRow[] {
  const own = (cell: Cell): boolean => cell.measures.some(({ step }) => step === null);
  const cells = matrix.kernels.map(
    (kernel) => matrix.cells.find((cell) => cell.kernel === kernel && own(cell)) ?? null,
  );
  const measures = cells.flatMap((cell) => cell?.measures ?? []).filter(({ step }) => step === null);
  return measureRows('dataplane', null, measures, cells);
}

function measureRows(
  kind: MatrixRow['kind'],
  scenario: string | null,
  measures: readonly Measure[],
  cells: readonly (Cell | null)[],
): MatrixRow[] {
  const keys = new Map(measures.map(({ step, name }) => [JSON.stringify([step, name]), { step, name }]));
  return [...keys.values()].map(({ step, name }) => ({
    kind,
    scenario,
    step,
    name,
    cells: cells.map((cell) => {
      const measure = cell?.measures.find((of) => of.step === step && of.name === name);
      return measure === undefined ? NOTHING : { ...measureCell(measure), cell };
    }),
  }));
}

/** What scenarios mean otherwise on a kernel, each said once. */
export interface Difference {
  readonly kernel: string;
  /** `lacks netem’s seed (Linux 6.6): ...`. */
  readonly text: string;
  readonly scenarios: readonly string[];
}

export function matrixDifferences({ kernels, cells }: Matrix): Difference[] {
  return kernels.flatMap((kernel) => {
    const own = cells.filter((cell) => cell.kernel === kernel);
    const texts = new Set(own.flatMap(({ differences = [] }) => differences));
    return [...texts].map((text) => {
      const scenarios = own
        .filter(({ differences = [] }) => differences.includes(text))
        .map(({ scenario }) => scenario);
      return { kernel, text, scenarios };
    });
  });
}

/** Above the differences. */
export const DIFFERENCES_TITLE = 'marked * means something else there than on a newer kernel';

export function cellAt(matrix: Matrix, kernel: string, scenario: string): Cell | null {
  return matrix.cells.find((cell) => cell.kernel === kernel && cell.scenario === scenario) ?? null;
}

const NOTHING: RowCell = { tone: 'none', text: '·', reason: null, cell: null };

function wholeCell(cell: Cell | null): RowCell {
  if (cell === null) return { ...NOTHING, text: 'not run' };
  return {
    tone: TONES[cell.status],
    text: `${cell.status.toUpperCase()}${cell.differences === undefined ? '' : '*'}`,
    reason: cell.reason,
    cell,
  };
}

export const TONES: Readonly<Record<CellStatus, Tone>> = {
  pass: 'pass',
  skip: 'skip',
  fail: 'fail',
  panic: 'fail',
  timeout: 'fail',
  splat: 'fail',
  error: 'fail',
  unjudged: 'skip',
};

function measureCell({ status, value, unit, metric, reason }: Measure): Omit<RowCell, 'cell'> {
  const said = formatValue(
    typeof value === 'number' ? Number(value.toPrecision(6)) : value,
    unit === 'ms' ? null : unit,
  );
  // A share has no sign, as an error has.
  if (metric === 'score_pct' && typeof value === 'number')
    return { tone: 'none', text: `${Number(value.toFixed(2))} %`, reason };
  const text = unit === 'ms' && typeof value === 'number' ? `${value.toFixed(1)} ms` : said;
  switch (status) {
    case null:
      return { tone: 'none', text, reason };
    case 'pass':
      return { tone: 'pass', text: `✓ ${text}`, reason };
    case 'fail':
      return { tone: 'fail', text: `✗ ${text}`, reason };
    case 'unjudged':
      return { tone: 'skip', text: `? ${text}`, reason };
    case 'skip':
      return { tone: 'skip', text: value === null ? '–' : `– ${text}`, reason };
  }
}
