/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Where the flows of an endpoint are remembered: a set-associative table, as in CAKE. 256 sets of four keep 130 flows
 * apart but for one chance in thousands; one hash alone would let every eighth request share the fate of a bulk flow.
 * An endpoint has sets of its own, made when first used: nobody else's flows can push its own out.
 */
#ifndef IPVLANE_FLOW_SET_H
#define IPVLANE_FLOW_SET_H

#include "abi.h"
#include "frame.h"

#define FLOW_SETS 256

/* Which set: the low bits; the whole hash tells the flows of a set apart. */
static __always_inline __u32 flow_set_of(__u32 hash)
{
	return hash & (FLOW_SETS - 1);
}

/*
 * The flow, or the one whose packets have been gone longest in its place. When all have packets waiting it shares the
 * oldest's. Never NULL.
 */
static __always_inline struct flow *flow_of(struct flow_set *set, __u32 hash, __u64 now)
{
	struct flow *oldest = &set->ways[0];

	for (int way = 0; way < FLOW_WAYS; way++) {
		struct flow *flow = &set->ways[way];

		if (flow->hash == hash)
			return flow;
		if (flow->last < oldest->last)
			oldest = flow;
	}
	if (oldest->last <= now && oldest->sparse_until <= now) {
		struct flow fresh = { .hash = hash };

		*oldest = fresh;
	}
	return oldest;
}

#endif
