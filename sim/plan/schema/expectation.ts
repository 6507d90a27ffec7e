/** What a step's measurements are held to. */
import * as z from 'zod';
import { positionSchema } from '../../../dataplane/policy/network-policy.ts';
import { type Checked, count, text } from '../../diagnostics/checked.ts';
import { type MetricName, metricNames } from '../../manifest/scenario/metrics.ts';
import { id } from './units.ts';

export type Metric = MetricName;

/** `times` x the flow's limit, the mean of its limits over time or its prediction, or a plain number in the metric's own unit. */
const expectedValueSchema = z.discriminatedUnion('of', [
  z.object({ of: z.literal('number'), value: z.number() }),
  z.object({ of: z.enum(['limit', 'mean limit', 'predicted']), times: z.number() }),
]);
export type ExpectedValue = Checked<typeof expectedValueSchema>;

/**
 * One expectation on every flow of its step (or on the one flow it names). Written in a Scenario as text:
 * `wire_bps within 3% of limit`, `first_second_bps <= 1.1 limit`, `drops.EDT_HORIZON == 0`, `rtt_p99_us < 1000`.
 */
export const expectationSchema = z.object({
  /** As it was written, for people. */
  text,
  position: positionSchema.nullable(),
  /** null: every flow of the step. */
  flowId: count.nullable(),
  metric: z.enum(metricNames),
  /** With metric `drops`: only this reason; null: all reasons. */
  dropReason: text.nullable(),
  /** Ids of the flows of which it is the sum; left out: it is of each by itself. */
  sumOf: z.array(id).exactOptional(),
  /** Since the flow's first byte; left out: of the whole flow. */
  between: z.object({ fromNs: count, toNs: count }).exactOptional(),
  comparison: z.discriminatedUnion('op', [
    z.object({ op: z.enum(['<', '<=', '>', '>=', '==', '!=']), value: expectedValueSchema }),
    z.object({ op: z.literal('within'), tolerancePct: z.number(), value: expectedValueSchema }),
  ]),
});
export type ExpectationPlan = Checked<typeof expectationSchema>;
