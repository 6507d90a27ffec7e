/** Hangs a queue on a link. */
import type { Rtnetlink } from '../../linux/rtnetlink.ts';
import type { QueuePart } from './shaping.ts';

/** The parts in their order; a root takes the place of the one that is there. @throws SystemCallError */
export function hangQueue(rtnetlink: Rtnetlink, ifindex: number, queue: readonly QueuePart[]): void {
  for (const part of queue) {
    if (part.what === 'class') rtnetlink.addClass(ifindex, part.parent, part.classid, part.spec);
    else if (part.parent === 'root') rtnetlink.replaceQdisc(ifindex, 'root', part.spec, part.handle);
    else rtnetlink.addQdisc(ifindex, part.parent, part.spec, part.handle);
  }
}
