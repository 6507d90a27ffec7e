/**
 * Who reaches whom, as tables: rows send, columns receive, one table a port. Many receivers are numbered, so that a
 * column is two characters wide; very many are put together by workload.
 */
import { workloadName, type NamedParty } from '../../sim/plan/named-party.ts';
import type { Reachability, ReachCell } from '../../sim/reach/reachability.ts';
import { agrees, answerOf, ruleOf, targetCells } from '../../sim/reach/reachability.ts';
import { differingCells, tallyTarget, type GroupedTally, type Tally } from '../../sim/reach/tally.ts';
import { portText, type Target } from '../../sim/reach/question.ts';
import { columns } from './columns.ts';

/** Receivers that still stand above their columns by name, and parties that still have a row of their own. */
const MOST_NAMED = 8;
const MOST_ROWS = 48;
const MOST_DIFFERENCES = 20;

export function reachLines(reach: Reachability): string[] {
  const { from, targets } = reach.question;
  const lines = targets.flatMap((target, index) => {
    const tally = tallyTarget(reach, target, index, workloadName);
    const table =
      from.length > MOST_ROWS || target.to.length > MOST_ROWS
        ? byWorkload(target, tally)
        : byParty(target, from, [...targetCells(reach, target, index)]);
    return [...table, '', countLine(tally.whole), ''];
  });
  return [...lines, ...differences(reach), ...legend(reach)];
}

function byParty(target: Target, from: readonly NamedParty[], cells: readonly ReachCell[]): string[] {
  const marks = new Map(cells.map((cell) => [`${cell.from.name} ${cell.to.name}`, markOf(cell)]));
  const named = target.to.length <= MOST_NAMED;
  const number = new Map(target.to.map(({ name }, index) => [name, `${index + 1}`]));
  const header = target.to.map(({ name }) => (named ? name : (number.get(name) ?? '')));
  const rows = from.map(({ name }) => {
    const label = named ? name : `${(number.get(name) ?? '').padStart(2)} ${name}`;
    return [label, ...target.to.map((to) => marks.get(`${name} ${to.name}`) ?? (name === to.name ? '·' : ''))];
  });
  const unnumbered = target.to.filter(({ name }) => !named && !from.some((sender) => sender.name === name));
  const table = columns([portText(target), ...header], rows);
  const compact = named ? table : [portText(target), ...compactRows(header, rows)];
  return [...compact, ...unnumbered.map(({ name }) => `   column ${number.get(name) ?? ''} is ${name}`)];
}

/** Columns as narrow as their number. */
function compactRows(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widest = Math.max(...rows.map(([label = '']) => label.length));
  return [['', ...header], ...rows].map(([label = '', ...cells]) =>
    [label.padEnd(widest), ...cells.map((cell, i) => cell.padStart(header[i]?.length ?? 1))].join(' ').trimEnd(),
  );
}

/** `✓` all pairs, `✗` none, `3/12` allowed of all. */
function byWorkload(target: Target, { senders, receivers, between }: GroupedTally): string[] {
  return columns(
    [`${portText(target)} by workload`, ...receivers],
    senders.map((sender, row) => [sender, ...(between[row] ?? []).map(tallyText)]),
  );
}

function tallyText({ all, allowed, unjudged, wrong }: Tally): string {
  if (all === 0) return '·';
  if (unjudged > 0) return `${allowed}/${all} ?${wrong > 0 ? ' ≠' : ''}`;
  return `${allowed === all ? '✓' : allowed === 0 ? '✗' : `${allowed}/${all}`}${wrong > 0 ? ' ≠' : ''}`;
}

function markOf(cell: ReachCell): string {
  if (!agrees(cell)) return '≠';
  if (cell.unjudged) return '?';
  const answer = answerOf(cell);
  return answer === null ? '-' : answer === 'allowed' ? '✓' : '✗';
}

function countLine({ all, allowed, denied, unjudged, wrong }: Tally): string {
  const spoilt = unjudged === 0 ? '' : `, ${unjudged} not measurable here (?)`;
  return `${all} pairs: ${allowed} allowed, ${denied} denied${spoilt}${wrong === 0 ? '' : `, ${wrong} where the answers differ`}`;
}

function differences(reach: Reachability): string[] {
  const { first, count } = differingCells(reach, MOST_DIFFERENCES);
  const lines = first.flatMap((cell) => {
    const { from, to, port, oracle, verdict, wire, evidence } = cell;
    const answers = Object.entries({ oracle, verdict, wire }).flatMap(([mode, said]) =>
      said ? [`${mode} ${said}`] : [],
    );
    const why = evidence.length === 0 ? '' : ` (${evidence.join(', ')})`;
    return [
      `≠ ${from.name} -> ${to.name} ${portText(port)}: ${answers.join(', ')}${why}`,
      `    oracle: ${ruleOf(reach.oracle, cell) ?? ''}`,
    ];
  });
  return count > first.length ? [...lines, `and ${count - first.length} more, in --json`] : lines;
}

function legend({ marks }: Reachability): string[] {
  const asked = Object.keys(marks);
  const all = asked.length > 1 ? `, ≠ ${asked.join(', ')} do not agree` : '';
  return [`rows send, columns receive: ✓ allowed, ✗ denied${all}; by ${asked.join(', ')}`];
}
