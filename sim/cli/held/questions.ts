/** What other terminals ask a lab that runs, beside changes (live-control.ts): who it is, who reaches whom, how fast. */
import * as z from 'zod';
import { type Checked, text } from '../../diagnostics/checked.ts';
import { diagnosticSchema } from '../../diagnostics/diagnostic-schema.ts';
import type { AskedTarget } from '../../lab/protocol.ts';
import type { FlowPlan } from '../../plan/plan.ts';
import { planSchema } from '../../plan/schema/plan.ts';
import { answerSchema } from '../../reach/answer.ts';
import { kernelSchema } from '../../trace/kernel.ts';
import { changeRecordSchema, traceRecordSchema } from '../../trace/record.ts';

export type LabQuestion =
  /** Who is there? Answered at once. */
  | { readonly verb: 'who' }
  /** The plan, with the cluster as it stands now. */
  | { readonly verb: 'plan' }
  | {
      readonly verb: 'ask';
      readonly mode: 'verdict' | 'wire';
      readonly from: readonly string[];
      readonly targets: readonly AskedTarget[];
      readonly timeoutNs: number;
    }
  /** Once its steps are done: one flow, measured. */
  | { readonly verb: 'flow'; readonly flow: FlowPlan };

const refused = z.object({ error: z.string() });

export const whoReplySchema = z.object({
  scenario: text,
  kernel: kernelSchema,
  /** Kept after its last step (`--hold`). */
  held: z.boolean(),
});
export type WhoReply = Checked<typeof whoReplySchema>;

export const planReplySchema = z.object({ plan: planSchema });
export type PlanReply = Checked<typeof planReplySchema>;

/** Of `ask`: an answer, or why there is none. */
export const askReplySchema = z.union([z.object({ answer: answerSchema }), refused]);
export type AskReply = Checked<typeof askReplySchema>;

/** Of `flow`: a trace of that flow alone, from a `run` record to `end`; or why there is none. */
export const flowReplySchema = z.union([z.object({ records: z.array(traceRecordSchema) }), refused]);
export type FlowReply = Checked<typeof flowReplySchema>;

/** Of a change. */
export const liveReplySchema = z.object({
  diagnostics: z.array(diagnosticSchema),
  /** Why the lab refused; null when it did not. */
  error: z.string().nullable(),
  /** null when nothing was changed. */
  record: changeRecordSchema.nullable(),
});
export type LiveReply = Checked<typeof liveReplySchema>;
