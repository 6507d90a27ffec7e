/**
 * The plan: what the manifests mean, resolved, in base units, as plain JSON. The agent executes it and nothing else;
 * `ipvlane plan --json` prints it. Its shapes are said once, as schemas in `schema/`; here are their types, and what is
 * asked of them everywhere.
 *
 * Units: rates in bits per second (`...Bps` = bits/s), times in nanoseconds (`...Ns`) or milliseconds (`...Ms`),
 * sizes in bytes. Addresses are text in canonical form.
 */
import { objectKey } from '../../dataplane/policy/object-key.ts';
import type { Charge } from '../../dataplane/bandwidth/charge.ts';
import type { FlowPlan } from './schema/flow.ts';
import type { PartyPlan } from './schema/party.ts';
import type { DataplanePlan } from './schema/plan.ts';
import type { ProbePlan } from './schema/step.ts';

export type * from './schema/expectation.ts';
export type * from './schema/flow.ts';
export type * from './schema/machine.ts';
export { changeVerbs, PLAN_SCHEMA, type ChangeVerb, type Generator } from './schema/names.ts';
export type * from './schema/party.ts';
export type * from './schema/plan.ts';
export type * from './schema/pod.ts';
export type * from './schema/step.ts';
export type * from './schema/underlay.ts';

/** Of pods' limits, and of every rate on the wire that is foretold or measured. */
export function chargeOf({ dataplane }: { readonly dataplane?: DataplanePlan | undefined }): Charge {
  return dataplane?.charge ?? 'l2';
}

/** Over the loopback of a pod's own network stack: past its limits and policies, and what counts at its slave. */
export function isToItself({ from, to }: Pick<FlowPlan, 'from' | 'to'>): boolean {
  return partyName(from) === partyName(to);
}

/** `namespace/name` of a pod, `host:NAME` or `node:NAME`: how traces, results and people name a party. */
export function partyName(party: PartyPlan): string {
  switch (party.kind) {
    case 'pod':
      return objectKey(party);
    case 'host':
    case 'node':
      return `${party.kind}:${party.name}`;
  }
}

/** `TCP/80`, `ICMP`. */
export function portText({ protocol, port }: { readonly protocol: string; readonly port: number }): string {
  return protocol === 'ICMP' ? protocol : `${protocol}/${port}`;
}

/** `default/a -> host:outside TCP/80` */
export function probeName(probe: Pick<ProbePlan, 'from' | 'to' | 'protocol' | 'port'>): string {
  return `${partyName(probe.from)} -> ${partyName(probe.to)} ${portText(probe)}`;
}
