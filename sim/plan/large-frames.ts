/** Frames that a wire does not take: a sender knows of its own and of its receiver's MTU, and not of what lies between them. */
import type { QuestionEnd } from './named-party.ts';
import type { HostPlan, NodePlan, Plan } from './plan.ts';

type End = Pick<QuestionEnd, 'plan' | 'pod'>;

export interface WayOfFrames {
  /** IP packets that the two make, in bytes: a TCP sender heeds both, a sender of datagrams its own. */
  readonly fromMtu: number;
  readonly toMtu: number;
  /** The largest packets that arrive, and who takes none that are larger. */
  readonly takes: number;
  readonly narrow: 'wire' | 'receiver';
  /** Of that one. */
  readonly mtu: number;
}

/** Of two that the wire lies between. @param addresses theirs, text without prefix */
export function wayOfFrames(
  { nodes, hosts, underlay }: Pick<Plan, 'nodes' | 'hosts' | 'underlay'>,
  from: End,
  to: End,
  addresses: { readonly from: string; readonly to: string },
): WayOfFrames {
  const nic = nicMtu({ nodes, hosts }, to, addresses.to) ?? underlay.mtu;
  const mtu = Math.min(nic, underlay.mtu);
  return {
    fromMtu: from.pod?.interfaces[0]?.mtu ?? nicMtu({ nodes, hosts }, from, addresses.from) ?? underlay.mtu,
    toMtu: to.pod?.interfaces[0]?.mtu ?? nic,
    takes: mtu + TOLERATED_BYTES,
    mtu,
    narrow: nic < underlay.mtu ? 'receiver' : 'wire',
  };
}

/** What a port takes beyond its MTU: frames with a VLAN tag (is_skb_forwardable, net/core/dev.c). */
const TOLERATED_BYTES = 4;

/** Of the device by which it meets the wire; null: one as the wire is. */
function nicMtu(
  { nodes, hosts }: { readonly nodes: readonly NodePlan[]; readonly hosts: readonly HostPlan[] },
  { plan, pod }: End,
  address: string,
): number | null {
  if (plan.kind === 'host') return hosts.find(({ name }) => name === plan.name)?.mtu ?? null;
  const node = pod?.node ?? (plan.kind === 'node' ? plan.name : null);
  const { masters = [] } = nodes.find(({ name }) => name === node) ?? {};
  const slave = pod?.interfaces[0];
  const master = masters.find(({ name, addresses }) =>
    slave === undefined ? addresses.some((one) => one.startsWith(`${address}/`)) : name === slave.master,
  );
  return master?.mtu ?? null;
}
