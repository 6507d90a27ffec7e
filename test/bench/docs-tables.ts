/**
 * The tables of docs/measurement.md, as a run of the benchmark gave them. Each stands between two comments, the first of which names the
 * parts of the benchmark it is made of:
 *
 *   <!-- bench: stages policy-cost -->
 *   ...
 *   <!-- end of bench -->
 */
import type { BenchPart, BenchReport } from './bench-report.ts';
import { figureTable } from './figure.ts';

const BLOCK = /(<!-- bench: ([a-z- ]+) -->\n)[^]*?(<!-- end of bench -->)/g;

/** Puts in the tables whose parts are all in the report, and leaves the others as they are. */
export function withTables(markdown: string, report: BenchReport): string {
  const ran = new Map(report.parts.map((part) => [part.name, part]));
  return markdown.replace(BLOCK, (block: string, head: string, names: string, foot: string) => {
    const parts = names.split(' ').map((name) => ran.get(name));
    return parts.every((part) => part !== undefined) ? `${head}${table(parts, report)}${foot}` : block;
  });
}

function table(parts: readonly BenchPart[], { commit, machine }: BenchReport): string {
  const names = parts.map(({ name }) => `\`${name}\``).join(', ');
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const load = Math.max(...parts.map((part) => part.load_before));
  // Of a release what it is, not who built it.
  const [kernel = ''] = /^\d+\.\d+/.exec(machine.kernel) ?? [];
  const where = `${kernel}, ${machine.cpus} processors, load ${load.toFixed(1)}`;
  const figures = parts.flatMap((part) => part.figures);
  return `${names} of \`npm run bench\` at ${commit}: ${seconds.toFixed(0)} s; ${where}.\n\n${figureTable(figures, null)}\n`;
}
