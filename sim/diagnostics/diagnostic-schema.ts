import * as z from 'zod';

/** A stretch of a text file. Lines and columns count from 1; `offset` and `length` are UTF-16 units into the text. */
export const spanSchema = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  offset: z.int(),
  length: z.int(),
});

/**
 * A diagnostic as data: what is wrong, where, and what to do about it.
 *
 * Phases collect diagnostics and return them; only `sim/cli` prints them or chooses an exit code.
 */
export const diagnosticSchema = z.object({
  /** Stable code such as `E104`; one code per kind of mistake, listed in `sim/diagnostics/codes.ts`. */
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  /** One sentence, lower case, no full stop: what is wrong. */
  message: z.string(),
  /** Where it was said; absent for what belongs to no file (the machine, the command line). */
  span: spanSchema.exactOptional(),
  /** Imperative: how to put it right. */
  help: z.string().exactOptional(),
  /** The folder that it is about, where it belongs to no file. */
  folder: z.string().exactOptional(),
  /** Other places that belong to the story ("first defined here"). */
  related: z.array(z.object({ span: spanSchema, message: z.string() })).exactOptional(),
});
