/** What schemas of JSON from elsewhere are made of: the type that comes out of them, and their texts. */
import * as z from 'zod';
import { printable, printableLines } from './printable.ts';

/** What a schema lets through, for readers: nobody changes it. */
export type Checked<Schema extends z.ZodType> = Immutable<z.infer<Schema>>;

type Immutable<Value> = Value extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value;

/** A name, in one line. It may have come from anywhere: what no face may show is replaced where it is read. */
export const text = z.string().transform(printable);

/** What somebody said, in lines; the same is replaced. */
export const lines = z.string().transform(printableLines);

/** A whole number from 0: of packets, bytes, nanoseconds. */
export const count = z.int().nonnegative();

/** The first that a schema found wrong: where, and what. */
export function wordsOfFirst(error: z.ZodError | undefined): string {
  const [issue] = error?.issues ?? [];
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}
