/**
 * Declared pods to planned ones: node, networks, addresses, limits. It remembers what it gave out, so pods that come while
 * the lab lives get what is left, by the same rules.
 */
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import { addressOfCidr } from '../ipam/address-of-cidr.ts';
import { attachmentsOf, type Attachment } from '../network/attachments.ts';
import { objectKey, labelsOfNamespace } from '../cluster/cluster.ts';
import { declarationSpan, type DeclaredPod } from './declared-pod.ts';
import { makeEndpoints } from './endpoints.ts';
import type { Ipam } from '../ipam/ipam.ts';
import type { NodeMasters } from '../network/masters.ts';
import type { Network } from '../network/network.ts';
import type { PodPlan } from '../plan.ts';
import type { Claimant } from '../ipam/pool-choice.ts';
import type { RangeIpam } from '../ipam/range-ipam.ts';
import type { SchedulableNode } from '../schedule/node.ts';
import type { Neighbour } from '../schedule/occupancy.ts';
import { neighbourOf, schedule } from '../schedule/schedule.ts';
import { warnOfSpiderAnnotations } from '../spiderpool/annotations.ts';
import { undoAll, undoOfList, undoOfMap, undoOfSet, type Undo } from '../cluster/undo.ts';

/** What is there for pods to be put on. */
export interface Ground {
  readonly nodes: readonly SchedulableNode[];
  readonly networks: ReadonlyMap<string, Network>;
  readonly masters: ReadonlyMap<string, NodeMasters>;
  /** Namespaces that come later are added. */
  readonly namespaces: Map<string, Claimant['namespace']>;
  readonly poolNames: readonly string[];
  readonly ipam: Ipam;
  readonly ranges: RangeIpam;
  /** What pods' limits charge a frame. */
  readonly charge: Charge;
}

/** A pod that is there: what it was made from, and how it stands now. */
export interface PresentPod {
  readonly declared: DeclaredPod;
  readonly plan: PodPlan;
}

export class PodPlanner {
  readonly ground: Ground;
  /** Keys of the pods whose CNI chain gives them a way to their own node. */
  readonly coordinated = new Set<string>();
  /** Pods of the nodes' own network, on the nodes though not in the lab. */
  readonly #unseen: { readonly pod: Neighbour; readonly node: string }[] = [];
  readonly #endpointIds = new Map<string, number>();

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /**
   * Every pod that can be brought up, in the order given.
   * @param pods those with hostNetwork as well
   * @param present pods that are there already
   */
  plan(
    pods: readonly DeclaredPod[],
    attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>,
    diagnostics: Collector,
    present: Iterable<PresentPod> = [],
  ): PodPlan[] {
    for (const [pod, [first]] of attachments)
      if (first?.chain.coordinated === true) this.coordinated.add(objectKey(pod));
    const { nodes, namespaces } = this.ground;
    const site = {
      nodes,
      namespaceLabels: (name: string) => namespaces.get(name)?.labels ?? labelsOfNamespace(name),
      placed: [...this.#unseen, ...neighboursOf(present)],
    };
    const placed = schedule(pods, site, diagnostics);
    for (const [pod, { name }] of placed) {
      if (pod.spec.hostNetwork === true) this.#unseen.push({ pod: neighbourOf(pod), node: name });
    }
    const endpointIdOf = (pod: DeclaredPod): number => {
      const id = this.#endpointIds.get(objectKey(pod)) ?? this.#endpointIds.size + 1;
      this.#endpointIds.set(objectKey(pod), id);
      return id;
    };
    const networked = pods.filter(({ spec }) => spec.hostNetwork !== true);
    return makeEndpoints(networked, { ...this.ground, placed, attachments, endpointIdOf }, diagnostics);
  }

  /** As `plan`, for pods that come while the lab lives. */
  planLater(declared: readonly DeclaredPod[], present: Iterable<PresentPod>, diagnostics: Collector): PodPlan[] {
    const pods = withNetwork(declared, diagnostics);
    return this.plan(pods, attachAll(pods, this.ground.networks, diagnostics), diagnostics, present);
  }

  /** What is planned from now on may come to nothing. */
  mark(): Undo {
    const { ipam, ranges, namespaces } = this.ground;
    return undoAll(
      ipam.mark(),
      ranges.mark(),
      undoOfMap(namespaces),
      undoOfSet(this.coordinated),
      undoOfList(this.#unseen),
    );
  }

  /** The pod is gone: its addresses are free. */
  release(pod: PodPlan): void {
    const { interfaces } = pod;
    this.ground.ranges.release(objectKey(pod));
    for (const text of interfaces.flatMap(({ addresses }) => addresses)) {
      const address = addressOfCidr(text);
      if (address !== null) this.ground.ipam.release(address);
    }
  }
}

function neighboursOf(present: Iterable<PresentPod>): { pod: Neighbour; node: string }[] {
  return Array.from(present, ({ declared, plan }) => ({
    pod: { ...neighbourOf(declared), labels: plan.labels },
    node: plan.node,
  }));
}

/** Those that have a network of their own; the others are left out, with a warning. */
export function withNetwork(declared: readonly DeclaredPod[], diagnostics: Collector): DeclaredPod[] {
  return declared.filter((pod) => {
    if (pod.spec.hostNetwork !== true) return true;
    diagnostics.add(
      'W402',
      declarationSpan(pod),
      `${pod.owner?.name ?? pod.name} is left out: with hostNetwork it has the addresses of its node, no limit, and no policy selects it`,
      {
        help: "ask for it as `node:NAME`; without `hostNetwork` selectors match it, and the answer is another than the cluster's",
      },
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
    warnOfSpiderAnnotations(pod, diagnostics);
    const attached = attachmentsOf(pod, networks, diagnostics);
    if (attached !== null) attachments.set(pod, attached);
  }
  return attachments;
}
