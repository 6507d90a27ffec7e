/**
 * `matrix.json`: the same scenarios on many kernels, with the numbers. Snake case, base units in the names; consumers
 * outside this project read it, so fields are only ever added. It holds no wall-clock time: under a virtual clock two
 * matrices of the same scenarios are equal byte for byte, and so are one run and its merged shards.
 */
export const MATRIX_SCHEMA = 'ipvlane.matrix/v1';

/**
 * How a scenario ended on a kernel. `panic`: the kernel gave up; `timeout`: nothing went on any more; `splat`: it came to
 * its end, but the kernel complained in its log; `skip`: the kernel is older than something it needs; `error`: the
 * scenario did not run to its end, and neither its manifests nor the kernel's own words are why (a guest that was killed);
 * `unjudged`: what could be judged is met, and something could not be measured (docs/measurement.md).
 */
export const CELL_STATUSES = ['pass', 'fail', 'skip', 'panic', 'timeout', 'splat', 'error', 'unjudged'] as const;
export type CellStatus = (typeof CELL_STATUSES)[number];

/** Ends that another boot may give otherwise: the machine's doing, as a rule, and not the kernel's. */
export const UNFINISHED: ReadonlySet<CellStatus> = new Set(['timeout', 'error']);

export interface Matrix {
  readonly schema: typeof MATRIX_SCHEMA;
  /** As asked for; null: each kernel its own. */
  readonly clock: 'real' | 'virtual' | null;
  /** Columns, in order. */
  readonly kernels: readonly string[];
  /** Groups of rows, in order. */
  readonly scenarios: readonly string[];
  /** Of the pairs of kernel and scenario, those this machine ran; null: all. Gone once all shards are merged. */
  readonly shards: readonly Shard[] | null;
  /** Kernels outer, scenarios inner; a pair that was not run is not there. */
  readonly cells: readonly Cell[];
}

/** Part `index`, from 1, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface Cell {
  readonly kernel: string;
  readonly scenario: string;
  readonly status: CellStatus;
  /** null: the kernel never came up. */
  readonly release: string | null;
  readonly clock: 'real' | 'virtual';
  /** Why it is not `pass`. */
  readonly reason: string | null;
  /** The kernel's own words about a panic or a splat, without their timestamps. */
  readonly quote: readonly string[];
  readonly measures: readonly Measure[];
  /** Where the scenario means something else on this kernel than on a newer one; left out: nowhere. */
  readonly differences?: readonly string[] | undefined;
  /** Where its trace and report lie, from the matrix's folder; and the kernel's console, `console.log` (`hasConsole`). */
  readonly folder: string;
}

/** Whether the cell's folder has `console.log`: of a run that did not pass, or never began. */
export function hasConsole({ status }: Pick<Cell, 'status'>): boolean {
  return status !== 'pass' && status !== 'skip';
}

/** A check with its number, or a number that nobody judges. */
export interface Measure {
  /** The step's name; null for what belongs to the loaded dataplane. */
  readonly step: string | null;
  readonly name: string;
  /** null: a number only. `skip`: not to be had on this kernel, or not reached. */
  readonly status: 'pass' | 'fail' | 'unjudged' | 'skip' | null;
  readonly value: number | string | null;
  readonly unit: string | null;
  /** What a baseline compares it as; null: by its status only. */
  readonly metric: MetricName | null;
  readonly reason: string | null;
}

/**
 * What a baseline compares, in units of the name. `_pct` of error and overshoot are percentages of the limit; `score_pct`
 * is the share of a step's probes that the wire answered as the policies predict.
 */
export const METRIC_NAMES = ['error_pct', 'overshoot_pct', 'score_pct', 'p99_us', 'verified_insns', 'load_ms'] as const;
export type MetricName = (typeof METRIC_NAMES)[number];
