/** The whole plan. It is checked when it stands in the first record of a trace, and when the agent is given it. */
import * as z from 'zod';
import { burstsSchema } from '../../../dataplane/bandwidth/bursts.ts';
import { chargeNames } from '../../../dataplane/bandwidth/charge.ts';
import { engineNames } from '../../../dataplane/bandwidth/engine.ts';
import { networkPolicySchema } from '../../../dataplane/policy/network-policy.ts';
import { type Checked, count, lines, text } from '../../diagnostics/checked.ts';
import { namespaceSchema } from './cluster-change.ts';
import { unmeasuredLimitSchema } from './flow.ts';
import { hostSchema, nodeSchema } from './machine.ts';
import { PLAN_SCHEMA } from './names.ts';
import { podSchema } from './pod.ts';
import { stepSchema } from './step.ts';
import { underlaySchema } from './underlay.ts';

const dataplaneSchema = z.object({
  /** Room of maps, in entries, by name; of those that are left out `mapRoom` says. */
  maps: z.record(text, count),
  /** Whether a pod may send from, and be sent to, its own addresses alone. */
  verifyAddresses: z.boolean(),
  /** What a full map of connections does with a new one; left out: it forgets the least used. */
  fullConntrack: z.enum(['forget', 'refuse']).exactOptional(),
  /** What a frame is charged against a limit; left out: as the kernel counts it. */
  charge: z.enum(chargeNames).exactOptional(),
  /** Of the engine `cni-bandwidth`; left out: the default of its plugin. */
  bursts: burstsSchema.exactOptional(),
});
export type DataplanePlan = Checked<typeof dataplaneSchema>;

export const planSchema = z.object({
  schema: z.literal(PLAN_SCHEMA),
  scenario: z.object({
    name: text,
    description: lines.nullable(),
    /** Path of the Scenario's file as given on the command line; null when there was none. */
    file: text.nullable(),
  }),
  /** What enforces the limits. */
  engine: z.enum(engineNames).default('ipvlane'),
  underlay: underlaySchema,
  nodes: z.array(nodeSchema),
  hosts: z.array(hostSchema),
  namespaces: z.array(namespaceSchema),
  /** There from the beginning; those that come later stand in the step that brings them. */
  pods: z.array(podSchema),
  /** In force from the beginning; `apply` steps add to them. */
  policies: z.array(networkPolicySchema),
  timeline: z.array(stepSchema),
  /** Left out: as the dataplane has it by itself. */
  dataplane: dataplaneSchema.exactOptional(),
  /** Limits that the plan was to measure by itself, and cannot; left out: none. */
  unmeasured: z.array(unmeasuredLimitSchema).exactOptional(),
});
export type Plan = Checked<typeof planSchema>;
