/** A machine outside the cluster, on the underlay: the world that ipBlock and egress rules speak of. */
import { NetworkNamespace } from '../linux/namespace.ts';
import { Rtnetlink } from '../linux/rtnetlink.ts';
import type { HostPlan } from '../plan/plan.ts';
import { built } from './built.ts';
import { hostCommands } from './commands.ts';
import type { Lab } from './lab.ts';
import { LOOPBACK } from './node.ts';
import { addRoutes } from './routes.ts';
import type { Attachment, Underlay } from './wire/underlay.ts';

export interface Host {
  readonly plan: HostPlan;
  readonly rtnetlink: Rtnetlink;
  readonly attachment: Attachment;
}

/** @throws SystemCallError */
export function buildHost(lab: Lab, underlay: Underlay, plan: HostPlan): Host {
  return built(
    lab,
    'host',
    plan.name,
    () => makeHost(lab, underlay, plan),
    ({ attachment }) => hostCommands(plan, attachment, lab.plan, underlay.shape),
  );
}

function makeHost(lab: Lab, underlay: Underlay, plan: HostPlan): Host {
  const namespace = lab.undo.use(`host ${plan.name}`, NetworkNamespace.create());
  const rtnetlink = lab.undo.use(`netlink of host ${plan.name}`, Rtnetlink.open(namespace));
  rtnetlink.setLink(LOOPBACK, { up: true });
  const attachment = underlay.attach(namespace, rtnetlink, {
    ...{ name: 'eth0', mtu: plan.mtu ?? underlay.plan.mtu, counted: true },
    ...{ of: `host:${plan.name}`, queued: false, gso: true, guarded: false },
  });
  for (const address of plan.addresses) rtnetlink.addAddress(attachment.ifindex, address, { noDad: true });
  addRoutes(rtnetlink, attachment.ifindex, plan.routes);
  const name = `host:${plan.name}`;
  lab.parties.set(name, { name, namespace, endpointId: null });
  return { plan, rtnetlink, attachment };
}
