/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Active queue management where the queue is a clock: how long a packet will wait is known when it comes, so nothing has
 * to be measured when it leaves. docs/adr/0007 says why like this.
 *
 *   from = t_last, or now when nothing has been sent for GAP_NS
 *   next = from + delay         t_last = next, whatever way the packet goes
 *   sparse                      goes now
 *   the queue is at its bound   dropped
 *   above its flow's share      marked or dropped, share.h
 *   else                        goes when its last byte would be out: max(next, tstamp, the one before it)
 *
 * Unlike in Cilium's formula (edt.h) every packet pays for its own time, the first one too: a buffer of 64 KiB on an idle
 * link is no burst for free. And a packet that TCP or the application has paced into the future moves t_last no further than
 * PACING_LEAD_NS before that time: the link is free for others meanwhile.
 */
#ifndef IPVLANE_AQM_H
#define IPVLANE_AQM_H

#include "edt.h"
#include "share.h"
#include "sparse.h"

#define PATIENCE 2

/* How much of the future may overlap with others' packets. TCP's pacing and SO_TXTIME senders look ahead by less. */
#define PACING_LEAD_NS 50000000ULL

/*
 * A sender that is late by less than this may catch up: its machine was busy, or it waited for an acknowledgement. The rate
 * is kept over any longer time; over a second it can be exceeded by 0.8 per cent. After a longer gap nothing is owed.
 */
#define GAP_NS 8000000ULL

static __always_inline __u64 latest(__u64 one, __u64 other)
{
	return one > other ? one : other;
}

/* When the packet's last byte is out, were it to wait. A link that was busy until just now has not been idle. */
static __always_inline __u64 finish(const struct limit *limit, __u64 delay, __u64 now)
{
	__u64 from = limit->t_last + GAP_NS >= now ? limit->t_last : now;

	return from + delay;
}

static __always_inline void advance(struct limit *limit, __u64 next, __u64 tstamp)
{
	limit->t_last = next;
	if (tstamp > next + PACING_LEAD_NS)
		limit->t_last = tstamp - PACING_LEAD_NS;
}

/* With `flow` NULL (no memory) only the bound of all holds. `tell`: how, if the flow is above its share. */
static __always_inline struct departure wait_or_drop(struct limit *limit, struct flow *flow, __u64 delay, __u64 tstamp,
						     enum tell tell, __u64 now)
{
	struct departure departure = {};
	__u64 backlog = time_ahead(limit->t_last, now);
	__u64 next = finish(limit, delay, now);
	__u64 waits = flow ? flow_waits(flow, now) : 0;
	/* A segment that must be sent again is heard of a round trip later, which the queue has made long. */
	__u32 patience = tell == TELL_BY_CUT ? UNRESPONSIVE : PATIENCE;
	enum share_verdict verdict =
		flow ? judge_share(limit, flow, backlog, waits, delay, patience, now) : SHARE_WITHIN;

	if (backlog >= limit->bound_ns || verdict == SHARE_DROP ||
	    (verdict == SHARE_TELL && tell == TELL_BY_DROP)) {
		departure.drop = DROP_AQM;
		return departure;
	}
	departure.tell = verdict == SHARE_TELL ? tell : TELL_NOTHING;
	departure.tstamp = latest(next, tstamp);
	if (flow) {
		departure.tstamp = latest(departure.tstamp, flow->last);
		flow->waits = waits + delay;
		flow->came = now;
		flow->leaves = next;
		flow->last = departure.tstamp;
	}
	advance(limit, next, tstamp);
	return departure;
}

/* `limit` and `flow` must be the caller's alone for the time of the call: the limit's lock is held. */
static __always_inline struct departure aqm_depart(struct limit *limit, struct flow *flow, __u64 delay, __u64 tstamp,
						   enum tell tell, __u64 now)
{
	struct departure departure = {};
	__u64 next = finish(limit, delay, now);

	/* An idle link takes any packet, however long it lasts. */
	if (time_ahead(latest(next, tstamp), now) >= limit->horizon_ns && latest(limit->t_last, tstamp) > now) {
		departure.drop = DROP_EDT_HORIZON;
		return departure;
	}
	if (flow && flow->last <= now && tstamp <= now && sparse_overtakes(limit, flow, delay, now)) {
		limit->t_last = next;
		return departure;
	}
	return wait_or_drop(limit, flow, delay, tstamp, tell, now);
}

#endif
