/** Hangs the queues and the dataplane's programs on a pod's slave, and where an ingress limit is shaped the pod's IFB. */
import type { Dataplane } from './dataplane.ts';
import { IFB_NAME } from './endpoint.ts';
import type { PodEndpoint } from './endpoint.ts';
import { hangQueue } from './engine/hang.ts';
import type { Shaping } from './engine/shaping.ts';

/**
 * Filters run by priority: a policer of what the pod sends (our program has the last word on that), our program, then, for
 * what it lets go on, the redirection to the IFB.
 */
export const PRIORITY = { police: 1, program: 2, redirect: 3 } as const;

/** @throws SystemCallError */
export function attach(endpoint: PodEndpoint, dataplane: Dataplane): void {
  const { rtnetlink, ifindex, ifbIfindex, shaping } = endpoint;
  const { egress, ingress } = shaping;
  hangQueue(rtnetlink, ifindex, egress.queue);
  rtnetlink.addQdisc(ifindex, 'clsact', { kind: 'clsact' });
  const at = { ifindex, priority: PRIORITY.program };
  if (egress.police !== null)
    rtnetlink.addActionFilter({ ifindex, hook: 'egress', priority: PRIORITY.police, police: egress.police });
  rtnetlink.addBpfFilter({ ...at, hook: 'egress', programFd: dataplane.egress.fd, name: 'ipvlane_egress' });
  if (ifbIfindex !== null && ingress !== null) attachIfb(endpoint, ifbIfindex, ingress, dataplane);
  rtnetlink.addBpfFilter({ ...at, hook: 'ingress', programFd: dataplane.ingress.fd, name: 'ipvlane_ingress' });
}

/** A slave that no program of ours judges: what it sends is nobody's to stop, so it must not look as if it had gone around one. @throws SystemCallError */
export function attachUnjudged(rtnetlink: PodEndpoint['rtnetlink'], ifindex: number, { admit }: Dataplane): void {
  rtnetlink.addQdisc(ifindex, 'clsact', { kind: 'clsact' });
  const { fd, name } = admit;
  rtnetlink.addBpfFilter({ ifindex, hook: 'egress', priority: PRIORITY.program, programFd: fd, name });
}

/** The pod's own IFB, and the way to it for what `ipvlane_ingress` lets go on. Last the way, so that nothing is lost. */
export function attachIfb(
  { rtnetlink, ifindex }: Pick<PodEndpoint, 'rtnetlink' | 'ifindex'>,
  ifbIfindex: number,
  ingress: Shaping,
  dataplane: Dataplane,
): void {
  rtnetlink.addLink({ kind: 'ifb', name: IFB_NAME, ifindex: ifbIfindex });
  hangQueue(rtnetlink, ifbIfindex, ingress.queue);
  if (ingress.paced) {
    rtnetlink.addQdisc(ifbIfindex, 'clsact', { kind: 'clsact' });
    const programFd = dataplane.ifb.fd;
    const ofIfb = { ifindex: ifbIfindex, priority: PRIORITY.program, programFd, name: 'ipvlane_ifb' };
    rtnetlink.addBpfFilter({ ...ofIfb, hook: 'egress' });
  }
  rtnetlink.setLink(ifbIfindex, { up: true });
  rtnetlink.addActionFilter({
    ifindex,
    hook: 'ingress',
    priority: PRIORITY.redirect,
    redirectTo: ifbIfindex,
    ...(ingress.police === null ? {} : { police: ingress.police }),
  });
}
