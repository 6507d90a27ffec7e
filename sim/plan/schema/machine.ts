/** The machines on the wire: nodes, and hosts outside the cluster. */
import * as z from 'zod';
import { type Checked, count, text } from '../../diagnostics/checked.ts';
import { routeSchema } from './pod.ts';

const master = { name: text, mtu: count, addresses: z.array(text) };

/** A network device of a node that pods may be slaves of. */
const masterSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('nic'),
    ...master,
    /** No super-packets: every frame is sent by itself. */
    gso: z.literal(false).exactOptional(),
    /** Bytes of the largest super-packet that it takes whole; left out: 65536. */
    gsoMaxSize: count.exactOptional(),
    /** The same of the slaves on it, which inherit nothing. */
    podGsoMaxSize: count.exactOptional(),
  }),
  z.object({ kind: z.literal('vlan'), ...master, parent: text, vlanId: count }),
  z.object({
    kind: z.literal('bond'),
    ...master,
    parents: z.array(text),
    /** Linux bonding mode number 0-6. */
    mode: count,
  }),
]);
export type MasterPlan = Checked<typeof masterSchema>;

export const nodeSchema = z.object({
  name: text,
  /** In the order they must be made: NICs, bonds, VLANs. `addresses` are CIDR text. */
  masters: z.array(masterSchema),
  /** To what is behind routers; left out: none. */
  routes: z.array(routeSchema.extend({ device: text })).exactOptional(),
});
export type NodePlan = Checked<typeof nodeSchema>;

/** A machine outside the cluster, on the underlay or behind a router (`LinkPlan.behind`): the world that ipBlock and egress rules speak of. */
export const hostSchema = z.object({
  name: text,
  /** Of its network interface; left out: that of the wire. */
  mtu: count.exactOptional(),
  /** It forwards to and from the hosts behind it. */
  router: z.literal(true).exactOptional(),
  /** CIDR text. */
  addresses: z.array(text),
  routes: z.array(routeSchema),
  /** Of the router that it is behind: by its port to it, to it and to all that is behind it; left out: it is on the underlay. */
  portRoutes: z.array(routeSchema).exactOptional(),
});
export type HostPlan = Checked<typeof hostSchema>;
