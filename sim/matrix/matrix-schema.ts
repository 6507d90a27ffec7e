import * as z from 'zod';
import { CELL_STATUSES, MATRIX_SCHEMA, type Matrix, METRIC_NAMES } from './matrix.ts';

const words = z.string();
const clock = z.enum(['real', 'virtual']);

const measure = z.object({
  step: words.nullable(),
  name: words,
  status: z.enum(['pass', 'fail', 'unjudged', 'skip']).nullable(),
  value: z.union([z.number(), words]).nullable(),
  unit: words.nullable(),
  metric: z.enum(METRIC_NAMES).nullable(),
  reason: words.nullable(),
});

export const cellSchema = z.object({
  kernel: words,
  scenario: words,
  status: z.enum(CELL_STATUSES),
  release: words.nullable(),
  clock,
  reason: words.nullable(),
  quote: z.array(words),
  measures: z.array(measure),
  differences: z.array(words).optional(),
  // It is copied from and linked to: nothing outside the matrix's own folder.
  folder: z.string().regex(/^cells\/(?!\.+\/)[^/]+\/(?!\.+$)[^/]+$/),
});

const shard = z.object({ index: z.int().min(1), count: z.int().min(1) });

const matrixSchema = z.object({
  schema: z.literal(MATRIX_SCHEMA),
  clock: clock.nullable(),
  kernels: z.array(words),
  scenarios: z.array(words),
  shards: z.array(shard).nullable(),
  cells: z.array(cellSchema),
});

/**
 * The text of a matrix.json.
 * @returns the matrix, or in words what is wrong with the text
 */
export function readMatrix(text: string): Matrix | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (schema !== MATRIX_SCHEMA)
    return schema === undefined
      ? `it does not say which schema it is of; ${MATRIX_SCHEMA} is wanted`
      : `its schema is ${JSON.stringify(schema)}, not ${MATRIX_SCHEMA}`;
  const read = matrixSchema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return issue === undefined ? 'it is no matrix' : `${issue.path.join('.')}: ${issue.message}`;
}

/** Indented, with a newline at its end; keys in the schema's order, numbers with six digits behind the point. */
export function renderMatrixJson(matrix: Matrix): string {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(6)) : value;
  return `${JSON.stringify(matrixSchema.parse(matrix), rounded, 2)}\n`;
}
