/** The steps of a timeline. */
import * as z from 'zod';
import { positionSchema, protocols } from '../../../dataplane/policy/network-policy.ts';
import { type Checked, count, text } from '../../diagnostics/checked.ts';
import { frameNames } from '../../manifest/scenario/frame-names.ts';
import { clusterChangeSchema } from './cluster-change.ts';
import { expectationSchema } from './expectation.ts';
import { flowSchema } from './flow.ts';
import { changeVerbs } from './names.ts';
import { partySchema } from './party.ts';
import { underlaySchema } from './underlay.ts';
import { id } from './units.ts';

/** One of the named frames, sent from a network interface as it is. */
const injectionSchema = z.object({
  from: partySchema,
  to: partySchema,
  /** Names of their network interfaces. */
  fromInterface: text,
  toInterface: text,
  /** Addresses written in the frame, text without prefix. */
  fromAddress: text,
  toAddress: text,
  frame: z.enum(frameNames),
  count: z.int().positive(),
  /** Which entry of the sender is missing in the dataplane's maps while it sends. */
  without: z.enum(['endpoint', 'limit']).exactOptional(),
});
export type InjectionPlan = Checked<typeof injectionSchema>;

const probeSchema = z.object({
  /** Unique in the lab, from 1. */
  probeId: id,
  from: partySchema,
  to: partySchema,
  fromAddress: text,
  toAddress: text,
  protocol: z.enum([...protocols, 'ICMP']),
  /** 0 for ICMP. */
  port: count,
  /** `predicted`: what the oracle says counts as expected. */
  expect: z.enum(['allowed', 'denied', 'predicted']),
});
export type ProbePlan = Checked<typeof probeSchema>;

const step = {
  /** Index in the timeline, from 0. */
  index: count,
  name: text,
  position: positionSchema.nullable(),
  /** It begins no sooner than so long after the beginning of that step, by its index; left out: at once. */
  notBefore: z.object({ step: count, ns: count }).exactOptional(),
};

const changeStepSchema = z.object({ ...step, kind: z.enum(changeVerbs), change: clusterChangeSchema });
export type ChangeStepPlan = Checked<typeof changeStepSchema>;

export const stepSchema = z.discriminatedUnion('kind', [
  z.object({
    ...step,
    kind: z.literal('wait'),
    /** Until all of these are ready; the step fails after the time-out. */
    pods: z.array(partySchema),
    timeoutNs: count,
  }),
  z.object({
    ...step,
    kind: z.literal('traffic'),
    flows: z.array(flowSchema),
    /** The next step begins at once; the timeline ends when the flows have ended too. */
    background: z.boolean().exactOptional(),
    expect: z.array(expectationSchema),
  }),
  z.object({
    ...step,
    kind: z.literal('inject'),
    /** One after the other. */
    injections: z.array(injectionSchema),
    /** Of `drops` at the two ends of every injection, for the time of the step. */
    expect: z.array(expectationSchema),
  }),
  z.object({
    ...step,
    kind: z.literal('probe'),
    probes: z.array(probeSchema),
    /** How long a probe may stay unanswered before it counts as denied. */
    timeoutNs: count,
  }),
  changeStepSchema,
  z.object({
    ...step,
    kind: z.literal('underlay'),
    /** The whole wire from then on. */
    underlay: underlaySchema,
  }),
  z.object({
    ...step,
    kind: z.literal('link'),
    node: text,
    /** Of a NIC. */
    interface: text,
    up: z.boolean(),
  }),
  z.object({ ...step, kind: z.literal('sleep'), durationNs: count }),
]);
export type StepPlan = Checked<typeof stepSchema>;
