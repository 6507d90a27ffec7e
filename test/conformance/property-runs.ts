/** How many cases a property draws and from which seed, so that every failure can be drawn again. */

/** `PROPERTY_EFFORT=20` draws twenty times as many. */
export const EFFORT = Number(process.env['PROPERTY_EFFORT'] ?? 1);

/** `PROPERTY_SEED=N` draws the cases of a failure again: fast-check's own report and `FailingWorld` name N. */
const SEED = process.env['PROPERTY_SEED'];

/** What to pass to `fc.assert` or `fc.check`. */
export interface PropertyRuns {
  readonly numRuns: number;
  readonly seed?: number;
}

/** @param cases at an effort of 1 */
export function propertyRuns(cases: number): PropertyRuns {
  return { numRuns: cases * EFFORT, ...(SEED === undefined ? {} : { seed: Number(SEED) }) };
}
