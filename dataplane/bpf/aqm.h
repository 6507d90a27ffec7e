/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Active queue management where the queue is a clock: how long a packet will wait is known when it comes, so nothing has
 * to be measured when it leaves. docs/adr/0007 says why like this.
 *
 *   from = t_last, or now when nothing has been sent for GAP_NS, or while the limit has just changed
 *   next = from + delay         t_last = next, whatever way the packet goes
 *   sparse                      goes now, or with the flow's last
 *   a later fragment            goes as its datagram's first did
 *   the queue is at its bound   dropped
 *   above its flow's share      marked or dropped, share.h
 *   else                        goes when its last byte would be out: max(next, tstamp, the one before it)
 *
 * Unlike in Cilium's formula (edt.h) every packet pays for its own time, the first one too: a buffer of 64 KiB on an idle
 * link is no burst for free. And a packet that TCP or the application has paced into the future moves t_last no further than
 * PACING_LEAD_NS before that time: the link is free for others meanwhile.
 *
 * What has a departure time keeps it, so a limit that changes holds when the last packet of before has left. That is bound_ns and
 * lump_ns later at most (100 ms, queue-bounds.ts): a buffer that alone takes longer than lump_ns leaves lump_ns after its turn has
 * come. Only the fragments of a long datagram leave later, each at its time.
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
 * is kept over any longer time; over a second it can be exceeded by 0.8 per cent. After a longer gap nothing is owed. Nor is what a
 * sender left unused before it came up to a limit that was raised: eight milliseconds of the new limit in one would be far above it.
 */
#define GAP_NS 8000000ULL

static __always_inline __u64 latest(__u64 one, __u64 other)
{
	return one > other ? one : other;
}

/* All ones where `one` is before `other`. Times are below 2^63. With a branch the verifier would walk what follows twice. */
static __always_inline __u64 if_before(__u64 one, __u64 other)
{
	__s64 apart = (__s64)(one - other) >> 63;

	asm volatile("" : "+r"(apart));
	return (__u64)apart;
}

/* When the packet's last byte is out, were it to wait. A link that was busy until just now has not been idle. */
static __always_inline __u64 finish(const struct limit *limit, __u64 delay, __u64 now)
{
	__u64 last = limit->t_last, owed = limit->owed_from;
	__u64 from = last + ((now - last) & if_before(last + GAP_NS, now));
	__u64 since = now + ((owed - now) & if_before(owed, now));

	return from + ((since - from) & if_before(from, since)) + delay;
}

static __always_inline void advance(struct limit *limit, __u64 next, __u64 tstamp)
{
	limit->t_last = next;
	if (tstamp > next + PACING_LEAD_NS)
		limit->t_last = tstamp - PACING_LEAD_NS;
}

/* A packet as the limit sees it. */
struct arrival {
	__u64 now;
	__u64 delay;   /* its time on the wire */
	__u64 tstamp;  /* when its sender would have it leave */
	enum tell tell; /* how, if its flow is above its share */
	__u32 datagram; /* DATAGRAM_OF, of a fragment; 0: it is whole */
	__u32 first;	/* fragment of it */
	__u32 answers;	/* TCP behind an ingress limit: hears of a loss, and sends less */
	__u32 decided;	/* of what was decided on the way, the last: decided() */
	struct departure departure;
};

/*
 * The same number, which the verifier no longer knows where `packet` lies in a map: it walks the rest once, not once for each decision.
 */
static __always_inline __u32 decided(struct arrival *packet, __u32 number)
{
	packet->decided = number;
	asm volatile("" : : : "memory");
	return packet->decided;
}

/*
 * A datagram without one of its fragments is nothing, so it is decided about once: by its first. The others go where that went, as
 * long as they are one datagram's together.
 */
enum fragment_verdict {
	FRAGMENT_JUDGED, /* like any packet */
	FRAGMENT_ADMITTED,
	FRAGMENT_REFUSED,
};

static __always_inline enum fragment_verdict judge_fragment(struct flow *flow, const struct arrival *packet)
{
	if (!packet->datagram || packet->first || packet->datagram != flow->datagram)
		return FRAGMENT_JUDGED;
	if (flow->datagram_left < packet->delay)
		return FRAGMENT_REFUSED;
	flow->datagram_left -= packet->delay;
	return FRAGMENT_ADMITTED;
}

static __always_inline void remember_first(const struct limit *limit, struct flow *flow, const struct arrival *packet,
					   int refused)
{
	if (!packet->first)
		return;
	flow->datagram = packet->datagram;
	flow->datagram_left = refused || limit->datagram_ns < packet->delay ? 0 : limit->datagram_ns - packet->delay;
}

/*
 * Later than the flow's packet before it, unless that is beyond all that may wait: then it was queued behind a limit that was far
 * slower than today's, or paced by the application, and holds nobody back.
 */
static __always_inline __u64 behind_its_last(const struct limit *limit, const struct flow *flow, __u64 tstamp, __u64 now)
{
	__u64 last = flow->last, longest = now + limit->bound_ns + limit->lump_ns;

	return latest(tstamp, last < longest ? last : longest);
}

/*
 * A super-packet that is dropped is forty-five segments to send again for one thing to say, and TCP at its start comes with several
 * before it hears anything; what it then sends again must not be lost as well. So its flow may go beyond the bound while it has not been
 * told in vain, which takes a few round trips.
 * Not where one alone takes so long that it is paid off for longer than it waited (start_ns): there TCP must send smaller ones.
 */
static __always_inline __u64 bound_of(const struct limit *limit, const struct flow *flow, const struct arrival *packet)
{
	return packet->answers && flow->signals < UNRESPONSIVE ? limit->start_ns : limit->bound_ns;
}

static __always_inline struct departure wait_or_drop(struct limit *limit, struct flow *flow, struct arrival *packet,
						     enum fragment_verdict fragment)
{
	struct departure departure = {};
	__u64 now = packet->now, delay = packet->delay;
	__u64 backlog = time_ahead(limit->t_last, now);
	__u64 next = finish(limit, delay, now);
	__u64 waits = flow_waits(flow, now);
	/* A segment that must be sent again is heard of a round trip later, which the queue has made long. */
	__u32 patience = packet->tell == TELL_BY_CUT ? UNRESPONSIVE : PATIENCE;
	enum share_verdict verdict = SHARE_WITHIN;

	if (fragment == FRAGMENT_JUDGED) {
		verdict = decided(packet, judge_share(limit, flow, backlog, waits, delay, patience, now));
		/* Of such a flow each super-packet loses a segment, not every second one all. */
		if (verdict == SHARE_DROP && packet->tell == TELL_BY_CUT)
			verdict = SHARE_TELL;
		if (backlog >= bound_of(limit, flow, packet) || verdict == SHARE_DROP ||
		    (verdict == SHARE_TELL && packet->tell == TELL_BY_DROP)) {
			departure.drop = DROP_AQM;
			return departure;
		}
	}
	departure.tell = verdict == SHARE_TELL ? packet->tell : TELL_NOTHING;
	departure.tstamp = latest(delay > limit->lump_ns ? next - delay + limit->lump_ns : next, packet->tstamp);
	departure.tstamp = behind_its_last(limit, flow, departure.tstamp, now);
	flow->waits = waits + delay;
	flow->came = now;
	flow->leaves = next;
	flow->last = departure.tstamp;
	advance(limit, next, packet->tstamp);
	return departure;
}

/* Where there is no memory for a flow of its own: only the bound of all holds. */
static __always_inline struct departure aqm_depart_alone(struct limit *limit, const struct arrival *packet)
{
	struct departure departure = {};
	__u64 next = finish(limit, packet->delay, packet->now);

	if (time_ahead(packet->tstamp, packet->now) >= limit->horizon_ns)
		departure.drop = DROP_EDT_HORIZON;
	if (time_ahead(limit->t_last, packet->now) >= limit->bound_ns)
		departure.drop = DROP_AQM;
	if (departure.drop)
		return departure;
	departure.tstamp = latest(next, packet->tstamp);
	advance(limit, next, packet->tstamp);
	return departure;
}

/* How long a flow may have something waiting, or be paced ahead, and still overtake. */
static __always_inline int may_overtake(const struct limit *limit, const struct flow *flow, const struct arrival *packet)
{
	__u64 now = packet->now;

	if (packet->tstamp > now + PACING_LEAD_NS)
		return 0;
	return flow->last <= now || flow_waits(flow, now) + packet->delay <=
					    time_ahead(limit->t_last, now) >> SPARSE_LITTLE_SHIFT;
}

/* `limit` and `flow` must be the caller's alone for the time of the call: the limit's lock is held. */
static __always_inline struct departure aqm_depart(struct limit *limit, struct flow *flow, struct arrival *packet)
{
	enum fragment_verdict fragment = decided(packet, judge_fragment(flow, packet));
	struct departure departure = {};
	__u64 now = packet->now, tstamp = packet->tstamp;
	__u64 next = finish(limit, packet->delay, now);

	if (fragment == FRAGMENT_REFUSED) {
		departure.drop = DROP_AQM;
		return departure;
	}
	/* An idle link takes any packet, however long it lasts. */
	if (time_ahead(latest(next, tstamp), now) >= limit->horizon_ns && latest(limit->t_last, tstamp) > now) {
		departure.drop = DROP_EDT_HORIZON;
	} else if (may_overtake(limit, flow, packet) && sparse_overtakes(limit, flow, packet->delay, now)) {
		limit->t_last = next;
		if (latest(flow->last, tstamp) > now)
			flow->last = departure.tstamp = behind_its_last(limit, flow, tstamp, now);
	} else {
		departure = wait_or_drop(limit, flow, packet, fragment);
	}
	remember_first(limit, flow, packet, departure.drop != 0);
	return departure;
}

#endif
