/** The wire of a Scenario, and what a step makes of it: rates parsed, and combinations that netem cannot do refused. */
import { parseRate, rateProblems } from '../../dataplane/bandwidth/rate.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { Located, Path, ScenarioUnderlay } from '../manifest/manifests.ts';
import type { UnderlayPlan } from './plan.ts';

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
  const { rate, delayNs, mtu, jitterNs, lossPct, reorderPct, duplicatePct } = written;
  const plan: UnderlayPlan = {
    ...before,
    ...(rate === null ? {} : { rateBps: wireRate(rate, scenario, [...path, 'rate'], diagnostics) }),
    ...(delayNs === null ? {} : { delayNs }),
    ...(mtu === null ? {} : { mtu }),
    ...(jitterNs === null ? {} : { jitterNs }),
    ...(lossPct === null ? {} : { lossPct }),
    ...(reorderPct === null ? {} : { reorderPct }),
    ...(duplicatePct === null ? {} : { duplicatePct }),
  };
  checkDelay(plan, scenario, path, diagnostics);
  return plan;
}

function wireRate(rate: string, scenario: Located, path: Path, diagnostics: Collector): number | null {
  const parsed = parseRate(rate);
  if (typeof parsed !== 'string') return parsed.bps;
  diagnostics.add('E410', scenario.spanOf(path), `rate \`${rate}\` ${rateProblems[parsed]}`, {
    help: 'write bits per second: `10G`',
  });
  return null;
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
