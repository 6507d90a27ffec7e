/** `ipvlane reach --html`: the heat map of every port as a page of its own, in the report's dress. */
import { workloadName, type NamedParty } from '../../sim/plan/cluster/named-party.ts';
import { portText } from '../../sim/plan/plan.ts';
import type { Target } from '../../sim/reach/question.ts';
import type { Reachability, ReachCell } from '../../sim/reach/reachability.ts';
import { agrees, answerOf, ruleOf, targetCells } from '../../sim/reach/reachability.ts';
import { heatMap, type HeatCell } from './chart/heat-map.ts';
import { html, trusted, type Html } from './markup/markup.ts';
import { STYLE } from './markup/style.ts';

/** Squares of one map; above that, a square is a pair of workloads. */
const MOST_CELLS = 40_000;

/** The whole file's text; needs nothing else. */
export function reachPage(name: string, reach: Reachability): string {
  const asked = Object.keys(reach.marks).join(', ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${name}: who reaches whom – ipvlane</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">ipvlane reach</p>
          <h1>${name}</h1>
          <p>Who reaches whom, by ${asked}. ≠ marks pairs where these do not agree.</p>
        </header>
        <main>${reach.question.targets.map((target, index) => targetSection(reach, target, index))}</main>
      </body>
    </html> `.text;
}

function targetSection(reach: Reachability, target: Target, index: number): Html {
  const cells = [...targetCells(reach, target, index)];
  const small = reach.question.from.length * target.to.length <= MOST_CELLS;
  const groupOf = small ? ({ name }: NamedParty): string => name : workloadName;
  const groups = new Map<string, ReachCell[]>();
  for (const cell of cells) {
    const key = JSON.stringify([groupOf(cell.from), groupOf(cell.to)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  const rows = [...new Set(reach.question.from.map(groupOf))];
  const columns = [...new Set(target.to.map(groupOf))];
  const title = `${portText(target)}${small ? '' : ', by workload'}`;
  return html`<section>
    <h2>${portText(target)}</h2>
    ${heatMap({
      title,
      rows,
      columns,
      cellAt: (row, column) => heatCell(reach, groups.get(JSON.stringify([rows[row], columns[column]])) ?? []),
    })}
  </section>`;
}

function heatCell(reach: Reachability, cells: readonly ReachCell[]): HeatCell | null {
  const [first] = cells;
  if (first === undefined) return null;
  const answers = new Set(cells.map(answerOf));
  const wrong = cells.find((cell) => !agrees(cell));
  const shown = wrong ?? first;
  const [only] = answers;
  if (only === null && answers.size === 1) return null;
  const said = (['oracle', 'verdict', 'wire'] as const).flatMap((mode) =>
    shown[mode] === null ? [] : [`${mode} ${shown[mode]}`],
  );
  const count = cells.length === 1 ? '' : `\nthe first of ${cells.length} pairs`;
  return {
    tone: wrong !== undefined ? 'wrong' : answers.size > 1 ? 'mixed' : (only ?? 'mixed'),
    title: `${shown.from.name} -> ${shown.to.name}: ${said.join(', ')}\n${ruleOf(reach.oracle, shown) ?? ''}${count}`,
  };
}
