/** The whole lab: the dataplane, then from the wire up underlay, nodes, hosts, pods. */
import { clusterAtStart, objectKey } from '../plan/cluster/cluster.ts';
import type { Cluster } from '../plan/cluster/cluster.ts';
import type { PodPlan } from '../plan/plan.ts';
import type { PodRecord } from '../trace/record.ts';
import { built } from './built.ts';
import { yieldTurn } from './clock.ts';
import type { Dataplane } from './dataplane.ts';
import { loadDataplane } from './dataplane.ts';
import type { PodEndpoint } from './endpoint.ts';
import { buildHost } from './host.ts';
import type { Host } from './host.ts';
import type { Lab } from './lab.ts';
import { wordsOf } from './lab.ts';
import type { Node } from './node.ts';
import { buildNode } from './node.ts';
import { buildPod } from './pod.ts';
import type { Pod } from './pod.ts';
import { compilePlan } from './policy-room.ts';
import { PoliciesInForce } from './policy.ts';
import { announceRouted } from './routed-slaves.ts';
import type { WireQdisc } from './sampling.ts';
import { Underlay } from './wire/underlay.ts';

export interface Topology {
  readonly dataplane: Dataplane;
  readonly policies: PoliciesInForce;
  /** As planned for the beginning. */
  readonly cluster: Cluster;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly hosts: readonly Host[];
  /** Pods that are there, by `namespace/name`; they come and go. */
  readonly pods: Map<string, Pod>;
  /** Pods that the dataplane knows, by endpoint id; they come and go, and change. */
  readonly endpoints: Map<number, PodEndpoint>;
  /** null: stand-ins have no wire. */
  readonly underlay: Underlay | null;
  readonly wires: readonly WireQdisc[];
  /** Why each pod that could not be built is not there, by `namespace/name`. */
  readonly failed: Map<string, string>;
}

/**
 * Builds everything; between two pods other work gets its turn, so a thousand of them can be watched and interrupted.
 * A pod that cannot be built is `Failed`, and the rest goes on. @throws SystemCallError for everything below the pods
 */
export async function buildTopology(lab: Lab, objectPath: string, signal: AbortSignal): Promise<Topology> {
  for (const pod of lab.plan.pods) recordPod(lab, pod, 'Pending');
  const { atStart, needs } = compilePlan(lab.plan);
  const dataplane = loadDataplane(lab, objectPath, needs);
  const underlay = Underlay.build(lab, dataplane);
  const nodes = new Map(lab.plan.nodes.map((plan) => [plan.name, buildNode(lab, underlay, plan)]));
  const hosts = lab.plan.hosts.map((plan) => buildHost(lab, underlay, plan));
  const cluster = clusterAtStart(lab.plan);
  const endpoints = new Map<number, PodEndpoint>();
  const policies = new PoliciesInForce(lab, dataplane, cluster, endpoints, atStart);
  const wires = wiresOf(underlay, nodes.values(), hosts);
  const topology = {
    underlay,
    dataplane,
    policies,
    cluster,
    nodes,
    hosts,
    pods: new Map(),
    endpoints,
    wires,
    failed: new Map(),
  };
  await bringUp(lab, topology, lab.plan.pods, false, signal);
  await underlay.carries(signal);
  return topology;
}

/**
 * Builds pods into a topology, one after the other. One that cannot be built is `Failed`, and the rest goes on.
 * @param announced as `buildPod` has it: for pods that come to a lab that lives
 */
export async function bringUp(
  lab: Lab,
  { dataplane, policies, nodes, hosts, pods, endpoints, failed }: Topology,
  plans: readonly PodPlan[],
  announced: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const plan of plans) {
    await yieldTurn();
    if (signal.aborted) break;
    recordPod(lab, plan, 'ContainerCreating');
    try {
      const pod = built(lab, 'pod', objectKey(plan), () => {
        const made = buildPod(lab, nodeOf(nodes, plan), dataplane, plan, policies, announced);
        announceRouted(plan, nodes, hosts);
        return made;
      });
      pods.set(pod.name, pod);
      if (pod.endpoint !== null) endpoints.set(plan.endpointId, pod.endpoint);
      failed.delete(objectKey(plan));
      recordPod(lab, plan, 'Running');
    } catch (error) {
      failed.set(objectKey(plan), wordsOf(error));
      recordPod(lab, plan, 'Failed', wordsOf(error));
    }
  }
}

/** Where the wire's queues are: the NIC sends, the port hands out. */
function wiresOf(underlay: Underlay, nodes: Iterable<Node>, hosts: readonly Host[]): readonly WireQdisc[] {
  const { rtnetlink } = underlay;
  const ofHosts = hosts.flatMap(({ plan, attachment, rtnetlink: own }): WireQdisc[] => {
    const where = `host:${plan.name}`;
    return [
      {
        where,
        direction: 'ingress',
        device: 'eth0',
        ifindex: attachment.portIfindex,
        rtnetlink: attachment.port.rtnetlink,
      },
      { where, direction: 'egress', device: 'eth0', ifindex: attachment.ifindex, rtnetlink: own },
    ];
  });
  const ofNodes = [...nodes].flatMap((node) =>
    node.attachments.flatMap(({ ifindex, portIfindex, nic }): WireQdisc[] => {
      const device = `${node.plan.name}/${nic}`;
      return [
        { where: 'underlay', direction: 'ingress', device, ifindex: portIfindex, rtnetlink },
        { where: 'underlay', direction: 'egress', device, ifindex, rtnetlink: node.rtnetlink },
      ];
    }),
  );
  return [...ofHosts, ...ofNodes];
}

function nodeOf(nodes: ReadonlyMap<string, Node>, plan: PodPlan): Node {
  const node = nodes.get(plan.node);
  if (node === undefined) throw new Error(`there is no node ${plan.node}`);
  return node;
}

export function recordPod(lab: Lab, plan: PodPlan, state: PodRecord['state'], message?: string): void {
  const words = message === undefined ? {} : { message };
  lab.record({ type: 'pod', t: lab.clock.now(), pod: objectKey(plan), endpointId: plan.endpointId, state, ...words });
}
