/** Moments at even distances, without drift and without spinning. */
import type { LabClock } from '../../clock.ts';

export interface Beat {
  /** On the lab's clock. */
  readonly epochNs: number;
  readonly everyNs: number;
  readonly durationNs: number;
}

/**
 * Calls `onBeat` with 1, 2, ... at epoch + n * every, and a last time at epoch + duration, then resolves; at once when `signal`
 * aborts. A beat that is missed, because the thread was busy, is left out: the next one comes at its own time.
 */
export function metronome(
  clock: Pick<LabClock, 'now'>,
  { epochNs, everyNs, durationNs }: Beat,
  onBeat: (beat: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const endNs = epochNs + durationNs;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const wake = (): void => {
      const now = clock.now();
      if (now >= dueNs) {
        try {
          onBeat(Math.ceil((dueNs - epochNs) / everyNs));
        } catch (error) {
          signal.removeEventListener('abort', finish);
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (dueNs >= endNs) {
          finish();
          return;
        }
        const passed = Math.floor((clock.now() - epochNs) / everyNs);
        dueNs = Math.min(endNs, epochNs + (passed + 1) * everyNs);
      }
      arm();
    };
    const arm = (): void => {
      timer = setTimeout(wake, Math.max(1, Math.ceil((dueNs - clock.now()) / 1e6)));
    };
    let dueNs = Math.min(endNs, epochNs + everyNs);
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', finish, { once: true });
    arm();
  });
}
