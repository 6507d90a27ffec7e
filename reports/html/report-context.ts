/**
 * What a report says beyond the trace: how the run was started, from which texts, and when. The caller looks at the
 * clock; the report does not.
 */
import type { MachineLoad } from '../../sim/measure/machine/machine-load.ts';
import type { Conversation } from '../../sim/capture/conversations.ts';

export interface ReportContext {
  /** As a person would type it again. */
  readonly command: string;
  readonly manifests: readonly { readonly file: string; readonly text: string }[];
  /** Wall clock, ISO 8601; null when it is not known, as for a report made again from a trace. */
  readonly startedAt: string | null;
  /** Wall clock of the whole run, milliseconds; null as above. */
  readonly wallMs: number | null;
  /** How busy the machine was meanwhile; null or left out as above. */
  readonly machine?: MachineLoad | null;
  /** What captures hold, if any were made. */
  readonly captures?: readonly { readonly where: string; readonly conversations: readonly Conversation[] }[];
}
