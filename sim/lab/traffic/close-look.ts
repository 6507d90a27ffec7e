/** Moments at which the counters are read every millisecond. */
import type { FlowPlan } from '../../plan/plan.ts';
import { sleep } from '../clock.ts';
import type { Lab } from '../lab.ts';

/**
 * Where the first second of limited flows ends, until the super-packet that is on its way has left: only then is it known which part
 * of it belongs to that second (sim/measure/flow/first-second.ts). Called as the flows begin. Resolves when all is read, or `signal` aborts.
 */
export async function lookCloselyAtFirstSecond(
  lab: Pick<Lab, 'clock'>,
  flows: readonly FlowPlan[],
  sample: () => void,
  signal: AbortSignal,
): Promise<void> {
  const longestNs = Math.max(0, ...flows.map(bufferNs));
  if (longestNs < STEP_NS) return;
  // A second from the first byte's arrival.
  const delaysNs = flows.map(({ delayNs = 0 }) => delayNs);
  const [soonestNs, latestNs] = [Math.min(...delaysNs), Math.max(...delaysNs)];
  const endNs = lab.clock.now() + SECOND_NS + latestNs;
  // The last reading before the end is a step before it at most: what left meanwhile is not taken for what was on its way.
  await sleep(SECOND_NS + soonestNs - STEP_NS, signal);
  while (!signal.aborted && lab.clock.now() <= endNs + longestNs + STEP_NS) {
    sample();
    await sleep(STEP_NS, signal);
  }
}

/**
 * After limits have changed: when the new ones are in force, and what passes until then, is a matter of milliseconds. What it returns is
 * called at each change, and resolves when all is read, or `signal` aborts; at once where it still looks at a change before.
 * @param going whether traffic still runs
 */
export function closeLookAtChanges(
  lab: Pick<Lab, 'clock'>,
  sample: () => void,
  going: () => boolean,
): (signal: AbortSignal) => Promise<void> {
  let endNs = 0;
  let looking = false;
  return async (signal) => {
    endNs = lab.clock.now() + CHANGE_NS;
    if (looking) return;
    looking = true;
    try {
      for (;;) {
        await sleep(STEP_NS, signal);
        if (signal.aborted || !going() || lab.clock.now() > endNs) return;
        sample();
      }
    } finally {
      looking = false;
    }
  };
}

/** How long the limit takes for the largest super-packet; 0 where it does not matter. */
function bufferNs({ configuredBps, protocol }: FlowPlan): number {
  if (configuredBps === null || protocol !== 'TCP') return 0;
  return Math.min(LONGEST_NS, (SUPER_PACKET_BYTES * 8e9) / configuredBps);
}

const SECOND_NS = 1e9;
/** The tenth of a second in which a new limit comes into force (docs/adr/0011), and twice as long to see that it holds. */
const CHANGE_NS = 300e6;
const STEP_NS = 1e6;
/** Of 1M. */
const LONGEST_NS = 525e6;
const SUPER_PACKET_BYTES = 65_536;
