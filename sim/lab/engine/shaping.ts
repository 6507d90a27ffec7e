/** What hangs at a place where a limit is enforced, besides our own programs: queueing disciplines, classes, a policer. */
import type { PoliceSpec } from '../../linux/filter.ts';
import type { QdiscSpec } from '../../linux/qdisc.ts';
import type { QdiscParent } from '../../linux/rtnetlink.ts';
import type { HtbClassSpec } from '../../linux/traffic-class.ts';

/** A part of a link's queue, in the order they are made: from the root down. */
export type QueuePart =
  | { readonly what: 'qdisc'; readonly parent: QdiscParent; readonly handle?: number; readonly spec: QdiscSpec }
  | { readonly what: 'class'; readonly parent: number; readonly classid: number; readonly spec: HtbClassSpec };

export interface Shaping {
  readonly queue: readonly QueuePart[];
  /** Before the queue; null: none. */
  readonly police: PoliceSpec | null;
  /** Our programs give departure times at this place. */
  readonly paced: boolean;
}

export function root(spec: QdiscSpec): QueuePart {
  return { what: 'qdisc', parent: 'root', spec };
}
