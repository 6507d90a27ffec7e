/** A node: a namespace with its NICs on the underlay, and the bonds and VLANs made of them. */
import { NetworkNamespace } from '../linux/namespace.ts';
import { Rtnetlink } from '../linux/rtnetlink.ts';
import { chargeOf, type MasterPlan, type NodePlan, type Plan } from '../plan/plan.ts';
import { bondMode } from './bond-mode.ts';
import { built } from './built.ts';
import { hangQueue } from './engine/hang.ts';
import type { QueuePart } from './engine/shaping.ts';
import { masterQueue } from './engine/shapings.ts';
import type { Lab } from './lab.ts';
import { addRoutes } from './routes.ts';
import type { Attachment, Underlay } from './wire/underlay.ts';

export interface Node {
  readonly plan: NodePlan;
  readonly namespace: NetworkNamespace;
  readonly rtnetlink: Rtnetlink;
  /** Ifindex of each master by name. */
  readonly masters: ReadonlyMap<string, number>;
  readonly attachments: readonly Attachment[];
}

/** @throws SystemCallError */
export function buildNode(lab: Lab, underlay: Underlay, plan: NodePlan): Node {
  const partyName = `node:${plan.name}`;
  const node = built(lab, 'node', plan.name, () => makeNode(lab, underlay, plan, partyName));
  lab.parties.set(partyName, { name: partyName, namespace: node.namespace, endpointId: null });
  return node;
}

function makeNode(lab: Lab, underlay: Underlay, plan: NodePlan, name: string): Node {
  const namespace = lab.undo.use(`node ${plan.name}`, NetworkNamespace.create(name));
  const rtnetlink = lab.undo.use(`netlink of node ${plan.name}`, Rtnetlink.open(namespace));
  rtnetlink.setLink(LOOPBACK, { up: true });
  const masters = new Map<string, number>();
  const attachments: Attachment[] = [];
  for (const master of plan.masters) {
    const ifindex =
      master.kind === 'nic' ? plugIn(master) : stack(lab, rtnetlink, master, (name) => indexOf(masters, name, plan));
    masters.set(master.name, ifindex);
    for (const address of master.addresses) rtnetlink.addAddress(ifindex, address, { noDad: true });
  }
  for (const { device, ...route } of plan.routes ?? []) addRoutes(rtnetlink, indexOf(masters, device, plan), [route]);
  return { plan, namespace, rtnetlink, masters, attachments };

  function plugIn(nic: MasterPlan): number {
    const queue = queueOfMasters(lab.plan, plan);
    const attachment = underlay.attach(namespace, rtnetlink, {
      name: nic.name,
      mtu: nic.mtu,
      counted: false,
      of: name,
      queued: queue !== null,
      gso: nic.kind !== 'nic' || nic.gso !== false,
      guarded: true,
      ...(nic.kind === 'nic' && nic.gsoMaxSize !== undefined ? { gsoMaxSize: nic.gsoMaxSize } : {}),
    });
    attachments.push(attachment);
    if (queue !== null) hangQueue(rtnetlink, attachment.ifindex, queue);
    return attachment.ifindex;
  }
}

/** A device on top of others. */
function stack(
  lab: Lab,
  rtnetlink: Rtnetlink,
  master: Exclude<MasterPlan, { kind: 'nic' }>,
  indexOfParent: (name: string) => number,
): number {
  const ifindex = lab.ifindexes.take();
  const { name, mtu } = master;
  if (master.kind === 'vlan') {
    rtnetlink.addLink({ kind: 'vlan', name, ifindex, mtu, parent: indexOfParent(master.parent), id: master.vlanId });
  } else {
    rtnetlink.addLink({ kind: 'bond', name, ifindex, mtu, mode: bondMode(master.mode) });
    for (const parent of master.parents) {
      // The bonding driver takes no interface that is up.
      rtnetlink.setLink(indexOfParent(parent), { up: false });
      rtnetlink.setLink(indexOfParent(parent), { master: ifindex });
    }
  }
  rtnetlink.setLink(ifindex, { up: true });
  return ifindex;
}

function indexOf(masters: ReadonlyMap<string, number>, name: string, node: NodePlan): number {
  const ifindex = masters.get(name);
  if (ifindex === undefined) throw new Error(`node ${node.name} has no interface ${name} to build on`);
  return ifindex;
}

/** `lo` is the first interface of every namespace. */
export const LOOPBACK = 1;

/** What the engine hangs on this node's NICs in place of their own queue; null: nothing. */
function queueOfMasters({ engine, pods, dataplane }: Plan, { name }: NodePlan): readonly QueuePart[] | null {
  const limits = pods.filter(({ node }) => node === name).map(({ limits }) => limits.egressBps);
  return masterQueue(
    engine,
    limits.filter((bps) => bps !== null),
    chargeOf({ dataplane }),
  );
}
