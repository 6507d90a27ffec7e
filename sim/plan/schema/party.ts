import * as z from 'zod';
import { type Checked, text } from '../../diagnostics/checked.ts';

/** Who sends or receives in a step: a pod, an outside host, or a node. */
export const partySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pod'), namespace: text, name: text }),
  z.object({ kind: z.literal('host'), name: text }),
  z.object({ kind: z.literal('node'), name: text }),
]);
export type PartyPlan = Checked<typeof partySchema>;
