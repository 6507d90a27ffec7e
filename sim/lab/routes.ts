/** Routes of a pod or host out of one of its interfaces. */
import type { Rtnetlink } from '../linux/rtnetlink.ts';
import type { RoutePlan } from '../plan/plan.ts';

/** A next hop need not exist, and need not be in the interface's subnet. @throws SystemCallError */
export function addRoutes(rtnetlink: Rtnetlink, ifindex: number, routes: readonly RoutePlan[]): void {
  for (const { to, via } of routes) {
    rtnetlink.addRouteBeside(via === null ? { to, ifindex } : { to, via, ifindex, onlink: true });
  }
}
