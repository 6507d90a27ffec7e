/** What came by a lab's control socket, checked: it is from another process, which may be another release's. */
import type * as z from 'zod';
import { wordsOfFirst } from '../../diagnostics/checked.ts';
import { machineError } from '../machine/machine-error.ts';

/**
 * Makes of what came what `schema` says it is.
 * @param attempted completes "cannot …"; what it gives throws DiagnosticError of kind `machine` where it is none
 */
export function heardBy<Schema extends z.ZodType>(
  schema: Schema,
  attempted: string,
): (came: unknown) => z.infer<Schema> {
  return (came) => {
    const heard = schema.safeParse(came);
    if (heard.success) return heard.data;
    throw machineError({
      code: 'E515',
      attempted,
      said: `its answer is not what was asked for (${wordsOfFirst(heard.error)}): it runs with another release of ipvlane`,
      remedy: 'use that release, or start the lab again with this one',
    });
  };
}
