/** The wire of a Scenario, and what a step makes of it: rates parsed, and combinations that netem cannot do refused. */
import { parseRate, rateProblems } from '../../dataplane/bandwidth/rate.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { Located, Path, ScenarioQueue, ScenarioUnderlay } from '../manifest/manifests.ts';
import type { DeliveryTracePlan, UnderlayPlan, WireQueuePlan } from './plan.ts';
import { wireQueueBytes } from './wires.ts';

const DEFAULT_MTU = 1500;

/** A wire of which nothing was said. */
export const PLAIN_WIRE: UnderlayPlan = { rateBps: null, delayNs: 0, mtu: DEFAULT_MTU };

/**
 * @param path the way to the written object
 * @param before the wire until now: what is not written stays as it is there
 */
export function planUnderlay(
  written: ScenarioUnderlay,
  scenario: Located,
  path: Path,
  before: UnderlayPlan,
  diagnostics: Collector,
): UnderlayPlan {
  const { rate, trace, queue, delayNs, mtu, jitterNs, lossPct, reorderPct, duplicatePct } = written;
  const plan: UnderlayPlan = {
    ...withoutTrace(before, rate !== null),
    ...(rate === null ? {} : { rateBps: wireRate(rate, scenario, [...path, 'rate'], diagnostics) }),
    ...(trace === null ? {} : { trace, rateBps: meanRate(trace, mtu ?? before.mtu) }),
    ...(queue === null ? {} : { queue: planQueue(queue) }),
    ...(delayNs === null ? {} : { delayNs }),
    ...(mtu === null ? {} : { mtu }),
    ...(jitterNs === null ? {} : { jitterNs }),
    ...(lossPct === null ? {} : { lossPct }),
    ...(reorderPct === null ? {} : { reorderPct }),
    ...(duplicatePct === null ? {} : { duplicatePct }),
  };
  if (rate !== null && trace !== null) {
    const help = 'remove one of the two';
    diagnostics.add('E428', scenario.spanOf([...path, 'trace']), 'the wire has a `rate` and a `trace` of it', { help });
  }
  checkDelay(plan, scenario, path, diagnostics);
  if (queue !== null) checkQueue(plan, queue, scenario, [...path, 'queue'], diagnostics);
  return plan;
}

/** A steady rate takes the place of a trace. */
function withoutTrace({ trace, ...others }: UnderlayPlan, steady: boolean): UnderlayPlan {
  return steady || trace === undefined ? others : { ...others, trace };
}

/**
 * What a trace carries in one round of it, bits per second on the wire: each moment is 1500 bytes of packets, and full ones have an
 * Ethernet header each. null: the file is wrong, which has been said.
 */
function meanRate({ momentsMs }: DeliveryTracePlan, mtu: number): number | null {
  const periodMs = momentsMs.at(-1) ?? 0;
  if (periodMs === 0) return null;
  const bytes = (momentsMs.length * OPPORTUNITY_BYTES * (mtu + ETHERNET_HEADER)) / mtu;
  return Math.round((bytes * 8e3) / periodMs);
}

const OPPORTUNITY_BYTES = 1500;
const ETHERNET_HEADER = 14;

function wireRate(rate: string, scenario: Located, path: Path, diagnostics: Collector): number | null {
  const parsed = parseRate(rate);
  if (typeof parsed !== 'string') return parsed.bps;
  diagnostics.add('E410', scenario.spanOf(path), `rate \`${rate}\` ${rateProblems[parsed]}`, {
    help: 'write bits per second: `10G`',
  });
  return null;
}

function planQueue({ bytes, packets, timeNs, discipline }: ScenarioQueue): WireQueuePlan {
  return {
    discipline: discipline ?? 'fifo',
    ...(bytes === null ? {} : { bytes }),
    ...(packets === null ? {} : { packets }),
    ...(timeNs === null ? {} : { timeNs }),
  };
}

/** The units that each discipline of the kernel counts its room in; a trace is a queue of bytes by itself. */
const UNITS = {
  fifo: ['bytes', 'packets', 'time'],
  codel: ['packets'],
  fq_codel: ['packets'],
  cake: [],
  red: ['bytes', 'time'],
} as const satisfies Record<WireQueuePlan['discipline'], readonly Unit[]>;
type Unit = 'bytes' | 'packets' | 'time';

function checkQueue(
  { rateBps, trace, mtu, queue }: UnderlayPlan,
  { bytes, packets, timeNs }: ScenarioQueue,
  scenario: Located,
  path: Path,
  diagnostics: Collector,
): void {
  if (queue === undefined) return;
  const { discipline } = queue;
  const refuse = (field: string | null, message: string, help: string): void => {
    diagnostics.add('E490', scenario.spanOf(field === null ? path : [...path, field]), message, { help });
  };
  const sizes = { bytes, packets, time: timeNs };
  const said = (['bytes', 'packets', 'time'] as const).filter((unit) => sizes[unit] !== null);
  const [unit, second] = said;
  if (second !== undefined) {
    refuse(second, `the queue has its room in \`${unit ?? ''}\` already`, `remove \`${second}\` or \`${unit ?? ''}\``);
    return;
  }
  if (rateBps === null) {
    refuse(null, 'nothing waits in front of a wire without a rate', 'write a `rate` or a `trace` beside the `queue`');
    return;
  }
  if (trace !== undefined && (discipline !== 'fifo' || unit === 'packets')) {
    const field = discipline === 'fifo' ? 'packets' : 'discipline';
    refuse(
      field,
      'a trace is served first in, first out, by bytes',
      'write `queue: { bytes }` or `{ time }` alone, or a `rate`',
    );
    return;
  }
  const units: readonly Unit[] = UNITS[discipline];
  if (unit !== undefined && !units.includes(unit)) {
    const counted = units.map((one) => `\`${one}\``).join(' or ');
    const message = `${discipline} has no room that is counted in \`${unit}\``;
    refuse(unit, message, units.length === 0 ? `remove \`${unit}\`` : `write ${counted}`);
    return;
  }
  const room = wireQueueBytes(queue, rateBps);
  if (unit !== undefined && room !== null && room < mtu + ETHERNET_HEADER) {
    refuse(
      unit,
      `a full frame of ${mtu + ETHERNET_HEADER} bytes does not fit into a queue of ${Math.floor(room)}`,
      'make the queue larger',
    );
  }
}

/** netem makes both of the delay: a packet is early or late by the jitter, and overtakes by not being delayed. */
function checkDelay(plan: UnderlayPlan, scenario: Located, path: Path, diagnostics: Collector): void {
  const { delayNs, jitterNs = 0, reorderPct = 0 } = plan;
  if (jitterNs > delayNs) {
    diagnostics.add(
      'E428',
      scenario.spanOf([...path, 'jitter']),
      `a jitter of ${jitterNs / 1e3} us around a delay of ${delayNs / 1e3} us: packets would arrive before they were sent`,
      { help: 'write a `delay` that is at least as long' },
    );
  }
  if (reorderPct > 0 && delayNs === 0) {
    diagnostics.add(
      'E428',
      scenario.spanOf([...path, 'reorder']),
      'without a delay no packet can overtake another: those of `reorder` are the ones that are not delayed',
      { help: 'write a `delay`' },
    );
  }
}
