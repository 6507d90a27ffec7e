/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Sparse flows do not wait: a flow that holds nothing back may send a little at once, past the bulk that waits. Its bytes
 * move t_last like all others, so the rate stays exact; what is bounded is how much may overtake.
 *
 * Two allowances, counted as time on the wire and refilled by it (virtual scheduling, ITU-T I.371 annex A: one timestamp
 * each, no timers):
 *   the endpoint's   sparse_ns, refilled with an eighth of the limit. However many flows somebody opens, together they
 *                    overtake with no more than that.
 *   each flow's own  a quarter of it, refilled with a sixteenth of the limit: one flow alone cannot use up the first.
 * Slow limits refill them faster, so that a call fits (queue-bounds.ts).
 *
 * A packet may take a quarter of what is left, no more. So full frames of bulk flows that happen to hold nothing back get
 * none of the last few, and requests, acknowledgements and pings, which are small, still find some.
 *
 * A flow that has waited holds something back, and with it all that comes later: a packet each 20 ms would be held for good
 * behind a queue of 80 ms. So a flow with little of what waits may overtake all others, up to its own last packet.
 */
#ifndef IPVLANE_SPARSE_H
#define IPVLANE_SPARSE_H

#include "abi.h"
#include "frame.h"

#define SPARSE_QUARTER 2
#define SPARSE_LITTLE_SHIFT 3 /* of what waits: an eighth */
#define SPARSE_PARTS_SHIFT 8 /* shares are of 256 parts of the limit */

/* How far a scheduled time lies ahead of now. */
static __always_inline __u64 time_ahead(__u64 time, __u64 now)
{
	return time > now ? time - now : 0;
}

/* 1: overtakes, and both allowances are charged. `delay`: its time on the wire. */
static __always_inline int sparse_overtakes(struct limit *limit, struct flow *flow, __u64 delay, __u64 now)
{
	__u64 all = time_ahead(limit->sparse_until, now);
	__u64 own = time_ahead(flow->sparse_until, now);
	__u64 spent = (all * limit->sparse_share) >> SPARSE_PARTS_SHIFT;
	__u64 own_spent = (own * limit->sparse_flow_share) >> SPARSE_PARTS_SHIFT;

	if (spent >= limit->sparse_ns || delay > (limit->sparse_ns - spent) >> SPARSE_QUARTER)
		return 0;
	if (own_spent + delay > limit->sparse_ns >> SPARSE_QUARTER)
		return 0;
	limit->sparse_until = now + all + ((delay * limit->sparse_cost) >> SPARSE_PARTS_SHIFT);
	flow->sparse_until = now + own + ((delay * limit->sparse_flow_cost) >> SPARSE_PARTS_SHIFT);
	return 1;
}

#endif
