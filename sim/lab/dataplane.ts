/** The dataplane of one lab: one object, loaded once; its maps hold all endpoints. */
import type { MapEntry } from '../../dataplane/bpf/policy-map.ts';
import { limitEntry } from '../../dataplane/bpf/policy-map.ts';
import type { BpfMap, BpfObject, BpfProgram } from '../linux/bpf.ts';
import { loadBpfObject } from '../linux/bpf.ts';
import { built } from './built.ts';
import { dataplaneCommands } from './commands.ts';
import type { PodEndpoint } from './endpoint.ts';
import type { Lab } from './lab.ts';

export interface Dataplane {
  readonly egress: BpfProgram;
  readonly ingress: BpfProgram;
  readonly ifb: BpfProgram;
  readonly maps: Readonly<Record<MapName, BpfMap>>;
}

const MAPS = ['endpoints', 'identities', 'policy', 'limits', 'flows', 'counters', 'drops', 'conntrack'] as const;
type MapName = (typeof MAPS)[number];

/** @throws SystemCallError with the verifier's last lines */
export function loadDataplane(lab: Lab, objectPath: string): Dataplane {
  return built(
    lab,
    'dataplane',
    'dataplane',
    () => open(lab.undo.use('dataplane', loadBpfObject(objectPath))),
    () => dataplaneCommands(objectPath),
  );
}

function open(object: BpfObject): Dataplane {
  return {
    egress: object.program('ipvlane_egress'),
    ingress: object.program('ipvlane_ingress'),
    ifb: object.program('ipvlane_ifb'),
    maps: Object.fromEntries(MAPS.map((name) => [name, object.map(name)])) as Record<MapName, BpfMap>,
  };
}

/** A pod's rates where our programs keep them, for the map `limits`. */
export function limitEntries({ plan, shaping }: Pick<PodEndpoint, 'plan' | 'shaping'>): readonly MapEntry[] {
  const directions = [
    ['ingress', plan.limits.ingressBps, shaping.ingress?.paced === true],
    ['egress', plan.limits.egressBps, shaping.egress.paced],
  ] as const;
  return directions.flatMap(([direction, rateBps, paced]) =>
    rateBps === null || !paced ? [] : [limitEntry(plan.endpointId, direction, rateBps)],
  );
}
