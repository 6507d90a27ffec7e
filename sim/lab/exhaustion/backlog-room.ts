/** How many packets may wait for a processor: what `net.core.netdev_max_backlog` must let. Pure. */
import type { PodPlan } from '../../plan/plan.ts';

/**
 * Copies of a few broadcasts at once, for every slave of the master that has the most; never less than the kernel takes by itself.
 * Packets, not bytes: nothing is set aside for them.
 */
export function backlogRoom(pods: readonly PodPlan[]): number {
  const slaves = new Map<string, number>();
  for (const { node, interfaces } of pods) {
    for (const { master } of interfaces) {
      const key = `${node} ${master}`;
      slaves.set(key, (slaves.get(key) ?? 0) + 1);
    }
  }
  return Math.max(KERNELS_OWN, AT_ONCE * Math.max(0, ...slaves.values()));
}

/** net/core/hotdata.c, before 6.9 net/core/dev.c. */
const KERNELS_OWN = 1000;
/** Broadcasts that ipvlan hands on in one go while nothing takes them; it queues a thousand at most. */
const AT_ONCE = 16;
