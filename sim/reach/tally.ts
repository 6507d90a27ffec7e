/**
 * Pairs counted straight from their marks: a thousand pods make a million pairs a port, and an object each would cost
 * more than the answers did.
 */
import type { NamedParty } from '../plan/cluster/named-party.ts';
import type { Target } from './question.ts';
import { cellAt, meaningOf, UNJUDGED, type Reachability, type ReachCell } from './reachability.ts';

/** Pairs by what the answer nearest to the wire says of them; a pair that nobody answered counts among `all` alone. */
export interface Tally {
  readonly all: number;
  readonly allowed: number;
  readonly denied: number;
  /** Those of which the wire's answer is worth nothing. */
  readonly unjudged: number;
  /** Those where the answers differ. */
  readonly wrong: number;
}

/** The pairs of a target between groups of parties. */
export interface GroupedTally {
  /** Names of the groups that send, and of those that receive, in the order of their first parties. */
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  readonly whole: Tally;
  /** By sending group, by receiving group (indices of the lists above). */
  readonly between: readonly (readonly Tally[])[];
}

/** Counts every pair of a target but those of a party with itself. */
export function tallyTarget(
  reach: Reachability,
  target: Target,
  index: number,
  groupOf: (party: NamedParty) => string,
): GroupedTally {
  const senders = grouping(reach.question.from, groupOf);
  const receivers = grouping(target.to, groupOf);
  const between = senders.names.map(() => receivers.names.map(emptyTally));
  eachPair(reach, target, index, (row, column, answer, differ) => {
    const tally = between[senders.groups[row] ?? 0]?.[receivers.groups[column] ?? 0];
    if (tally === undefined) return;
    tally.all++;
    if (answer === WORTHLESS) tally.unjudged++;
    else if (answer === ALLOWED) tally.allowed++;
    else if (answer === DENIED) tally.denied++;
    if (differ) tally.wrong++;
  });
  return { senders: senders.names, receivers: receivers.names, whole: sum(between.flat()), between };
}

/** The first `most` pairs whose answers differ, in the order of `cellsOf`, and how many there are. */
export function differingCells(
  reach: Reachability,
  most: number,
): { readonly first: ReachCell[]; readonly count: number } {
  const first: ReachCell[] = [];
  let count = 0;
  for (const [index, target] of reach.question.targets.entries()) {
    eachPair(reach, target, index, (row, column, _, differ) => {
      if (!differ) return;
      count++;
      if (first.length < most) first.push(cellAt(reach, target, index, row, column));
    });
  }
  return { first, count };
}

type MutableTally = { -readonly [Field in keyof Tally]: number };

function emptyTally(): MutableTally {
  return { all: 0, allowed: 0, denied: 0, unjudged: 0, wrong: 0 };
}

function sum(tallies: readonly Tally[]): Tally {
  const whole = emptyTally();
  for (const { all, allowed, denied, unjudged, wrong } of tallies) {
    whole.all += all;
    whole.allowed += allowed;
    whole.denied += denied;
    whole.unjudged += unjudged;
    whole.wrong += wrong;
  }
  return whole;
}

/** Names of groups in the order of their first parties, and the index of each party's group. */
function grouping(parties: readonly NamedParty[], groupOf: (party: NamedParty) => string) {
  const indexOf = new Map<string, number>();
  const groups = parties.map((party) => {
    const name = groupOf(party);
    const known = indexOf.get(name) ?? indexOf.size;
    indexOf.set(name, known);
    return known;
  });
  return { names: [...indexOf.keys()], groups };
}

/** An answer as a bit, so that answers that differ are seen from their union. */
const [ALLOWED, DENIED, WORTHLESS] = [1, 2, 4];

const BITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const meaning = meaningOf(String.fromCharCode(code));
  if (String.fromCharCode(code) === UNJUDGED) return WORTHLESS;
  return meaning === null ? 0 : meaning === 'allowed' ? ALLOWED : DENIED;
});

type PairVisitor = (row: number, column: number, answer: number, differ: boolean) => void;

/** Visits row by row; `answer` is `ALLOWED`, `DENIED`, `WORTHLESS` or 0. What it says is what `answerOf` and `agrees` say of a cell. */
function eachPair({ question, marks }: Reachability, { to }: Target, index: number, visit: PairVisitor): void {
  for (const [row, from] of question.from.entries()) {
    const [oracle, verdict, wire] = [marks.oracle, marks.verdict, marks.wire].map((mode) => mode?.[index]?.[row] ?? '');
    for (const [column, receiver] of to.entries()) {
      if (from === receiver) continue;
      const [o, v, w] = [bitAt(oracle, column), bitAt(verdict, column), bitAt(wire, column)];
      visit(row, column, w || v || o, ((o | v | w) & (ALLOWED | DENIED)) === (ALLOWED | DENIED));
    }
  }
}

function bitAt(marks: string | undefined, column: number): number {
  return BITS[marks?.charCodeAt(column) ?? 0] ?? 0;
}
