/** What a cell leaves in its folder: trace, result and report as of any run, and the kernel's log where it was not well. */
import { join } from 'node:path';
import type { RunningKernel } from '../kernel/kernel.ts';
import type { Cell } from '../matrix/matrix.ts';
import type { Measurement } from '../measure/observing/reduce.ts';
import type { Result } from '../measure/result.ts';
import type { MatrixScenario, MatrixSetting } from './matrix-kernel.ts';
import type { OurFolder } from './output/our-folder.ts';
import { RUN_FACTS_FILE, type RunFacts } from './run-facts.ts';
import { writeReports } from './write-reports.ts';

export const CELLS = 'cells';

/** From the matrix's folder. A kernel's name may be a path. */
export function cellFolder(kernel: string, scenario: string): string {
  const safe = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '');
  return join(CELLS, safe(kernel), safe(scenario));
}

/** @throws DiagnosticError when the disk is full */
export async function keepCell(
  folder: OurFolder,
  parts: {
    readonly measurement: Measurement;
    readonly result: Result | null;
    readonly console: string;
    readonly cell: Cell;
    readonly scenario: MatrixScenario;
    readonly wallMs: number;
    readonly startedAt: Date;
    readonly kernel: Pick<RunningKernel, 'bootMs'>;
    readonly setting: MatrixSetting;
  },
): Promise<void> {
  const { measurement, result, console, cell, scenario, setting } = parts;
  const facts: RunFacts = {
    schema: 'ipvlane.run/v1',
    command: ['ipvlane', ...setting.commandLine],
    started_at: parts.startedAt.toISOString(),
    wall_ms: parts.wallMs,
    boot_ms: parts.kernel.bootMs,
    memory: result?.memory ?? null,
    manifests: scenario.files.map(({ file, text }) => ({ file, text })),
  };
  folder.write(RUN_FACTS_FILE, `${JSON.stringify(facts, null, 2)}\n`);
  if (cell.status !== 'pass') folder.write('console.log', console);
  if (result !== null) await writeReports(folder, { measurement, result, facts, fullNames: false }, setting.onProgress);
}
