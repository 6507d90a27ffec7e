/**
 * How many entries each map of the dataplane has room for: as the Scenario says, or enough for the plan. A map that the plan
 * alone would fill is refused here; what `identities` and `policy` need is known when they are compiled (sim/lab/policy-room.ts).
 */
import { Direction, DropReason, maps } from '../../dataplane/bpf/abi.generated.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { ScenarioManifest } from '../manifest/manifests.ts';
import type { Plan } from './plan.ts';
import { FIRST_POD_IFINDEX } from './wire/ifindexes.ts';
import { tracesOf } from './wire/wires.ts';

export type MapName = keyof typeof maps;

/**
 * Entries by map. What is not written is the object's own room, or twice what the plan needs: more may come. `endpoints` is an array by
 * ifindex, so it has those below the first besides.
 * @param ofPolicies what the compiled policies need
 */
export function mapRoom(
  { pods, dataplane, ...wires }: Pick<Plan, 'pods' | 'dataplane' | 'underlay' | 'timeline' | 'nodes' | 'hosts'>,
  ofPolicies: Partial<Record<MapName, number>> = {},
): Record<MapName, number> {
  const needs = { ...neededBy(pods), ...ofPolicies };
  const room = (name: MapName): number =>
    dataplane?.maps[name] ?? Math.max(maps[name].maxEntries, 2 * (needs[name] ?? 0));
  const rooms = Object.fromEntries(mapNames.map((name) => [name, room(name)])) as Record<MapName, number>;
  return { ...rooms, endpoints: FIRST_POD_IFINDEX + rooms.endpoints, epoch: 1, ...roomOfTraces(wires) };
}

/** Refuses a room that is written and too small for the pods of the beginning. */
export function checkMapRoom(
  scenario: ScenarioManifest | null,
  plan: Pick<Plan, 'pods' | 'dataplane'>,
  diagnostics: Collector,
): void {
  const needs = neededBy(plan.pods);
  for (const name of mapNames) {
    const [written, needed] = [plan.dataplane?.maps[name], needs[name]];
    if (written === undefined || needed === undefined || written >= needed) continue;
    diagnostics.add(
      'E427',
      scenario?.spanOf(['spec', 'dataplane', 'maps', name]),
      `the map \`${name}\` has room for ${written} entries, and ${plan.pods.length} pods need ${needed}`,
      { help: `write at least ${needed}, or leave it out` },
    );
  }
}

/** An array is as long as it is made, whatever is in it. */
function roomOfTraces({
  nodes,
  hosts,
  ...wires
}: Pick<Plan, 'underlay' | 'timeline' | 'nodes' | 'hosts'>): Pick<Record<MapName, number>, 'wires' | 'moments'> {
  const nics = nodes.flatMap(({ masters }) => masters.filter(({ kind }) => kind === 'nic')).length + hosts.length;
  const moments = tracesOf(wires).reduce((sum, { momentsMs }) => sum + momentsMs.length, 0);
  // A NIC and its port.
  return { wires: Math.max(1, 2 * nics), moments: Math.max(1, moments) };
}

const mapNames = Object.keys(maps) as readonly MapName[];
const DIRECTIONS = Object.keys(Direction).length;

/** Those whose entries are one or some a pod; `counters` and `drops` with those of endpoint 0. */
function neededBy(pods: Plan['pods']): Partial<Record<MapName, number>> {
  const enforced = pods.filter((pod) => pod.enforced);
  const addresses = enforced.flatMap(({ interfaces }) => interfaces.flatMap((each) => each.addresses));
  const limits = enforced.flatMap(({ limits: { ingressBps, egressBps } }) => [ingressBps, egressBps]);
  // An array: what counts is the highest number.
  const ofHighest = DIRECTIONS * (1 + Math.max(0, ...enforced.map(({ endpointId }) => endpointId)));
  return {
    // Every interface has an ifindex, and so has the IFB of an ingress limit.
    endpoints: pods.reduce((sum, { interfaces }) => sum + interfaces.length + 1, 0),
    // Each may have the broadcast address of its subnet beside it.
    addresses: 2 * addresses.length,
    links: addresses.filter((address) => address.includes(':')).length,
    limits: limits.filter((limit) => limit !== null).length,
    counters: ofHighest,
    discoveries: ofHighest,
    drops: DIRECTIONS * Object.keys(DropReason).length * (enforced.length + 1),
  };
}
