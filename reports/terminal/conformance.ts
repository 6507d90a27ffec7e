/** The score of truth tables, as a table: protocols, tags, the diagonal apart, and every cell that differs. */
import type { Difference, Score, Tallies } from '../../sim/conformance/score.ts';
import type { Mode } from '../../sim/reach/reachability.ts';
import { columns } from './columns.ts';

const MOST_DIFFERENCES = 100;

export function conformanceLines(score: Score, modes: readonly Mode[]): string[] {
  const row = (name: string, tallies: Tallies): string[] => [name, ...modes.map((mode) => scoreText(tallies, mode))];
  const sorted = (groups: Map<string, Tallies>): string[][] =>
    [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, tallies]) => row(name, tallies));
  const shown = score.differences.slice(0, MOST_DIFFERENCES).map(differenceText);
  const more = score.differences.length - shown.length;
  return [
    ...columns(['OFF THE DIAGONAL', ...modes], [row('all cells', score.all), ...sorted(score.byProtocol)]),
    '',
    ...columns(['BY TAG', ...modes], sorted(score.byTag)),
    '',
    ...columns(['A POD TO ITSELF (undefined in Kubernetes)', ...modes], [row('diagonal', score.diagonal)]),
    ...(shown.length === 0 ? [] : ['', ...shown]),
    ...(modes.includes('wire')
      ? ['', `${score.late} answers of the wire came only when the question was asked again`]
      : []),
    ...(more > 0 ? [`and ${more} more, in --json`] : []),
  ];
}

function scoreText(tallies: Tallies, mode: Mode): string {
  const { right, cells } = tallies.get(mode) ?? { right: 0, cells: 0 };
  const percent = cells === 0 ? '-' : `${((Math.floor((right * 1e4) / cells) / 1e4) * 100).toFixed(2)} %`;
  return `${right}/${cells} ${percent}`;
}

function differenceText({ mode, case: id, step, description, from, to, protocol, port, expected }: Difference): string {
  const said = expected === 'allowed' ? 'denied' : 'allowed';
  return `✗ ${mode}: case ${id} step ${step} "${description}": ${from} -> ${to} ${protocol}/${port} is ${said}, must be ${expected}`;
}
