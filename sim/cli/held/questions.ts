/** What other terminals ask a lab that runs, beside changes (live-control.ts): who it is, who reaches whom, how fast. */
import type { AskedTarget } from '../../lab/protocol.ts';
import type { FlowPlan, Plan } from '../../plan/plan.ts';
import type { Answer } from '../../reach/answers.ts';
import type { Clock, TraceRecord } from '../../trace/record.ts';

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

export interface WhoReply {
  readonly scenario: string;
  readonly kernel: { readonly kind: string; readonly release: string; readonly clock: Clock };
  /** Kept after its last step (`--hold`). */
  readonly held: boolean;
}

export interface PlanReply {
  readonly plan: Plan;
}

/** Of `ask`: an answer, or why there is none. */
export type AskReply = { readonly answer: Answer } | { readonly error: string };

/** Of `flow`: a trace of that flow alone, from a `run` record to `end`; or why there is none. */
export type FlowReply = { readonly records: readonly TraceRecord[] } | { readonly error: string };
