/** A machine outside the cluster, on the underlay or behind a router: the world that ipBlock and egress rules speak of. */
import { NetworkNamespace } from '../linux/namespace.ts';
import { Rtnetlink } from '../linux/rtnetlink.ts';
import { writeSysctl } from '../linux/sysctl.ts';
import { HOST_NIC } from '../plan/wire/links.ts';
import type { HostPlan } from '../plan/plan.ts';
import { NIC_LINK_LOCAL, PORT_LINK_LOCAL } from '../plan/wire/routers.ts';
import { built } from './built.ts';
import type { Lab } from './lab.ts';
import { LOOPBACK } from './node.ts';
import { forwarding, hasIpv6, needsLinkLocals } from './routing.ts';
import { addRoutes } from './routes.ts';
import type { Attachment, Underlay } from './wire/underlay.ts';

export interface Host {
  readonly plan: HostPlan;
  readonly rtnetlink: Rtnetlink;
  readonly attachment: Attachment;
}

/** @throws SystemCallError */
export function buildHost(lab: Lab, underlay: Underlay, plan: HostPlan): Host {
  return built(lab, 'host', plan.name, () => makeHost(lab, underlay, plan));
}

function makeHost(lab: Lab, underlay: Underlay, plan: HostPlan): Host {
  const name = `host:${plan.name}`;
  const namespace = lab.undo.use(`host ${plan.name}`, NetworkNamespace.create(name));
  const rtnetlink = lab.undo.use(`netlink of host ${plan.name}`, Rtnetlink.open(namespace));
  rtnetlink.setLink(LOOPBACK, { up: true });
  if (plan.router === true) {
    for (const { path, value } of forwarding(hasIpv6(lab.plan))) writeSysctl(path, value, namespace);
    underlay.addRouter(name, rtnetlink);
  }
  const attachment = underlay.attach(namespace, rtnetlink, {
    name: HOST_NIC,
    mtu: plan.mtu ?? underlay.plan.mtu,
    counted: true,
    of: name,
    queued: false,
    gso: true,
    guarded: false,
  });
  const { ifindex, portIfindex, port } = attachment;
  for (const address of plan.addresses) rtnetlink.addAddress(ifindex, address, { noDad: true });
  if (plan.portRoutes !== undefined) {
    if (needsLinkLocals(plan)) {
      rtnetlink.addAddress(ifindex, `${NIC_LINK_LOCAL}/64`, { noDad: true });
      port.rtnetlink.addAddress(portIfindex, `${PORT_LINK_LOCAL}/64`, { noDad: true });
    }
    addRoutes(port.rtnetlink, portIfindex, plan.portRoutes);
  }
  addRoutes(rtnetlink, ifindex, plan.routes);
  lab.parties.set(name, { name, namespace, endpointId: null });
  return { plan, rtnetlink, attachment };
}
