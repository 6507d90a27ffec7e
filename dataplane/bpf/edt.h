/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Earliest departure time (Saeed et al., "Carousel", SIGCOMM 2017; Cilium bpf/lib/edt.h): the queue is a clock. Each
 * packet is given the moment when the one before it is out, and fq holds it until then.
 *
 *   t    = max(tstamp, now)           TCP may have paced the packet already: the later of the two
 *   next = t_last + wire_len * 8e9 / rate_bps
 *   next <= t              the link is idle: goes at t, t_last = t
 *   next - now >= horizon  dropped, t_last stays
 *   else                   goes at next, t_last = next
 */
#ifndef IPVLANE_EDT_H
#define IPVLANE_EDT_H

#include "abi.h"
#include "frame.h"

#define NS_BITS_PER_BYTE 8000000000ULL

/* How a flow is told that it sends too much. */
enum tell {
	TELL_NOTHING,
	TELL_BY_MARK, /* congestion experienced, RFC 3168 */
	TELL_BY_CUT,  /* the last segment of a super-packet is lost, cut.h */
	TELL_BY_DROP,
};

struct departure {
	__u64 tstamp; /* when; 0: leave the packet's own */
	__u32 drop;   /* enum drop_reason; 0: goes */
	enum tell tell; /* what to do to the packet before it goes */
};

/*
 * How long a packet occupies the wire, ns, rounded down. A packet of 2^31 bytes does not overflow; rate_bps of 0 is the
 * caller's to refuse.
 */
static __always_inline __u64 edt_delay(__u32 wire_len, __u64 rate_bps)
{
	return wire_len * NS_BITS_PER_BYTE / rate_bps;
}

/* `limit` must be the caller's alone for the time of the call: its lock is held. */
static __always_inline struct departure edt_depart(struct limit *limit, __u64 delay, __u64 tstamp, __u64 now)
{
	struct departure departure = {};
	__u64 t = tstamp > now ? tstamp : now;
	__u64 next = limit->t_last + delay;

	if (next <= t) {
		limit->t_last = t;
	} else if (next - now >= limit->horizon_ns) {
		departure.drop = DROP_EDT_HORIZON;
	} else {
		limit->t_last = next;
		departure.tstamp = next;
	}
	return departure;
}

#endif
