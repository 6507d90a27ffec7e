import * as z from 'zod';
import { type Checked, count } from '../diagnostics/checked.ts';
import { traceRecordSchema } from '../trace/record.ts';

/** What a lab answers to `ask`. */
export const answerSchema = z.object({
  /** By target, by sender: one character a receiver (`VerdictMark`, `WireMark`). */
  rows: z.array(z.array(z.string())),
  durationNs: z.number(),
  /** Program runs, or probes. */
  operations: count,
  /** Of the wire: how many were answered only when they had been asked again, because a packet was lost or late. */
  late: count,
  /** Counters of hooks and queues as they stand now, the last record of each that ever moved; and what was noted meanwhile. */
  records: z.array(traceRecordSchema),
});
export type Answer = Checked<typeof answerSchema>;
