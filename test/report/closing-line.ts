/**
 * A vitest reporter for machines and for honesty: one closing line `N passed, N failed[, N skipped]`, and before it every
 * skipped test with its reason. A skip without a reason is shown as such. Several runs come to one line in the end: each adds its
 * tally to the file that IPVLANE_TALLY names, and `tsx test/report/sum-tallies.ts FILE` prints the sum.
 */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { reasonIn } from './skipped.ts';

/** What a run came to. `failed` counts failed tests and files that could not even be collected. */
export interface Tally {
  passed: number;
  failed: number;
  readonly skipped: { readonly name: string; readonly reason: string }[];
}

/** The lines this reporter prints for a tally. */
export function closingLines(tally: Tally): string[] {
  const parts = [`${tally.passed} passed`, `${tally.failed} failed`];
  if (tally.skipped.length > 0) parts.push(`${tally.skipped.length} skipped`);
  return [...tally.skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`), parts.join(', ')];
}

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: TestRunEndReason): void {
    const tally: Tally = { passed: 0, failed: unhandled.length, skipped: [] };
    for (const module of modules) {
      const file = module.relativeModuleId;
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'failed') failedHere += 1;
        else {
          const why = result.state === 'skipped' ? result.note : 'the run was interrupted';
          tally.skipped.push({
            name: `${file} > ${test.fullName}`,
            reason: why ?? reasonIn(test.fullName) ?? 'no reason given',
          });
        }
      }
      // A file that throws at its top, or in a hook, has no failed test of its own.
      if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
      tally.failed += failedHere;
    }
    if (reason === 'failed' && tally.failed === 0) tally.failed = 1;
    const file = process.env.IPVLANE_TALLY;
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(tally)}\n`);
    process.stdout.write(`\n${closingLines(tally).join('\n')}\n`);
  }
}
