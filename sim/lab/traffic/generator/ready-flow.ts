/** A flow whose sockets are open and connected: what the kinds of traffic have in common. */
import type { FlowTotals } from '../../../trace/record.ts';
import type { FlowMeter } from './flow-meter.ts';

export interface ReadyFlow {
  /**
   * Sends until the flow's time is over, or `signal` aborts, and counts by `meter`.
   * @throws Error when it cannot go on
   */
  run(meter: FlowMeter, signal: AbortSignal): Promise<FlowTotals>;
  /** Closes what is still open; may be called at any time, and twice. */
  close(): void;
}
