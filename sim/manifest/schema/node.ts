/** Node: what decides who is put there. `known-fields.test.ts` proves the list complete. */
import * as z from 'zod';
import { unreadFields } from '../fields/decided-fields.ts';
import { nodeTaint } from './scheduling.ts';

export const nodeSpec = z.strictObject({
  ...unreadFields('NodeSpec'),
  taints: z.array(nodeTaint).optional(),
  unschedulable: z.boolean().optional(),
});
