/**
 * `run.json`: the facts of a run that are no part of the lab's own time, beside the trace: wall clock, command line,
 * the manifests' text. They are kept apart so that two runs under a virtual clock have equal traces.
 */
import * as z from 'zod';
import { readRegularFile } from '../manifest/finding/regular-file.ts';
import { memorySchema } from '../measure/result.ts';
import type { Checked } from '../diagnostics/checked.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

export const RUN_FACTS_FILE = 'run.json';

const runFactsSchema = z.object({
  schema: z.literal('ipvlane.run/v1'),
  command: z.array(z.string()),
  /** ISO 8601, wall clock. */
  started_at: z.string(),
  wall_ms: z.number(),
  /** null: the kernel never came up. */
  boot_ms: z.number().nullable(),
  /** As in result.json; null where the run did not come so far. */
  memory: memorySchema.nullable().default(null),
  /** How busy the machine was from the boot to the end; left out by versions that did not look. */
  machine: z
    .object({
      processors: z.number(),
      cpu_waiting_pct: z.number().nullable(),
      steal_pct: z.number(),
      load_1m: z.number(),
    })
    .optional(),
  manifests: z.array(z.object({ file: z.string(), text: z.string() })),
});

export type RunFacts = Checked<typeof runFactsSchema>;

/** @throws DiagnosticError of kind input when the folder holds no run of ours. */
export function readRunFacts(file: string): RunFacts {
  try {
    return runFactsSchema.parse(JSON.parse(readRegularFile(file).toString('utf8')));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new DiagnosticError('input', [
      {
        code: 'E503',
        severity: 'error',
        message: missing ? `${file} is not there` : `${file} is no run of ipvlane`,
        help: 'name a folder that `ipvlane run` wrote, such as ipvlane-out/seed',
      },
    ]);
  }
}
