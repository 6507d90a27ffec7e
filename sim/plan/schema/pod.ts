/** A pod as it is to be made: its place, its network interfaces, its limits. */
import * as z from 'zod';
import { protocols } from '../../../dataplane/policy/network-policy.ts';
import { type Checked, count, text } from '../../diagnostics/checked.ts';
import { bps, id } from './units.ts';

export const routeSchema = z.object({
  /** CIDR text; `0.0.0.0/0` or `::/0` is the default route. */
  to: text,
  /** null: on link. */
  via: text.nullable(),
});
export type RoutePlan = Checked<typeof routeSchema>;

/** `name` with dots: `net.ipv4.tcp_rmem`, `net.ipv4.conf.eth0/100.rp_filter`. */
const sysctlSchema = z.object({ name: text, value: text });
export type SysctlPlan = Checked<typeof sysctlSchema>;

export const limitsSchema = z.object({ ingressBps: bps.nullable(), egressBps: bps.nullable() });
export type LimitsPlan = Checked<typeof limitsSchema>;

const interfaceSchema = z.object({
  name: text,
  /** `namespace/name` of the NetworkAttachmentDefinition; null for the default network of a bare folder. */
  network: text.nullable(),
  master: text,
  mode: z.enum(['l2', 'l3', 'l3s']),
  /** As of the NIC below. */
  gso: z.literal(false).exactOptional(),
  /** Bytes of the largest super-packet; left out: 65536. */
  gsoMaxSize: count.exactOptional(),
  isolation: z.enum(['bridge', 'private', 'vepa']),
  mtu: count,
  /** CIDR text. */
  addresses: z.array(text),
  routes: z.array(routeSchema),
  /** Names of the SpiderIPPools the addresses came from. */
  pools: z.array(text),
});
export type InterfacePlan = Checked<typeof interfaceSchema>;

export const podSchema = z.object({
  namespace: text,
  name: text,
  /** Unique in the lab, from 1: names the endpoint in the dataplane. */
  endpointId: id,
  node: text,
  labels: z.record(text, text),
  /** The workload that owns it, as `kubectl get` names it: `{kind: 'Deployment', name: 'test'}`. */
  owner: z.object({ kind: text, name: text }).nullable(),
  interfaces: z.array(interfaceSchema),
  /** Bits per second; null: unlimited. Null as well where `enforced` is false. */
  limits: limitsSchema,
  /** True when the CNI chain of eth0 holds spidernet-chainer/cilium-cni: limits and policies apply. */
  enforced: z.boolean(),
  ports: z.array(z.object({ name: text.nullable(), protocol: z.enum(protocols), port: count })),
  /** Of its network stack; left out: as the kernel has them. */
  sysctls: z.array(sysctlSchema).exactOptional(),
});
export type PodPlan = Checked<typeof podSchema>;
