/** Fields that are known, and whose values do not matter to the network. */
import * as z from 'zod';

/** A shape that accepts each field with any value, so that only a field nobody knows is an error. */
export function anyFields<Name extends string>(names: readonly Name[]): Record<Name, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(names.map((name) => [name, z.unknown().optional()])) as Record<
    Name,
    z.ZodOptional<z.ZodUnknown>
  >;
}
