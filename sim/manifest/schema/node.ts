/** Node: what decides who is put there. `known-fields.test.ts` proves the list complete. */
import { z } from 'zod';
import { anyFields } from './any-fields.ts';
import { nodeTaint } from './scheduling.ts';

export const nodeSpec = z.strictObject({
  ...anyFields(['configSource', 'externalID', 'podCIDR', 'podCIDRs', 'podPreemptionPolicy', 'providerID']),
  taints: z.array(nodeTaint).optional(),
  unschedulable: z.boolean().optional(),
});
