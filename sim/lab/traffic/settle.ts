/** Waiting for datagrams that are on their way when a flow has ended. */
import { sleep } from '../clock.ts';

/** Until nothing has come for this long, and no queue on the way holds any... */
const QUIET_NS = 500e6;
/** ...and never longer than this; a departure horizon is two seconds. */
const LINGER_NS = 3e9;
const LOOK_NS = 5e6;

export interface Missing {
  readonly now: () => number;
  /** Datagrams that have not come. */
  readonly missing: () => number;
  /** Packets in queues between the two ends. */
  readonly queued: () => number;
}

/** Resolves when all are there, when no more can come, or when they have been waited for long enough. */
export async function settle({ now, missing, queued }: Missing, signal: AbortSignal): Promise<void> {
  const begun = now();
  let last = { atNs: begun, missing: missing() };
  while (!signal.aborted && last.missing > 0 && now() - begun <= LINGER_NS) {
    // A slow limit lets a frame go less often than that.
    if (now() - last.atNs > QUIET_NS && queued() === 0) return;
    await sleep(LOOK_NS, signal);
    const left = missing();
    if (left !== last.missing) last = { atNs: now(), missing: left };
  }
}
