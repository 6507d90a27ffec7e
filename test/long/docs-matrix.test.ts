/** The table of docs/matrix.md is what its command prints, letter by letter; `npm run docs:matrix` writes it again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { shownMatrix } from '../bench/shown-matrix.ts';
import { COMMAND, Desk, REPOSITORY } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

test.skipIf(reason !== null)(`docs/matrix.md shows what its command prints${skipped(reason)}`, async () => {
  using desk = new Desk();
  const { words, table } = shownMatrix(readFileSync(join(REPOSITORY, 'docs/matrix.md'), 'utf8'));
  const [program, script] = COMMAND;
  const { stdout } = await execa(program, [script, ...words, '--out', desk.path], { cwd: REPOSITORY });
  expect(phaseless(stdout.replace(/\nreport: .*/, ''))).toEqual(phaseless(table.trimEnd()));
});

/** From another folder a run has another phase (docs/virtual-clock.md): its times and rates differ in the last digit, and the columns with them. */
function phaseless(table: string): string[] {
  const measured = /[−+]?[\d.]+ (µs|ms|%|Mbit\/s)$/;
  return table.split('\n').map((line) => line.replace(measured, '# $1').replaceAll(/ {2,}/g, '  '));
}
