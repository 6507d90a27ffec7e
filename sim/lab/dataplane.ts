/** The dataplane of one lab: one object, loaded once; its maps hold all endpoints. */
import { broadcastAddress, readPrefix } from '../../dataplane/address/text.ts';
import type { MapEntry } from '../../dataplane/bpf/policy-map.ts';
import { addressEntry, broadcastEntry, limitEntry, linkEntry, reservedDrops } from '../../dataplane/bpf/policy-map.ts';
import { fifo, queueBounds } from '../../dataplane/bpf/queue-bounds.ts';
import { managesQueue } from '../../dataplane/bandwidth/engine.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import type { BpfMap, BpfObject, BpfProgram, LoadOptions } from '../linux/bpf.ts';
import { loadBpfObject } from '../linux/bpf.ts';
import { withoutPrefix } from '../plan/ipam/address-of-cidr.ts';
import { mapRoom } from '../plan/map-room.ts';
import { chargeOf, type Plan, type PodPlan } from '../plan/plan.ts';
import { built } from './built.ts';
import type { PodEndpoint } from './endpoint.ts';
import type { Lab } from './lab.ts';
import type { PolicyNeeds } from './policy-room.ts';

export interface Dataplane {
  readonly egress: BpfProgram;
  readonly ingress: BpfProgram;
  readonly ifb: BpfProgram;
  /** Of wires whose rate is a trace. */
  readonly underlay: BpfProgram;
  /** Where a machine sends into a wire with a rate. */
  readonly handover: BpfProgram;
  /** Where a node sends: what went around its pods' egress programs. */
  readonly guard: BpfProgram;
  /** Where a node receives, and where a slave sends that no program judges. */
  readonly admit: BpfProgram;
  readonly maps: Readonly<Record<MapName, BpfMap>>;
}

const MAPS = [
  'endpoints',
  'addresses',
  'identities',
  'policy',
  'limits',
  'flows',
  'counters',
  'drops',
  'conntrack',
  'wires',
  'moments',
  'fragments',
  'links',
  'discoveries',
  'epoch',
] as const;
type MapName = (typeof MAPS)[number];

/** Its maps have room for the plan. @throws SystemCallError with the verifier's last lines */
export function loadDataplane(lab: Lab, objectPath: string, needs: PolicyNeeds): Dataplane {
  return built(
    lab,
    'dataplane',
    'dataplane',
    () => open(lab.undo.use('dataplane', loadBpfObject(objectPath, loadOptions(lab.plan, needs)))),
    (dataplane) => ({
      programs: programsOf(dataplane).map(({ name, verifiedInsns, insnCount: insns }) => ({
        name,
        verifiedInsns,
        insns,
      })),
    }),
  );
}

function loadOptions(plan: Plan, needs: PolicyNeeds): LoadOptions {
  const refuses = plan.dataplane?.fullConntrack === 'refuse';
  return { maxEntries: mapRoom(plan, { ...needs }), refuseWhenFull: refuses ? ['conntrack'] : [] };
}

function open(object: BpfObject): Dataplane {
  reserveDrops(object.map('drops'));
  return {
    egress: object.program('ipvlane_egress'),
    ingress: object.program('ipvlane_ingress'),
    ifb: object.program('ipvlane_ifb'),
    underlay: object.program('ipvlane_underlay'),
    handover: object.program('ipvlane_handover'),
    guard: object.program('ipvlane_guard'),
    admit: object.program('ipvlane_admit'),
    maps: Object.fromEntries(MAPS.map((name) => [name, object.map(name)])) as Record<MapName, BpfMap>,
  };
}

function programsOf({ egress, ingress, ifb, underlay, handover, guard, admit }: Dataplane): readonly BpfProgram[] {
  return [egress, ingress, ifb, underlay, handover, guard, admit];
}

/** Where drops count that find the map full. */
function reserveDrops(map: BpfMap): void {
  for (const key of reservedDrops()) map.update(key, new Uint8Array(map.cpus * map.stride));
}

/** How often entries of its maps were written or taken out so far, of whatever map. */
export function mapChanges({ maps }: Pick<Dataplane, 'maps'>): number {
  return Object.values(maps).reduce((sum, { changes }) => sum + changes, 0);
}

/** For `addresses`: all that the pod has, on whatever interface, and where their subnets are heard. */
export function addressEntries({ endpointId, interfaces }: PodPlan): readonly MapEntry[] {
  return interfaces.flatMap(({ addresses }) =>
    addresses.flatMap((cidr) => {
      const prefix = readPrefix(cidr);
      const broadcast = prefix === null ? null : broadcastAddress(prefix);
      const own = addressEntry(endpointId, withoutPrefix(cidr));
      return broadcast === null ? [own] : [broadcastEntry(endpointId, broadcast), own];
    }),
  );
}

/** For `links`: where its neighbors are. Those of IPv4 it finds by ARP. */
export function linkEntries({ endpointId, interfaces }: PodPlan): readonly MapEntry[] {
  return interfaces.flatMap(({ addresses }) =>
    addresses.filter((cidr) => cidr.includes(':')).map((cidr) => linkEntry(endpointId, cidr)),
  );
}

/** A pod's rates where our programs keep them, for the map `limits`. */
export function limitEntries(
  { plan, shaping }: Pick<PodEndpoint, 'plan' | 'shaping'>,
  lab: LimitingLab,
): readonly MapEntry[] {
  const directions = [
    ['ingress', plan.limits.ingressBps, shaping.ingress?.paced === true],
    ['egress', plan.limits.egressBps, shaping.egress.paced],
  ] as const;
  return directions.flatMap(([direction, rateBps, paced]) =>
    rateBps === null || !paced ? [] : [pacedLimit(plan.endpointId, direction, rateBps, lab)],
  );
}

/** Only ours manages the queue; the other engines with departure times are one FIFO, as in the field. */
export function pacedLimit(
  endpointId: number,
  direction: Direction,
  rateBps: number,
  { engine, dataplane }: LimitingLab,
): MapEntry {
  const charge = chargeOf({ dataplane });
  const bounds = managesQueue(engine) ? queueBounds(direction, rateBps, charge) : fifo;
  return limitEntry(endpointId, direction, rateBps, bounds, charge);
}

type LimitingLab = Pick<Plan, 'engine' | 'dataplane'>;
