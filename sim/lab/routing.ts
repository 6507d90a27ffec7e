/** What makes a host a router, as settings of its namespace. */
import type { HostPlan, Plan } from '../plan/plan.ts';

/** Paths below /proc/sys. @param ipv6 whether anybody has it: a kernel without IPv6 has no such setting */
export function forwarding(ipv6: boolean): readonly { readonly path: string; readonly value: number }[] {
  return [
    { path: 'net/ipv4/ip_forward', value: 1 },
    ...(ipv6 ? [{ path: 'net/ipv6/conf/all/forwarding', value: 1 }] : []),
  ];
}

export function hasIpv6({ hosts }: Pick<Plan, 'hosts'>): boolean {
  return hosts.some(({ addresses }) => addresses.some((text) => text.includes(':')));
}

/** Whether IPv6 goes over the link to its router. */
export function needsLinkLocals({ portRoutes = [] }: Pick<HostPlan, 'portRoutes'>): boolean {
  return portRoutes.some(({ to }) => to.includes(':'));
}
