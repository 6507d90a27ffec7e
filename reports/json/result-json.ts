/**
 * `result.json`: the result with its keys always in the order of the contract (`resultSchema`), so that two results can be
 * compared line by line.
 */
import * as z from 'zod';
import { resultSchema, type Result } from '../../sim/measure/result.ts';

/** Indented JSON with a newline at its end. Rates keep a tenth of a bit per second, percents a ten-thousandth. */
export function renderResultJson(result: Result): string {
  return `${JSON.stringify(orderedResult(result), rounded, 2)}\n`;
}

/** With its keys in the order of the contract. */
export function orderedResult(result: Result): unknown {
  return ordered(result, resultSchema);
}

/** Keys that the schema does not know come after those that it does. */
function ordered(value: unknown, schema: z.core.$ZodType | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const shape = bare(schema);
  if (Array.isArray(value)) {
    const item = shape instanceof z.ZodArray ? shape.element : undefined;
    return value.map((one) => ordered(one, item));
  }
  const fields: Readonly<Record<string, z.core.$ZodType>> = shape instanceof z.ZodObject ? shape.shape : {};
  const source = value as Readonly<Record<string, unknown>>;
  const keys = [...new Set([...Object.keys(fields), ...Object.keys(source)])].filter((key) => key in source);
  return Object.fromEntries(keys.map((key) => [key, ordered(source[key], fields[key])]));
}

/** What may be null or left out, as it is where it is there. */
function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const wrapped = schema instanceof z.ZodNullable || schema instanceof z.ZodExactOptional;
  return wrapped ? bare(schema.unwrap()) : schema;
}

/** A replacer of JSON.stringify. */
export function rounded(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  const digits = key.endsWith('_bps') ? 1 : 4;
  return Number(value.toFixed(digits));
}
