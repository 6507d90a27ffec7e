/** How many cells of the truth tables each answer got right, by protocol and by tag; a pod to itself apart. */
import type { Mode } from '../reach/reachability.ts';
import type { TruthTableCase, TruthTableStep } from './truth-table.ts';

/** By table, by sender: one character a receiver, of which `.`, `r` and `s` mean allowed. */
export type Answers = readonly (readonly string[])[];

export interface Tally {
  cells: number;
  right: number;
}

export type Tallies = Map<string, Tally>;

export interface Difference {
  readonly mode: Mode;
  readonly case: number;
  readonly step: number;
  readonly description: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly expected: 'allowed' | 'denied';
}

export interface Score {
  readonly all: Tallies;
  readonly byProtocol: Map<string, Tallies>;
  readonly byTag: Map<string, Tallies>;
  /** Kubernetes leaves a pod to itself undefined: counted by the same rule, in nobody's score. */
  readonly diagonal: Tallies;
  /** Every cell off the diagonal that differs. */
  readonly differences: Difference[];
  /** Answers of the wire that came only when the question had been asked again: right, but a packet was lost or late. */
  late: number;
}

export function emptyScore(): Score {
  return { all: new Map(), byProtocol: new Map(), byTag: new Map(), diagonal: new Map(), differences: [], late: 0 };
}

/** Adds one step's answers of one mode. @throws Error when a cell was not answered */
export function addAnswers(score: Score, table: TruthTableCase, index: number, mode: Mode, answers: Answers): void {
  const step = table.steps[index];
  if (step === undefined) return;
  step.tables.forEach(({ protocol, port, rows }, t) => {
    rows.forEach((row, r) => {
      Array.from(row).forEach((expected, c) => {
        const right = allowed(answers[t]?.[r]?.[c], { table, index, mode }) === (expected === '.');
        if (r === c) {
          count(score.diagonal, mode, right);
          return;
        }
        count(score.all, mode, right);
        count(within(score.byProtocol, protocol), mode, right);
        for (const tag of table.tags) count(within(score.byTag, tag), mode, right);
        if (!right) score.differences.push(differenceOf(table, index, step, { mode, protocol, port, r, c, expected }));
      });
    });
  });
}

function differenceOf(
  table: TruthTableCase,
  step: number,
  { order }: TruthTableStep,
  cell: { mode: Mode; protocol: string; port: number; r: number; c: number; expected: string },
): Difference {
  const { mode, protocol, port, r, c, expected } = cell;
  return {
    mode,
    case: table.id,
    step,
    description: table.description,
    protocol,
    port,
    from: order[r] ?? '',
    to: order[c] ?? '',
    expected: expected === '.' ? 'allowed' : 'denied',
  };
}

function allowed(mark: string | undefined, where: { table: TruthTableCase; index: number; mode: Mode }): boolean {
  if (mark === undefined || mark === '-')
    throw new Error(`case ${where.table.id} step ${where.index}: the ${where.mode} left a cell unanswered`);
  return '.rs'.includes(mark);
}

function within(groups: Map<string, Tallies>, name: string): Tallies {
  const found = groups.get(name) ?? new Map<string, Tally>();
  groups.set(name, found);
  return found;
}

function count(tallies: Tallies, mode: Mode, right: boolean): void {
  const tally = tallies.get(mode) ?? { cells: 0, right: 0 };
  tallies.set(mode, tally);
  tally.cells++;
  if (right) tally.right++;
}
