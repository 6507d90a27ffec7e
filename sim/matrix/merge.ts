/** Matrices of many machines into the one that a single machine would have made. */
import { type Cell, type Matrix, MATRIX_SCHEMA, type Shard } from './matrix.ts';

/** One machine's matrix, and where it came from, for people. */
export interface Part {
  readonly from: string;
  readonly matrix: Matrix;
}

/**
 * @param parts at least one
 * @returns the whole, with `shards` null when nothing is missing; or in words why they do not belong together
 */
export function mergeMatrices(parts: readonly Part[]): Matrix | string {
  const [first] = parts;
  if (first === undefined) return 'there is nothing to merge';
  const cells = new Map<string, { readonly from: string; readonly cell: Cell }>();
  for (const part of parts) {
    const difference = differs(first, part);
    if (difference !== null) return difference;
    for (const cell of part.matrix.cells) {
      const key = JSON.stringify([cell.kernel, cell.scenario]);
      const before = cells.get(key);
      if (before !== undefined)
        return `${cell.scenario} on ${cell.kernel} is in ${before.from} and in ${part.from}: they are no shards of one matrix`;
      cells.set(key, { from: part.from, cell });
    }
  }
  const { clock, kernels, scenarios } = first.matrix;
  const ordered = kernels.flatMap((kernel) =>
    scenarios.flatMap((scenario) => cells.get(JSON.stringify([kernel, scenario]))?.cell ?? []),
  );
  const shards = parts.flatMap(({ matrix }) => matrix.shards ?? []);
  return { schema: MATRIX_SCHEMA, clock, kernels, scenarios, shards: areAll(shards) ? null : shards, cells: ordered };
}

function differs(a: Part, b: Part): string | null {
  const what = (['kernels', 'scenarios', 'clock'] as const).find(
    (field) => JSON.stringify(a.matrix[field]) !== JSON.stringify(b.matrix[field]),
  );
  if (what === undefined) return null;
  const of = ({ matrix }: Part): string => [matrix[what] ?? 'of each kernel'].flat().join(', ');
  return `${a.from} and ${b.from} are of different matrices: ${what} ${of(a)} there, ${of(b)} here`;
}

/** Nobody said it was a part, or every part of one division is there. */
function areAll(shards: readonly Shard[]): boolean {
  const [first] = shards;
  if (first === undefined) return true;
  const indexes = new Set(shards.map(({ index }) => index));
  return shards.every(({ count }) => count === first.count) && indexes.size === first.count;
}
