/**
 * Declared pods to planned ones: node, networks, addresses, limits. It remembers what it gave out, so pods that come while
 * the lab lives get what is left, by the same rules.
 */
import type { Collector } from '../diagnostics/collector.ts';
import { addressOfCidr } from './address-of-cidr.ts';
import { attachmentsOf, type Attachment } from './attachments.ts';
import { declarationKey, declarationSpan, podKey, type DeclaredPod } from './declared-pod.ts';
import { makeEndpoints } from './endpoints.ts';
import type { Ipam } from './ipam.ts';
import type { NodeMasters } from './masters.ts';
import type { Network } from './network.ts';
import type { PodPlan } from './plan.ts';
import type { Claimant } from './pool-choice.ts';
import { schedule, type SchedulableNode } from './schedule.ts';

/** What is there for pods to be put on. */
export interface Ground {
  readonly nodes: readonly SchedulableNode[];
  readonly networks: ReadonlyMap<string, Network>;
  readonly masters: ReadonlyMap<string, NodeMasters>;
  /** Namespaces that come later are added. */
  readonly namespaces: Map<string, Claimant['namespace']>;
  readonly poolNames: readonly string[];
  readonly ipam: Ipam;
}

export class PodPlanner {
  readonly ground: Ground;
  /** Keys of the pods whose CNI chain gives them a way to their own node. */
  readonly coordinated = new Set<string>();
  readonly #load = new Map<string, number>();
  readonly #endpointIds = new Map<string, number>();

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** Every pod that can be brought up, in the order given. */
  plan(
    pods: readonly DeclaredPod[],
    attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>,
    diagnostics: Collector,
  ): PodPlan[] {
    for (const [pod, [first]] of attachments) if (first?.chain.coordinated === true) this.coordinated.add(podKey(pod));
    const placed = schedule(pods, this.ground.nodes, diagnostics, this.#load);
    const endpointIdOf = (pod: DeclaredPod): number => {
      const id = this.#endpointIds.get(podKey(pod)) ?? this.#endpointIds.size + 1;
      this.#endpointIds.set(podKey(pod), id);
      return id;
    };
    return makeEndpoints(pods, { ...this.ground, placed, attachments, endpointIdOf }, diagnostics);
  }

  /** As `plan`, for pods that come while the lab lives. */
  planLater(declared: readonly DeclaredPod[], diagnostics: Collector): PodPlan[] {
    const pods = withNetwork(declared, diagnostics);
    return this.plan(pods, attachAll(pods, this.ground.networks, diagnostics), diagnostics);
  }

  /** The pod is gone: its place on its node and its addresses are free. */
  release(pod: DeclaredPod, { node, interfaces }: PodPlan): void {
    for (const key of [node, `${node} ${declarationKey(pod)}`]) this.#load.set(key, (this.#load.get(key) ?? 1) - 1);
    for (const text of interfaces.flatMap(({ addresses }) => addresses)) {
      const address = addressOfCidr(text);
      if (address !== null) this.ground.ipam.release(address);
    }
  }
}

/** Those that have a network of their own; the others are left out, with a warning. */
export function withNetwork(declared: readonly DeclaredPod[], diagnostics: Collector): DeclaredPod[] {
  return declared.filter((pod) => {
    if (pod.spec.hostNetwork !== true) return true;
    diagnostics.add(
      'W402',
      declarationSpan(pod),
      `${pod.owner?.name ?? pod.name} is left out: with hostNetwork it has no network of its own`,
      { help: 'remove `hostNetwork` to have it in the lab' },
    );
    return false;
  });
}

/** The networks of each pod; a pod for which something is wrong is missing, with a diagnostic. */
export function attachAll(
  pods: readonly DeclaredPod[],
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): Map<DeclaredPod, readonly Attachment[]> {
  const attachments = new Map<DeclaredPod, readonly Attachment[]>();
  for (const pod of pods) {
    const attached = attachmentsOf(pod, networks, diagnostics);
    if (attached !== null) attachments.set(pod, attached);
  }
  return attachments;
}
