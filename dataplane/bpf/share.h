/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A fair share of the queue is a fair share of the rate: what leaves in the order it came leaves in the proportions in
 * which it waits. So nobody's packets are reordered; each flow is held to its share of the waiting time instead.
 *
 * The share is what is left of the bound (Choudhury and Hahne, "Dynamic Queue Length Thresholds", 1998), and a quarter of that
 * where others wait, too: of n flows at their shares each has 1/(n+4) and so has the room that stays free for the next one.
 * No flow needs to be counted. TCP's small queues keep few flows from ever filling the bound; by the whole of what is left
 * nobody would be told then, and whoever came first would keep more. A flow that is alone has all of it, for a long round trip.
 *
 * A flow above its share is told so, and given time to answer before it is told again, less each time it has not: CoDel's
 * law (RFC 8289, 5.5). One that has been told more than `patience` times may not have twice its share, and one that has not
 * answered UNRESPONSIVE times nothing above it. It is forgiven when it has kept within its share for as long as it is given to answer.
 */
#ifndef IPVLANE_SHARE_H
#define IPVLANE_SHARE_H

#include "abi.h"
#include "frame.h"

#define UNRESPONSIVE 16
#define LONE_SHIFT 3	/* alone: what waits of others is less than an eighth of its own */
#define COMPANY_SHIFT 2 /* in company: a quarter */
#define SIGNALS_MAX 1024
#define INVERSE_SQRT_ONE 0xffff

enum share_verdict {
	SHARE_WITHIN,
	SHARE_TELL, /* however the packet allows it: enum tell */
	SHARE_DROP,
};

/* How much of the waiting time is the flow's own: all of it at its last arrival, nothing when that has left. */
static __always_inline __u64 flow_waits(const struct flow *flow, __u64 now)
{
	__u64 left, span;

	if (flow->leaves <= now)
		return 0;
	left = flow->leaves - now;
	span = flow->leaves - flow->came;
	if (left >= span)
		return flow->waits;
	/* Times are below 2^40 ns (the horizon at 1 kbit/s): no product overflows. */
	return ((left << 16) / span * flow->waits) >> 16;
}

/* One step of Newton's for 1/sqrt(signals), as in the kernel's codel_impl.h: fixed point, 2^16 is one. */
static __always_inline __u32 inverse_sqrt_step(__u32 inverse, __u32 signals)
{
	__u64 square = ((__u64)inverse * inverse) >> 16;
	__u64 step = (3ULL << 16) - (__u64)signals * square;

	return (step * inverse) >> 17;
}

static __always_inline void count_signal(struct flow *flow, __u64 interval, __u64 now)
{
	if (flow->signals < SIGNALS_MAX)
		flow->signals++;
	flow->inverse_sqrt = flow->signals == 1 ? INVERSE_SQRT_ONE : inverse_sqrt_step(flow->inverse_sqrt, flow->signals);
	flow->silent_until = now + ((interval * flow->inverse_sqrt) >> 16);
}

static __always_inline int within_share(struct flow *flow, __u64 interval, __u64 now)
{
	if (now >= flow->silent_until + interval)
		flow->signals = 0;
	return SHARE_WITHIN;
}

/* `backlog`: all that waits. `waits`: what of it is the flow's. `delay`: of the packet on top. */
static __always_inline enum share_verdict judge_share(const struct limit *limit, struct flow *flow, __u64 backlog,
						       __u64 waits, __u64 delay, __u32 patience, __u64 now)
{
	__u64 others = backlog > waits ? backlog - waits : 0;
	int company = others > waits >> LONE_SHIFT;
	__u64 share = company ? limit->share_ns : limit->lone_ns;
	__u64 interval = limit->answer_ns;
	int due = now >= flow->silent_until;

	share = share > backlog ? share - backlog : 0;
	if (company)
		share >>= COMPANY_SHIFT;
	if (share < limit->quantum_ns)
		share = limit->quantum_ns;
	if (waits == 0 || waits + delay <= share)
		return within_share(flow, interval, now);
	if (due)
		count_signal(flow, interval, now);
	if (flow->signals >= UNRESPONSIVE || (flow->signals > patience && waits + delay > 2 * share))
		return SHARE_DROP;
	return due ? SHARE_TELL : SHARE_WITHIN;
}

#endif
