/** The cyclonus truth tables lie beside the repository, not in it. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseTruthTables, type TruthTableCase } from '../../sim/conformance/truth-table.ts';

export const TRUTH_TABLES = '../shared/conformance/cyclonus-truth-tables.json';

/** Null where it is not there. */
export function findTruthTables(): string | null {
  const path = resolve(import.meta.dirname, '../..', TRUTH_TABLES);
  return existsSync(path) ? path : null;
}

export function readTruthTables(path: string): TruthTableCase[] {
  return parseTruthTables(path, readFileSync(path, 'utf8'));
}
