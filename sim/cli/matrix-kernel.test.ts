import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { seedPlan } from '../trace/fixtures/seed-plan.ts';
import { runOnKernel } from './matrix-kernel.ts';
import { OurFolder } from './output/our-folder.ts';

const out = mkdtempSync(join(tmpdir(), 'ipvlane-matrix-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Never comes up; says on its console how often it was tried. */
function stubborn(): { readonly kernel: Kernel; readonly starts: () => number } {
  let starts = 0;
  const kernel: Kernel = {
    name: 'stubborn',
    kind: 'qemu',
    clocks: ['real'],
    inspect: () => Promise.reject(new Error('not asked')),
    start: ({ onConsole }) => {
      starts += 1;
      onConsole?.(`try ${starts}\n`);
      return Promise.reject(
        new DiagnosticError('machine', [{ code: 'E511', severity: 'error', message: 'it did not boot' }]),
      );
    },
  };
  return { kernel, starts: () => starts };
}

test.each([
  { retries: 0, starts: 1 },
  { retries: 2, starts: 3 },
])(
  'a cell that does not come to its end is run again, $retries times at most, and keeps its console',
  async (asked) => {
    const { kernel, starts } = stubborn();
    const done: number[] = [];
    const scenario = { name: 'seed', plan: seedPlan(), files: [] };
    const cells = await runOnKernel({ name: 'stubborn', kernel, clock: 'real' }, [scenario], {
      memoryMiB: 1,
      out: OurFolder.at(out),
      stop: new AbortController().signal,
      retries: asked.retries,
      commandLine: [],
      now: () => new Date(0),
      onProgress: () => undefined,
      onCell: () => done.push(starts()),
    });
    expect(starts()).toBe(asked.starts);
    expect(cells).toMatchObject([{ status: 'error', reason: expect.stringContaining('it did not boot') as string }]);
    expect(done).toEqual([asked.starts]);
    expect(readFileSync(join(out, cells[0]!.folder, 'console.log'), 'utf8')).toContain(`try ${asked.starts}`);
  },
);
