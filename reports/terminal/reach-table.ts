/**
 * Who reaches whom, as tables: rows send, columns receive, one table a port. Receivers that are many, or whose names have no
 * room, are numbered, so that a column is two characters wide; very many are put together by workload.
 */
import { formatAmount, formatCount } from '../../sim/measure/words/format.ts';
import { workloadName, type NamedParty } from '../../sim/plan/cluster/named-party.ts';
import type { Reachability, ReachCell } from '../../sim/reach/reachability.ts';
import { agrees, answerOf, ruleOf, targetCells } from '../../sim/reach/reachability.ts';
import { differingCells, tallyTarget, type GroupedTally, type Tally } from '../../sim/reach/tally.ts';
import { portText } from '../../sim/plan/plan.ts';
import type { Target } from '../../sim/reach/question.ts';
import { columns, hanging, wrapped } from './columns.ts';

/** Receivers that still stand above their columns by name, and parties that still have a row of their own. */
const MOST_NAMED = 8;
const MOST_ROWS = 48;
const MOST_DIFFERENCES = 20;
const MOST_ADDRESSLESS = 4;

/** @param width columns that the tables have; what needs more goes on beneath */
export function reachLines(reach: Reachability, width: number): string[] {
  const { from, targets } = reach.question;
  const tallied = targets.map((target, index) => ({ target, tally: tallyTarget(reach, target, index, workloadName) }));
  const lines = tallied.flatMap(({ target, tally }, index) => {
    const table =
      from.length > MOST_ROWS || target.to.length > MOST_ROWS
        ? byWorkload(target, tally, width)
        : byParty(target, from, [...targetCells(reach, target, index)], width);
    return [...table, '', countLine(tally.whole), ''];
  });
  const unasked = tallied.some(({ tally: { whole } }) => unaskedIn(whole) > 0);
  return [...lines, ...differences(reach, width), ...legend(reach, unasked).flatMap((line) => wrapped(line, width))];
}

function byParty(target: Target, from: readonly NamedParty[], cells: readonly ReachCell[], width: number): string[] {
  const marks = new Map(cells.map((cell) => [`${cell.from.name} ${cell.to.name}`, markOf(cell)]));
  const senders = from.map(({ name }) => name);
  const receivers = target.to.map(({ name }) => name);
  const rows = senders.map((name) => receivers.map((to) => marks.get(`${name} ${to}`) ?? (name === to ? '·' : '')));
  return tableOf(
    { title: portText(target), senders, receivers, rows },
    receivers.length <= MOST_NAMED ? width : 0,
    width,
  );
}

/** `✓` all pairs, `✗` none, `3/12` allowed of all. */
function byWorkload(target: Target, { senders, receivers, between }: GroupedTally, width: number): string[] {
  const rows = between.map((row) => row.map(tallyText));
  return tableOf({ title: `${portText(target)} by workload`, senders, receivers, rows }, width, width);
}

interface Table {
  readonly title: string;
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  /** By sender, by receiver. */
  readonly rows: readonly (readonly string[])[];
}

/** @param namedWidth room in which the receivers stand above their columns by name; where they need more they are numbered */
function tableOf({ title, senders, receivers, rows }: Table, namedWidth: number, width: number): string[] {
  const named = columns(
    [title, ...receivers],
    senders.map((name, row) => [name, ...(rows[row] ?? [])]),
  );
  if (Math.max(...named.map((line) => line.length)) <= namedWidth) return named;
  const numberOf = new Map(receivers.map((name, index) => [name, `${index + 1}`]));
  const labels = senders.map((name) => `${(numberOf.get(name) ?? '').padStart(2)} ${name}`);
  const unnumbered = receivers.filter((name) => !senders.includes(name));
  const room = width - Math.max(0, ...labels.map((label) => label.length));
  const blocks = blocksOf(
    receivers.map((_, column) => [`${column + 1}`, ...rows.map((row) => row[column] ?? '')]),
    room,
  );
  return [
    title,
    ...blocks.flatMap((block) => numberedRows(labels, block)),
    ...unnumbered.map((name) => `   column ${numberOf.get(name) ?? ''} is ${name}`),
  ];
}

/** Columns, from the top down. */
type Columns = readonly (readonly string[])[];

/** As many side by side as there is room for, one at least. */
function blocksOf(all: Columns, room: number): Columns[] {
  const blocks: (readonly string[])[][] = [];
  let used = Infinity;
  for (const column of all) {
    const needed = 1 + widest(column);
    if (used + needed > room) {
      blocks.push([]);
      used = 0;
    }
    blocks.at(-1)?.push(column);
    used += needed;
  }
  return blocks;
}

/** Columns as narrow as their number. */
function numberedRows(labels: readonly string[], block: Columns): string[] {
  return ['', ...labels].map((label, row) =>
    [label.padEnd(widest(labels)), ...block.map((column) => (column[row] ?? '').padStart(widest(column)))]
      .join(' ')
      .trimEnd(),
  );
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

function tallyText(tally: Tally): string {
  const { all, allowed, unjudged, wrong } = tally;
  if (all === 0) return '·';
  const asked = all - unaskedIn(tally);
  if (asked === 0) return '-';
  if (unjudged > 0) return `${allowed}/${asked} ?${wrong > 0 ? ' ≠' : ''}`;
  return `${allowed === asked ? '✓' : allowed === 0 ? '✗' : `${allowed}/${asked}`}${wrong > 0 ? ' ≠' : ''}`;
}

function unaskedIn({ all, allowed, denied, unjudged }: Tally): number {
  return all - allowed - denied - unjudged;
}

function markOf(cell: ReachCell): string {
  if (!agrees(cell)) return '≠';
  if (cell.unjudged) return '?';
  const answer = answerOf(cell);
  return answer === null ? '-' : answer === 'allowed' ? '✓' : '✗';
}

function countLine(tally: Tally): string {
  const { all, allowed, denied, unjudged, wrong } = tally;
  const said = (count: number, what: string): string => `${formatCount(count)} ${what}`;
  const rare = (count: number, what: string): string[] => (count === 0 ? [] : [said(count, what)]);
  const counts = [
    said(allowed, 'allowed'),
    said(denied, 'denied'),
    ...rare(unaskedIn(tally), 'not asked (-)'),
    ...rare(unjudged, 'not measurable here (?)'),
    ...rare(wrong, 'where the answers differ'),
  ];
  return `${formatAmount(all, 'pair')}: ${counts.join(', ')}`;
}

function differences(reach: Reachability, width: number): string[] {
  const { first, count } = differingCells(reach, MOST_DIFFERENCES);
  const lines = first.flatMap((cell) => {
    const { from, to, port, oracle, verdict, wire, evidence } = cell;
    const answers = Object.entries({ oracle, verdict, wire }).flatMap(([mode, said]) =>
      said ? [`${mode} ${said}`] : [],
    );
    const why = evidence.length === 0 ? '' : ` (${evidence.join(', ')})`;
    const told = `≠ ${from.name} -> ${to.name} ${portText(port)}: ${answers.join(', ')}${why}`;
    return [
      ...hanging(told, width, '  '),
      ...wrapped(`oracle: ${ruleOf(reach.oracle, cell) ?? ''}`, width - 4).map((line) => `    ${line}`),
    ];
  });
  return count > first.length ? [...lines, `and ${count - first.length} more, in --json`] : lines;
}

function legend({ marks, question: { from, targets } }: Reachability, unasked: boolean): string[] {
  const asked = Object.keys(marks);
  const all = asked.length > 1 ? `, ≠ ${asked.join(', ')} do not agree` : '';
  const lines = [`rows send, columns receive: ✓ allowed, ✗ denied${all}; by ${asked.join(', ')}`];
  if (!unasked) return lines;
  const parties = [...new Set([...from, ...targets.flatMap(({ to }) => to)])];
  const without = parties.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name);
  const names = without.slice(0, MOST_ADDRESSLESS).join(', ');
  const more = without.length > MOST_ADDRESSLESS ? ` and ${without.length - MOST_ADDRESSLESS} more` : '';
  const which = without.length === 0 ? '' : ` (${names}${more} ${without.length === 1 ? 'has' : 'have'} none)`;
  return [...lines, `- not asked: the two have no address of the same family${which}`];
}
