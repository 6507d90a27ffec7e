/** Prints the closing line of several test runs: `tsx test/report/sum-tallies.ts FILE EXPECTED_RUNS`. Exits 1 when anything failed. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Tally } from './closing-line.ts';
import { closingLines } from './closing-line.ts';

/**
 * @param text one tally of a run a line, as JSON
 * @param runs how many runs there were; one that left no tally (it could not even begin) counts as a failure
 */
export function sumTallies(text: string, runs: number): Tally {
  const tallies = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Tally);
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: [
      ...tallies.flatMap(({ failed }) => failed),
      ...Array.from({ length: Math.max(0, runs - tallies.length) }, () => ({
        name: 'a run',
        reason: 'it left no tally: it could not even begin, or did not come to its end',
      })),
    ],
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [file = '', runs = '1'] = process.argv.slice(2);
  const tally = sumTallies(readFileSync(file, 'utf8'), Number(runs));
  process.stdout.write(`\n${closingLines(tally).join('\n')}\n`);
  process.exitCode = tally.failed.length === 0 ? 0 : 1;
}
