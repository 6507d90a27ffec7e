/**
 * Who reaches whom, by up to three answers: what the API's words say (oracle), what the loaded programs say (verdict), what
 * real packets met (wire). Kept as one character a cell, for a thousand pods make a million cells a port.
 */
import { explainVerdict } from '../../dataplane/policy/judgement.ts';
import type { Judgement, Verdict } from '../../dataplane/policy/judgement.ts';
import type { Oracle } from '../../dataplane/policy/oracle.ts';
import { pairAddresses } from '../plan/flows/address-pair.ts';
import type { NamedParty, QuestionEnd } from '../plan/cluster/named-party.ts';
import type { AskedPort } from '../lab/protocol.ts';
import type { Question, Target } from './question.ts';

export type Mode = 'oracle' | 'verdict' | 'wire';

/** By target, by sender: one character a receiver (`VerdictMark`, `WireMark`; the oracle's `.`, `X`, `s`, `-`). */
export type Marks = readonly (readonly string[])[];

export interface Reachability {
  readonly question: Question;
  readonly oracle: Oracle;
  readonly marks: Readonly<Partial<Record<Mode, Marks>>>;
}

/** One pair and port. A mode that was not asked, or could not be, is null. */
export interface ReachCell {
  readonly from: NamedParty;
  readonly to: NamedParty;
  readonly port: AskedPort;
  readonly oracle: Verdict | null;
  readonly verdict: Verdict | null;
  readonly wire: Verdict | null;
  /** What the programs and the wire said beyond that: `dropped by the egress program`, `timeout`. */
  readonly evidence: readonly string[];
  /** The wire was asked, and what it said is worth nothing: a table of the kernel was full. */
  readonly unjudged: boolean;
}

/** What the oracle says of every pair. @throws RangeError when the world is malformed */
export function oracleMarks(oracle: Oracle, { from, targets }: Question): Marks {
  return targets.map((target) =>
    from.map((sender) => target.to.map((receiver) => oracleMark(oracle, sender, receiver, target)).join('')),
  );
}

/** Every pair but those of a party with itself, target by target, row by row. */
export function* cellsOf(reach: Reachability): Generator<ReachCell> {
  for (const [index, target] of reach.question.targets.entries()) yield* targetCells(reach, target, index);
}

/** The cells of one target. */
export function* targetCells(reach: Reachability, target: Target, index: number): Generator<ReachCell> {
  for (const [row, from] of reach.question.from.entries()) {
    for (const [column, to] of target.to.entries()) {
      if (from !== to) yield cellAt(reach, target, index, row, column);
    }
  }
}

/** One cell of one target. @throws RangeError beyond the question */
export function cellAt(
  { question, marks }: Reachability,
  target: Target,
  index: number,
  row: number,
  column: number,
): ReachCell {
  const [from, to] = [question.from[row], target.to[column]];
  if (from === undefined || to === undefined) throw new RangeError(`no pair at row ${row}, column ${column}`);
  const markOf = (mode: Mode): string => marks[mode]?.[index]?.[row]?.[column] ?? '-';
  const [oracle, verdict, wire] = [markOf('oracle'), markOf('verdict'), markOf('wire')];
  return {
    from,
    to,
    port: pick(target),
    evidence: evidenceWords(verdict, wire),
    oracle: meaningOf(oracle),
    verdict: meaningOf(verdict),
    wire: meaningOf(wire),
    unjudged: wire === UNJUDGED,
  };
}

/** Of the wire, where a table of its kernel was full (`WireMark`). */
export const UNJUDGED = '?';

/** What two marks say beyond yes and no: `dropped by the egress program`, `timeout`. */
export function evidenceWords(verdict: string, wire: string): readonly string[] {
  return [VERDICT_WORDS[verdict], WIRE_WORDS[wire]].filter((words) => words !== undefined);
}

/** What a mark says; null: nothing. */
export function meaningOf(mark: string): Verdict | null {
  return MEANING[mark] ?? null;
}

/** Whether all that answered say the same. */
export function agrees({ oracle, verdict, wire }: ReachCell): boolean {
  return new Set([oracle, verdict, wire].filter((answer) => answer !== null)).size <= 1;
}

/** The answer to show where they agree: the one nearest to the wire. */
export function answerOf({ oracle, verdict, wire, unjudged }: ReachCell): Verdict | null {
  if (unjudged) return null;
  return wire ?? verdict ?? oracle;
}

/** Which rule allows it, or which policies isolate: the oracle's words. Null where they share no address family. */
export function ruleOf(oracle: Oracle, { from, to, port }: Pick<ReachCell, 'from' | 'to' | 'port'>): string | null {
  const judgement = judge(oracle, from, to, port);
  return judgement === null ? null : explainVerdict(judgement);
}

export function judge(oracle: Oracle, from: QuestionEnd, to: QuestionEnd, port: AskedPort): Judgement | null {
  const pair = pairAddresses(from, to, null);
  return pair === null ? null : oracle.judge({ from: pair.from, to: pair.to, ...pick(port) });
}

function oracleMark(oracle: Oracle, from: NamedParty, to: NamedParty, port: AskedPort): string {
  if (from === to) return 's';
  const pair = pairAddresses(from, to, null);
  if (pair === null) return '-';
  return oracle.verdict({ from: pair.from, to: pair.to, ...pick(port) }) === 'allowed' ? '.' : 'X';
}

function pick({ protocol, port }: AskedPort): AskedPort {
  return { protocol, port };
}

const MEANING: Readonly<Record<string, Verdict | null>> = {
  '.': 'allowed',
  r: 'allowed',
  s: 'allowed',
  X: 'denied',
  u: 'denied',
  e: 'denied',
  i: 'denied',
  '-': null,
};

const VERDICT_WORDS: Readonly<Record<string, string>> = {
  e: 'dropped by the egress program',
  i: 'dropped by the ingress program',
};

const WIRE_WORDS: Readonly<Record<string, string>> = {
  X: 'timeout',
  u: 'unreachable',
  r: 'refused',
  [UNJUDGED]: 'not judged: a table of the kernel was full',
};
