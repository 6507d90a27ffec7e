/** A pod that the dataplane knows: where its interfaces are, and who to ask for their counters. */
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import type { NetworkNamespace } from '../linux/namespace.ts';
import type { Rtnetlink } from '../linux/rtnetlink.ts';
import type { PodPlan } from '../plan/plan.ts';
import type { PodShaping } from './engine/shapings.ts';

export interface PodEndpoint {
  /** As it is now: labels and limits may have changed since it was built. */
  readonly plan: PodPlan;
  /** Whether its packets are given departure times now: a moment longer than `plan.limits` says when a limit goes. */
  readonly limited: Readonly<Record<Direction, boolean>>;
  /** `namespace/name`. */
  readonly name: string;
  readonly namespace: NetworkNamespace;
  readonly rtnetlink: Rtnetlink;
  /** Of eth0, the slave that the programs hang on. */
  readonly ifindex: number;
  /** Of the IFB that shapes what the pod receives; null where nothing limits it. */
  readonly ifbIfindex: number | null;
  readonly shaping: PodShaping;
}

export const IFB_NAME = 'ingress0';
