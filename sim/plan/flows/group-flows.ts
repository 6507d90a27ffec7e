/**
 * Flows to many: one stream of datagrams to a multicast group or a broadcast address, which some have joined. Each receiver has a flow of
 * its own, which is the copy that it hears. Pure.
 *
 * A copy is a link's: no router of the lab forwards it. The sender's limit is charged once, whoever hears; each receiver's its own copy.
 */
import { broadcastAddress, readPrefix } from '../../../dataplane/address/text.ts';
import { cidrContains, parseAddress, parseCidr } from '../../../dataplane/policy/address.ts';
import type { EngineName } from '../../../dataplane/bandwidth/engine.ts';
import type { ScenarioFlow } from '../../manifest/manifests.ts';
import { isGroup, LIMITED_BROADCAST } from '../../manifest/scenario/group-address.ts';
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import { familyOfText, pairAddresses } from './address-pair.ts';
import type { FlowContext } from './flows.ts';
import { DEFAULT_DATAGRAM_BYTES, datagramPacketBytes } from './goodput.ts';
import { interfaceOf, type Party } from '../cluster/parties.ts';
import { partyName, type FlowPlan, type HostPlan, type InterfacePlan, type NodePlan, type Plan } from '../plan.ts';

type GroupFlow = ScenarioFlow & { readonly group: string };

/** Whether `from` can be heard by all of `to`; else with a diagnostic. */
export function mayHearGroup(
  flow: GroupFlow,
  from: readonly Party[],
  to: readonly Party[],
  { scenario, parties, charge, diagnostics }: FlowContext,
): boolean {
  const [sender, ...others] = from;
  if (sender === undefined || to.length === 0) return false;
  const problem = others.length > 0 ? SEVERAL_SENDERS : problemOf();
  if (problem === null) return true;
  const { code = 'E417', field = null, why, help } = problem;
  diagnostics.add(code, scenario.spanOf(field === null ? flow.path : [...flow.path, field]), why, { help });
  return false;

  function problemOf(): Problem | null {
    if (charge !== 'l2') return charged(charge);
    if (new Set(to).size < to.length) return TWICE;
    const around = { nodes: parties.nodes, hosts: parties.hosts };
    for (const receiver of to) {
      const wrong = between(sender as Party, receiver, flow, around);
      if (wrong !== null) return wrong;
    }
    return null;
  }
}

/** The flow as the copy of a stream that `to` hears. @param ends.id the same for all copies */
export function asCopy(
  plan: FlowPlan,
  address: string,
  { id, from, to }: { readonly id: number; readonly from: Party; readonly to: Party },
): FlowPlan {
  const [fromInterface, toInterface] = [interfaceOf(from, plan.fromAddress), interfaceOf(to, plan.toAddress)];
  const kind = isGroup(address) ? 'multicast' : 'broadcast';
  return { ...plan, group: { address, kind, id, fromInterface, toInterface } };
}

export function familyOfGroup(group: string): 'IPv4' | 'IPv6' {
  return `IPv${familyOfText(group)}`;
}

interface Problem {
  /** Left out: E417. */
  readonly code?: 'E422' | 'E423';
  readonly field?: 'group' | 'datagram' | 'from';
  readonly why: string;
  readonly help: string;
}

const SEVERAL_SENDERS: Problem = {
  field: 'from',
  why: 'a line with `group` has one sender: what several send to one group is not told apart',
  help: 'write a line for each, in a step of its own',
};
const TWICE: Problem = { why: 'a receiver of the group is named twice', help: 'name each once' };

function charged(charge: string): Problem {
  return {
    code: 'E422',
    field: 'group',
    why: `what \`charge: ${charge}\` makes of the copies of a group is not measured`,
    help: 'leave out `charge`',
  };
}

type Around = Pick<Plan, 'nodes' | 'hosts'>;

function between(from: Party, to: Party, flow: GroupFlow, around: Around): Problem | null {
  const { group } = flow;
  if (from === to) {
    return {
      field: 'from',
      why: `${from.name} is among those who hear it, and what it hears of itself passes no wire`,
      help: 'name other receivers',
    };
  }
  const family = familyOfGroup(group);
  if (flow.family !== null && flow.family !== family) {
    return { field: 'group', why: `${group} is an address of ${family}`, help: 'remove `family`' };
  }
  const addresses = pairAddresses(from, to, family);
  const [own, other] = [placeOf(around, from, addresses?.from), placeOf(around, to, addresses?.to)];
  // Without an address in common they are refused as any two parties are.
  if (own === null || other === null) return null;
  const routed = [own, other].find(({ mode }) => mode !== 'l2');
  if (routed !== undefined) return ofMode(routed);
  if (
    !isGroup(group) &&
    group !== LIMITED_BROADCAST &&
    ![own, other].every(({ cidr }) => group === broadcastOf(cidr))
  ) {
    return {
      code: 'E423',
      field: 'group',
      why: `${group} is neither a multicast group nor the broadcast address of ${own.cidr}`,
      help: `write \`group: ${broadcastOf(own.cidr) ?? LIMITED_BROADCAST}\` to be heard by all of that subnet, or name the receivers in \`to\``,
    };
  }
  const apart = own.behind !== null || other.behind !== null || own.vlanId !== other.vlanId;
  if (apart || !cidrContains(parseCidr(own.cidr), parseAddress(withoutPrefix(other.cidr)))) {
    return {
      why: `${from.name} (${own.cidr}) and ${to.name} (${other.cidr}) are not on one link: no router here forwards what is sent to a group`,
      help: 'name parties of one subnet and VLAN',
    };
  }
  const most = Math.min(own.mtu, other.mtu);
  const packet = datagramPacketBytes(familyOfText(group), flow.datagramBytes ?? DEFAULT_DATAGRAM_BYTES);
  if (packet <= most) return null;
  return {
    field: 'datagram',
    why: `a packet of ${packet} bytes does not fit the MTU of ${most}, and fragments to a group are not modelled`,
    help: `write a \`datagram\` that is ${packet - most} bytes shorter`,
  };
}

/** drivers/net/ipvlan/ipvlan_core.c: ipvlan_process_outbound drops what has a destination of many; only the mode L2 hands on what comes. */
function ofMode({ name, mode }: Place): Problem {
  return {
    code: 'E422',
    field: 'group',
    why: `${name} is in mode ${mode}, where ipvlan neither sends nor hands on what goes to many`,
    help: 'let its network have mode l2, or name each receiver in a line of its own, without `group`',
  };
}

/** Where an address of a party meets a link. */
interface Place {
  readonly name: string;
  readonly cidr: string;
  readonly mode: InterfacePlan['mode'];
  readonly mtu: number;
  readonly vlanId: number | null;
  /** A router that the party is behind. */
  readonly behind: string | null;
}

function placeOf({ nodes, hosts }: Around, { name, pod, plan }: Party, address: string | undefined): Place | null {
  const isOwn = (cidr: string): boolean => withoutPrefix(cidr) === address;
  if (pod !== null) {
    const slave = pod.interfaces.find(({ addresses }) => addresses.some(isOwn));
    const cidr = slave?.addresses.find(isOwn);
    if (slave === undefined || cidr === undefined) return null;
    const { mode, mtu } = slave;
    return { name, cidr, mode, mtu, vlanId: vlanOf(nodes, pod.node, slave.master), behind: null };
  }
  if (plan.kind === 'host') return ofHost(name, hosts, plan.name, isOwn);
  const node = nodes.find((one) => one.name === plan.name);
  const master = node?.masters.find(({ addresses }) => addresses.some(isOwn));
  const cidr = master?.addresses.find(isOwn);
  if (node === undefined || master === undefined || cidr === undefined) return null;
  return { name, cidr, mode: 'l2', mtu: master.mtu, vlanId: vlanOf(nodes, node.name, master.name), behind: null };
}

function ofHost(
  name: string,
  hosts: readonly HostPlan[],
  hostName: string,
  isOwn: (cidr: string) => boolean,
): Place | null {
  const host = hosts.find((one) => one.name === hostName);
  const cidr = host?.addresses.find(isOwn);
  if (host === undefined || cidr === undefined) return null;
  // What is behind a router has routes that its router's port has, too.
  const behind = host.portRoutes === undefined ? null : host.name;
  return { name, cidr, mode: 'l2', mtu: host.mtu ?? Number.POSITIVE_INFINITY, vlanId: null, behind };
}

function vlanOf(nodes: readonly NodePlan[], node: string, device: string): number | null {
  const masters = nodes.find(({ name }) => name === node)?.masters ?? [];
  const master = masters.find(({ name }) => name === device);
  return master?.kind === 'vlan' ? master.vlanId : null;
}

function broadcastOf(cidr: string): string | null {
  const prefix = readPrefix(cidr);
  return prefix === null ? null : broadcastAddress(prefix);
}

/** What is refused of a step with `group`: what others would get beside it is not foretold. */
export function besideGroup({
  flows,
  background,
}: {
  readonly flows: readonly ScenarioFlow[];
  readonly background: boolean;
}): { readonly index: number; readonly why: string; readonly help: string } | null {
  const index = flows.findIndex(({ group }) => group !== null);
  if (index < 0) return null;
  if (flows.length > 1) {
    return {
      index,
      why: 'a line with `group` is alone in its step: what other flows get of a limit beside its copies is not foretold',
      help: 'give it a step of its own',
    };
  }
  if (!background) return null;
  return { index, why: 'a line with `group` does not run in the background', help: 'remove `background`' };
}

/** The engine that makes every slave one that hears no group, where the plan has such flows. */
export function engineWithoutGroups(
  engine: EngineName,
  { timeline }: Pick<Plan, 'timeline'>,
): { readonly message: string; readonly help: string } | null {
  const flow = timeline.flatMap((step) => (step.kind === 'traffic' ? step.flows : [])).find(isCopy);
  if (engine !== 'l3s' || flow === undefined) return null;
  return {
    message: `engine ${engine} has every slave in mode l3s, where ipvlan neither sends nor hands on what goes to many, as ${partyName(flow.from)} does to ${flow.group.address}`,
    help: 'choose another engine, or leave out the lines with `group`',
  };
}

function isCopy(flow: FlowPlan): flow is FlowPlan & { readonly group: NonNullable<FlowPlan['group']> } {
  return flow.group !== undefined;
}
