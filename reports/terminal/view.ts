import type { TraceRecord } from '../../sim/trace/record.ts';

/** How a person follows a run. Two exist: plain lines (`plain.ts`) and the live screen (`live.tsx`). */
export interface RunView {
  /** What happens before the first record and after the last: booting, writing the report. */
  progress(text: string): void;
  add(record: TraceRecord): void;
  /** Gives the terminal back as it was found. May be called more than once. */
  close(): Promise<void>;
}
