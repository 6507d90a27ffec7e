/**
 * A vitest reporter for machines and for honesty: one closing line `N passed, N failed[, N skipped]`, and before it every
 * skipped test with its reason and every failed one with what it said: whoever keeps the end of a log alone knows what failed. A
 * skip without a reason is shown as such. Several runs come to one line in the end: each adds its tally to the file that
 * IPVLANE_TALLY names, and `tsx test/report/sum-tallies.ts FILE` prints the sum.
 */
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { reasonIn } from './skipped.ts';

/** A test by its file and full name, and why it was skipped or failed. */
export interface NotPassed {
  readonly name: string;
  readonly reason: string;
}

/** What a run came to. `failed` has failed tests, and files that could not even be collected. */
export interface Tally {
  passed: number;
  readonly failed: NotPassed[];
  readonly skipped: NotPassed[];
}

/** The lines this reporter prints for a tally. */
export function closingLines({ passed, failed, skipped }: Tally): string[] {
  const parts = [`${passed} passed`, `${failed.length} failed`];
  if (skipped.length > 0) parts.push(`${skipped.length} skipped`);
  return [
    ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
    ...failed.map(({ name, reason }) => `failed: ${name}: ${reason}`),
    parts.join(', '),
  ];
}

/** What vitest tells of an error, as far as it is shown. */
interface ErrorShown {
  readonly message: string;
  readonly diff?: string | undefined;
}

const LINES_SHOWN = 30;

/** What went wrong, as text without colours: the message and what differed, each cut to what a closing report has room for. */
function saidOf(errors: readonly ErrorShown[]): string {
  const said = errors
    .map(({ message, diff }) => [message, diff].filter((text) => text !== undefined).join('\n'))
    .join('\n');
  const lines = stripVTControlCharacters(said).split('\n');
  const left = lines.length - LINES_SHOWN;
  return [...lines.slice(0, LINES_SHOWN), ...(left > 0 ? [`(${left} more lines above)`] : [])].join('\n  ');
}

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly ErrorShown[], reason: TestRunEndReason): void {
    const outside = unhandled.map((error) => ({ name: 'outside of any test', reason: saidOf([error]) }));
    const tally: Tally = { passed: 0, failed: outside, skipped: [] };
    for (const module of modules) {
      const file = module.relativeModuleId;
      const before = tally.failed.length;
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'failed') tally.failed.push({ name, reason: saidOf(result.errors) });
        else {
          const why = result.state === 'skipped' ? result.note : 'the run was interrupted';
          tally.skipped.push({ name, reason: why ?? reasonIn(test.fullName) ?? 'no reason given' });
        }
      }
      // A file that throws at its top, or in a hook, has no failed test of its own.
      if (tally.failed.length === before && module.state() === 'failed')
        tally.failed.push({ name: file, reason: saidOf(module.errors()) });
    }
    if (reason === 'failed' && tally.failed.length === 0)
      tally.failed.push({ name: 'the run', reason: 'vitest says that it failed, and names nothing' });
    const file = process.env.IPVLANE_TALLY;
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(tally)}\n`);
    process.stdout.write(`\n${closingLines(tally).join('\n')}\n`);
  }
}
