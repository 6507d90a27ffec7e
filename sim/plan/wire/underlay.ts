/** The wire of a Scenario, and what a step makes of it: rates parsed, and combinations that netem cannot do refused. */
import { ETHERNET_HEADER } from '../../../dataplane/bandwidth/charge.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type {
  Located,
  Path,
  ScenarioLink,
  ScenarioQueue,
  ScenarioUnderlay,
  ScenarioWay,
} from '../../manifest/manifests.ts';
import { linkWay, type LinkDirection, type LinkWay } from './links.ts';
import type { DeliveryTracePlan, LinkPlan, LinkWayPlan, UnderlayPlan, WayPlan, WireQueuePlan } from '../plan.ts';
import { OPPORTUNITY_BYTES, wireQueueBytes } from './wires.ts';

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
  const { mtu: writtenMtu, reorderPct, duplicatePct } = written;
  const mtu = writtenMtu ?? before.mtu;
  const links = planLinks(written.links, before.links ?? [], mtu, { scenario, diagnostics });
  const plan: UnderlayPlan = {
    ...planWay(written, before, mtu, { scenario, path, diagnostics }),
    mtu,
    ...(reorderPct === null ? {} : { reorderPct }),
    ...(duplicatePct === null ? {} : { duplicatePct }),
    ...(links.length === 0 ? {} : { links }),
  };
  checkDelay(plan, scenario, path, diagnostics);
  if (written.queue !== null) checkQueue(plan, scenario, path, diagnostics);
  const changesAll = written.rateBps !== null || written.trace !== null || written.queue !== null;
  for (const link of links) {
    const said = written.links.find((one) => isOf(one, link));
    for (const direction of ['up', 'down'] as const) {
      const own = link[direction];
      if (own === undefined) continue;
      const ownPath = said?.[direction] == null ? path : [...said.path, direction];
      if (said?.[direction] != null) checkJitter(own, scenario, ownPath, diagnostics);
      if (changesAll || said?.[direction] != null) {
        const way = linkWay(plan, { of: link.of, interface: link.interface ?? '' }, direction);
        checkQueue(way, scenario, ownPath, diagnostics);
      }
    }
  }
  return plan;
}

interface Writing {
  readonly scenario: Located;
  readonly diagnostics: Collector;
}

/** What is written takes the place of what was; a rate that of a trace too. */
function planWay<Way extends LinkWayPlan>(
  { rateBps, trace, queue, delayNs, jitterNs, lossPct }: ScenarioWay,
  { trace: traceBefore, ...before }: Way,
  mtu: number,
  { scenario, path, diagnostics }: Writing & { readonly path: Path },
): Omit<Way, 'trace'> & Pick<WayPlan, 'trace'> {
  if (rateBps !== null && trace !== null) {
    const help = 'remove one of the two';
    diagnostics.add('E428', scenario.spanOf([...path, 'trace']), 'the wire has a `rate` and a `trace` of it', { help });
  }
  return {
    ...before,
    ...(rateBps !== null || traceBefore === undefined ? {} : { trace: traceBefore }),
    ...(rateBps === null ? {} : { rateBps }),
    ...(trace === null ? {} : { trace, rateBps: meanRate(trace, mtu) }),
    ...(queue === null ? {} : { queue: planQueue(queue) }),
    ...(delayNs === null ? {} : { delayNs }),
    ...(jitterNs === null ? {} : { jitterNs }),
    ...(lossPct === null ? {} : { lossPct }),
  };
}

/** Those of before, changed as it is written, then those that are new. */
function planLinks(
  written: readonly ScenarioLink[],
  before: readonly LinkPlan[],
  mtu: number,
  { scenario, diagnostics }: Writing,
): readonly LinkPlan[] {
  const links = [...before];
  const seen: ScenarioLink[] = [];
  for (const link of written) {
    const { of, interface: nic, path } = link;
    const known = links.findIndex((one) => isOf(link, one));
    const twice = seen.some((one) => isOf(link, linkOf(one)));
    const other = links.find((one) => one.of === of.text && (one.interface === undefined) !== (nic === null));
    if (twice || other !== undefined) {
      const message = twice
        ? `the link of ${of.text} is written already`
        : `${of.text} has a link of ${nic === null ? (other?.interface ?? '') : 'all its network interfaces'} already`;
      const help = twice ? 'write both as one' : 'write a link for each network interface, or one for all of them';
      diagnostics.add('E428', scenario.spanOf([...path, 'of']), message, { help });
      continue;
    }
    seen.push(link);
    const changed = (direction: LinkDirection): LinkWayPlan | undefined => {
      const [said, was] = [link[direction], links[known]?.[direction]];
      if (said === null) return was;
      return planWay(said, was ?? {}, mtu, { scenario, diagnostics, path: [...path, direction] });
    };
    const [up, down] = [changed('up'), changed('down')];
    const plan = {
      ...linkOf(link),
      ...atRouter(links[known]),
      ...(up === undefined ? {} : { up }),
      ...(down === undefined ? {} : { down }),
    };
    if (known < 0) links.push(plan);
    else links[known] = plan;
  }
  return links;
}

/** Where a link leads to, which no step changes. */
function atRouter({ behind, mtu }: Pick<LinkPlan, 'behind' | 'mtu'> = {}): Pick<LinkPlan, 'behind' | 'mtu'> {
  return { ...(behind === undefined ? {} : { behind }), ...(mtu === undefined ? {} : { mtu }) };
}

function linkOf({ of, interface: nic }: ScenarioLink): LinkPlan {
  return { of: of.text, ...(nic === null ? {} : { interface: nic }) };
}

function isOf({ of, interface: nic }: ScenarioLink, link: LinkPlan): boolean {
  return link.of === of.text && link.interface === (nic ?? undefined);
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

/** @param path of what has the queue, or has changed what it has to do */
function checkQueue(
  { rateBps, trace, mtu, queue }: Pick<LinkWay, 'rateBps' | 'trace' | 'mtu' | 'queue'>,
  scenario: Located,
  path: Path,
  diagnostics: Collector,
): void {
  if (queue === undefined) return;
  const { discipline, bytes, packets, timeNs } = queue;
  const refuse = (field: string | null, message: string, help: string): void => {
    const place = [...path, 'queue', ...(field === null ? [] : [field])];
    diagnostics.add('E490', scenario.spanOf(place), message, { help });
  };
  const sizes = { bytes, packets, time: timeNs };
  const said = (['bytes', 'packets', 'time'] as const).filter((unit) => sizes[unit] !== undefined);
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
  const { delayNs, reorderPct = 0 } = plan;
  checkJitter(plan, scenario, path, diagnostics);
  if (reorderPct > 0 && delayNs === 0) {
    diagnostics.add(
      'E428',
      scenario.spanOf([...path, 'reorder']),
      'without a delay no packet can overtake another: those of `reorder` are the ones that are not delayed',
      { help: 'write a `delay`' },
    );
  }
}

function checkJitter(
  { delayNs = 0, jitterNs = 0 }: LinkWayPlan,
  scenario: Located,
  path: Path,
  diagnostics: Collector,
): void {
  if (jitterNs <= delayNs) return;
  diagnostics.add(
    'E428',
    scenario.spanOf([...path, 'jitter']),
    `a jitter of ${jitterNs / 1e3} us around a delay of ${delayNs / 1e3} us: packets would arrive before they were sent`,
    { help: 'write a `delay` that is at least as long' },
  );
}
