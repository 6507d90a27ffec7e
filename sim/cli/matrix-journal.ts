/**
 * The cells of a matrix that are done, a line each, beside what they left: a matrix that was cut off goes on from there. It is gone when
 * the matrix is whole.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as z from 'zod';
import { readRegularFile } from '../manifest/finding/regular-file.ts';
import { type Cell, UNFINISHED } from '../matrix/matrix.ts';
import { cellSchema } from '../matrix/matrix-schema.ts';
import type { Pair } from './run-matrix.ts';
import type { OurFolder } from './output/our-folder.ts';

const JOURNAL = 'cells.ndjson';
const LARGEST = 1 << 28;

const entrySchema = z.object({ key: z.string(), cell: cellSchema });

/** What a cell's numbers depend on: equal for two runs that would measure the same. */
export function cellKey({ on, scenario }: Pair, memoryMiB: number): string {
  const parts = [process.env.IPVLANE_BUILD ?? '', on.name, on.clock, memoryMiB, scenario.name, scenario.plan];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The cells that stand there, by key, but for those that another try may give otherwise. A torn last line is none. */
export function cellsIn(folder: OurFolder): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  if (!folder.files.has(JOURNAL) || !existsSync(folder.file(JOURNAL))) return cells;
  for (const line of readRegularFile(folder.file(JOURNAL), LARGEST).toString('utf8').split('\n')) {
    const read = readLine(line);
    if (read !== null && !UNFINISHED.has(read.cell.status)) cells.set(read.key, read.cell);
  }
  return cells;
}

export function noteCell(folder: OurFolder, key: string, cell: Cell): void {
  folder.append(JOURNAL, `${JSON.stringify({ key, cell })}\n`, false);
}

/** The matrix is whole. */
export function endJournal(folder: OurFolder): void {
  folder[Symbol.dispose]();
  folder.remove(JOURNAL);
}

function readLine(line: string): { readonly key: string; readonly cell: Cell } | null {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // torn, where the matrix was cut off
  }
}
