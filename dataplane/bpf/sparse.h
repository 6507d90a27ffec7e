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
 *
 * A packet may take a quarter of what is left, no more. So full frames of bulk flows that happen to hold nothing back get
 * none of the last few, and requests, acknowledgements and pings, which are small, still find some.
 */
#ifndef IPVLANE_SPARSE_H
#define IPVLANE_SPARSE_H

#include "abi.h"
#include "frame.h"

#define SPARSE_ENDPOINT_SHIFT 3 /* an eighth of the limit */
#define SPARSE_FLOW_SHIFT 4	/* a sixteenth */
#define SPARSE_QUARTER 2

/* How far a scheduled time lies ahead of now. */
static __always_inline __u64 time_ahead(__u64 time, __u64 now)
{
	return time > now ? time - now : 0;
}

/* 1: goes now, and both allowances are charged. `delay`: its time on the wire. */
static __always_inline int sparse_overtakes(struct limit *limit, struct flow *flow, __u64 delay, __u64 now)
{
	__u64 all = time_ahead(limit->sparse_until, now);
	__u64 own = time_ahead(flow->sparse_until, now);
	__u64 spent = all >> SPARSE_ENDPOINT_SHIFT;

	if (spent >= limit->sparse_ns || delay > (limit->sparse_ns - spent) >> SPARSE_QUARTER)
		return 0;
	if ((own >> SPARSE_FLOW_SHIFT) + delay > limit->sparse_ns >> SPARSE_QUARTER)
		return 0;
	limit->sparse_until = now + all + (delay << SPARSE_ENDPOINT_SHIFT);
	flow->sparse_until = now + own + (delay << SPARSE_FLOW_SHIFT);
	return 1;
}

#endif
