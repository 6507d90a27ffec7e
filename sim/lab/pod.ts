/**
 * A pod: a namespace with an ipvlan slave of its node's NIC for each interface. On the first, where the CNI chain asks for it,
 * sit fq, clsact and the dataplane's programs; an IFB only where there is an ingress limit to shape.
 */
import { isSystemCallError } from '../linux/errno.ts';
import { NetworkNamespace } from '../linux/namespace.ts';
import { Rtnetlink } from '../linux/rtnetlink.ts';
import { sysctlPath, writeSysctl } from '../linux/sysctl.ts';
import type { InterfacePlan, PodPlan } from '../plan/plan.ts';
import { chargeOf, partyName } from '../plan/plan.ts';
import { attach, attachUnjudged } from './attach.ts';
import type { Dataplane } from './dataplane.ts';
import { limitEntries } from './dataplane.ts';
import { boundSuperPackets } from './super-packet.ts';
import { managesQueue } from '../../dataplane/bandwidth/engine.ts';
import { podShaping } from './engine/shapings.ts';
import type { PodEndpoint } from './endpoint.ts';
import type { Lab } from './lab.ts';
import type { Node } from './node.ts';
import { LOOPBACK } from './node.ts';
import type { PoliciesInForce } from './policy.ts';
import { addRoutes } from './routes.ts';
import type { Undo } from './undo.ts';

/** A pod that is there, and what takes it away again. */
export interface Pod {
  readonly name: string;
  readonly rtnetlink: Rtnetlink;
  /** Ifindexes of its slaves. */
  readonly slaves: readonly number[];
  /** Null: the dataplane does not know it (`enforced` is false). */
  readonly endpoint: PodEndpoint | null;
  readonly undo: Undo;
}

/**
 * Builds the pod and registers it as a party.
 * @param announced whether it tells its neighbours where it is: not when a thousand come up at once
 * @throws SystemCallError
 */
export function buildPod(
  lab: Lab,
  node: Node,
  dataplane: Dataplane,
  plan: PodPlan,
  policies: Pick<PoliciesInForce, 'admit'>,
  announced: boolean,
): Pod {
  const name = partyName({ kind: 'pod', namespace: plan.namespace, name: plan.name });
  const undo = lab.undo.child(`pod ${name}`);
  const namespace = undo.use(`namespace of pod ${name}`, NetworkNamespace.create(name));
  const rtnetlink = undo.use(`netlink of pod ${name}`, Rtnetlink.open(namespace));
  quietIpv6(namespace, plan);
  if (announced) announceAddresses(namespace);
  rtnetlink.setLink(LOOPBACK, { up: true });
  const slaves = plan.interfaces.map((plan) => ({ plan, ifindex: addSlave(lab, node, namespace, rtnetlink, plan) }));
  const endpoint = plan.enforced ? enforce() : null;
  // As runc does, behind the CNI plugins: what is of an interface is there.
  for (const { name: sysctl, value } of plan.sysctls ?? []) writeSysctl(sysctlPath(sysctl), value, namespace);
  for (const { ifindex } of slaves) if (ifindex !== endpoint?.ifindex) attachUnjudged(rtnetlink, ifindex, dataplane);
  // Up last: no packet passes before the programs are there.
  for (const { ifindex, plan } of slaves) {
    rtnetlink.setLink(ifindex, { up: true });
    restoreAddresses(rtnetlink, ifindex, plan);
    addRoutes(rtnetlink, ifindex, plan.routes);
  }
  lab.parties.set(name, {
    name,
    namespace,
    endpointId: endpoint === null ? null : plan.endpointId,
    ownSysctls: new Set((plan.sysctls ?? []).map(({ name: sysctl }) => sysctlPath(sysctl))),
  });
  return { name, rtnetlink, slaves: slaves.map(({ ifindex }) => ifindex), endpoint, undo };

  function enforce(): PodEndpoint | null {
    const ifindex = slaves[0]?.ifindex;
    if (ifindex === undefined) return null;
    const shaping = podShaping(lab.plan.engine, plan.limits, chargeOf(lab.plan), lab.plan.dataplane?.bursts);
    const ifbIfindex = shaping.ingress === null ? null : lab.podIfindexes.take();
    const endpoint: PodEndpoint = {
      plan,
      name,
      namespace,
      rtnetlink,
      ifindex,
      ifbIfindex,
      shaping,
      // What arrives is handed on to the IFB for any engine; what is sent is paced by our program, or shaped behind it.
      limited: { ingress: shaping.ingress !== null, egress: shaping.egress.paced },
    };
    for (const { key, value } of limitEntries(endpoint, lab.plan)) dataplane.maps.limits.update(key, value);
    policies.admit(endpoint);
    attach(endpoint, dataplane);
    if (boundsSuperPackets(lab, plan)) boundSuperPackets(endpoint, plan.limits.egressBps);
    return endpoint;
  }
}

function boundsSuperPackets(lab: Lab, { limits }: PodPlan): boolean {
  return managesQueue(lab.plan.engine) && limits.egressBps !== null;
}

function addSlave(
  lab: Lab,
  node: Node,
  namespace: NetworkNamespace,
  rtnetlink: Rtnetlink,
  plan: InterfacePlan,
): number {
  const { name, mode, isolation, mtu } = plan;
  const master = node.masters.get(plan.master);
  if (master === undefined) throw new Error(`node ${node.plan.name} has no interface ${plan.master}`);
  const ifindex = lab.podIfindexes.take();
  node.rtnetlink.addLink({ kind: 'ipvlan', name, ifindex, master, mode, isolation, mtu, namespaceFd: namespace.fd });
  if (plan.gso === false) rtnetlink.setLink(ifindex, { gsoMaxSegments: 1 });
  if (plan.gsoMaxSize !== undefined) rtnetlink.setLink(ifindex, { gsoMaxSize: plan.gsoMaxSize });
  for (const address of plan.addresses) rtnetlink.addAddress(ifindex, address, { noDad: true });
  return ifindex;
}

/**
 * As a link comes up, Linux makes the routes to its IPv6 addresses anew, from the memory that is at hand at that moment, and drops
 * an address whose route gets none: only its log says so (fixup_permanent_addr in net/ipv6/addrconf.c). Many pods in a row use that
 * memory up. Added to a link that is up, an address waits for memory.
 */
function restoreAddresses(rtnetlink: Rtnetlink, ifindex: number, { addresses }: InterfacePlan): void {
  for (const address of addresses.filter((one) => one.includes(':'))) {
    try {
      rtnetlink.addAddress(ifindex, address, { noDad: true });
    } catch (error) {
      if (!isSystemCallError(error, 'EEXIST')) throw error;
    }
  }
}

/**
 * A pod that comes later may have the address of one that went, on another node: it says where it is when its interface
 * comes up (gratuitous ARP, unsolicited neighbour advertisement), as the CNI plugins do.
 */
function announceAddresses(namespace: NetworkNamespace): void {
  for (const setting of ['ipv4/conf/default/arp_notify', 'ipv6/conf/default/ndisc_notify']) {
    try {
      writeSysctl(`net/${setting}`, 1, namespace);
    } catch (error) {
      if (!isSystemCallError(error, 'ENOENT')) throw error;
    }
  }
}

/**
 * A pod without IPv6 addresses and routes speaks no IPv6 at all: its neighbour and multicast chatter would go to all other slaves
 * of the master, and a thousand pods would make a million packets.
 */
function quietIpv6(namespace: NetworkNamespace, plan: PodPlan): void {
  if (hasIpv6(plan)) return;
  try {
    writeSysctl('net/ipv6/conf/default/disable_ipv6', 1, namespace);
  } catch (error) {
    // A kernel without IPv6 is as quiet as it gets.
    if (!isSystemCallError(error, 'ENOENT')) throw error;
  }
}

/** A route needs it as an address does: the kernel takes none on an interface without (EACCES). */
function hasIpv6({ interfaces }: PodPlan): boolean {
  return interfaces.some(({ addresses, routes }) =>
    [...addresses, ...routes.map(({ to }) => to)].some((text) => text.includes(':')),
  );
}
