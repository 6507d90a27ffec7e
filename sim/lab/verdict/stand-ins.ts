/**
 * A lab of which only the programs can be asked: for every pod a device with an ifindex, and nothing between them. It needs
 * neither ipvlan nor fq, so that the kernel of any machine will do, with its JIT. The programs see of a slave no more than
 * its ifindex; maps, identities and policies are those of a whole lab.
 */
import { NetworkNamespace } from '../../linux/namespace.ts';
import { Rtnetlink } from '../../linux/rtnetlink.ts';
import { clusterAtStart } from '../../plan/cluster/cluster.ts';
import { namedParties } from '../../plan/cluster/named-party.ts';
import { chargeOf, type PodPlan } from '../../plan/plan.ts';
import { loadDataplane } from '../dataplane.ts';
import type { PodEndpoint } from '../endpoint.ts';
import { podShaping } from '../engine/shapings.ts';
import type { Lab } from '../lab.ts';
import { compilePlan } from '../policy-room.ts';
import { PoliciesInForce } from '../policy.ts';
import type { Topology } from '../topology.ts';

/** @throws SystemCallError */
export function buildStandIns(lab: Lab, objectPath: string): Topology {
  const namespace = lab.undo.use('namespace of stand-ins', NetworkNamespace.create('stand-ins'));
  const rtnetlink = lab.undo.use('netlink of stand-ins', Rtnetlink.open(namespace));
  const { atStart, needs } = compilePlan(lab.plan);
  const dataplane = loadDataplane(lab, objectPath, needs);
  const cluster = clusterAtStart(lab.plan);
  const endpoints = new Map<number, PodEndpoint>();
  const policies = new PoliciesInForce(lab, dataplane, cluster, endpoints, atStart);
  const enforced = lab.plan.pods.filter((pod) => pod.enforced);
  const devices = addDevices(lab, rtnetlink, enforced.length);
  for (const [index, plan] of enforced.entries()) {
    const endpoint = { ...standIn(lab, plan, namespace, rtnetlink), ifindex: devices[index] ?? 0 };
    endpoints.set(plan.endpointId, endpoint);
    policies.admit(endpoint);
  }
  for (const { name, pod } of namedParties(lab.plan).values()) {
    lab.parties.set(name, { name, namespace, endpointId: pod?.enforced === true ? pod.endpointId : null });
  }
  const none = { nodes: new Map(), hosts: [], pods: new Map(), underlay: null, wires: [], failed: new Map() };
  return { dataplane, policies, cluster, endpoints, ...none };
}

/** Each end of a veth stands for one pod. */
function addDevices(lab: Lab, rtnetlink: Rtnetlink, count: number): number[] {
  const devices: number[] = [];
  while (devices.length < count) {
    const [ifindex, peer] = [lab.podIfindexes.take(), lab.podIfindexes.take()];
    rtnetlink.addLink({ kind: 'veth', name: `s${ifindex}`, ifindex, peer: { name: `s${peer}`, ifindex: peer } });
    devices.push(ifindex, peer);
  }
  return devices;
}

function standIn(
  { plan: { engine, dataplane } }: Lab,
  plan: PodPlan,
  namespace: NetworkNamespace,
  rtnetlink: Rtnetlink,
): Omit<PodEndpoint, 'ifindex'> {
  const shaping = podShaping(engine, plan.limits, chargeOf({ dataplane }), dataplane?.bursts);
  return {
    plan,
    name: `${plan.namespace}/${plan.name}`,
    namespace,
    rtnetlink,
    ifbIfindex: null,
    shaping,
    limited: { ingress: shaping.ingress !== null, egress: shaping.egress.paced },
  };
}
