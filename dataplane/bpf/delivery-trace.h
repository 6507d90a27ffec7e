/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A wire whose rate is a trace (Netravali et al., "Mahimahi", ATC 2015; its src/frontend/link_queue.cc): a list of moments, each an
 * opportunity for 1500 bytes to leave. Packets share opportunities by their bytes, and one leaves with the opportunity that its
 * last byte takes. What nobody takes is gone. After its last moment the trace begins anew.
 *
 * Mahimahi wakes up at every opportunity. Here the queue is a clock, as in edt.h: `served` counts bytes since the trace began, and
 *
 *   gone   = 1500 * opportunities before now
 *   served = max(served, gone) + bytes
 *   leaves = moment of opportunity (served - 1) / 1500
 *
 * so nothing happens while nothing is sent, and a packet's time is exact on any clock.
 */
#ifndef IPVLANE_DELIVERY_TRACE_H
#define IPVLANE_DELIVERY_TRACE_H

#include "edt.h"

#define OPPORTUNITY_BYTES 1500
#define NS_PER_MS 1000000ULL
/* 2^20 moments at most: half of what is left at each step. */
#define SEARCH_STEPS 21

/* Of all that `moments` holds, ns. */
#ifdef __bpf__
#include "maps.h"

static __always_inline __u64 moment_ns(__u32 index)
{
	__u32 *ms = bpf_map_lookup_elem(&moments, &index);

	return ms ? *ms * NS_PER_MS : 0;
}
#else
static __u32 moments[1 << 20];

static __u64 moment_ns(__u32 index)
{
	return moments[index] * NS_PER_MS;
}
#endif

/* How many of one round of the trace are no later than this. */
static __always_inline __u32 opportunities_until(const struct wire *wire, __u64 offset_ns)
{
	__u32 low = 0, high = wire->count;

	for (int step = 0; step < SEARCH_STEPS && low < high; step++) {
		__u32 middle = low + (high - low) / 2;

		if (moment_ns(wire->first + middle) <= offset_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Bytes of the opportunities that are over. One that is right now is not. */
static __always_inline __u64 bytes_gone(const struct wire *wire, __u64 now)
{
	__u64 before;

	if (now <= wire->start)
		return 0;
	before = now - wire->start - 1;
	return (before / wire->period_ns * wire->count + opportunities_until(wire, before % wire->period_ns)) *
	       OPPORTUNITY_BYTES;
}

/* `bytes`: of the packet without its Ethernet header. `wire` must be the caller's alone, its count and period not 0. */
static __always_inline struct departure trace_depart(struct wire *wire, __u32 bytes, __u64 now)
{
	struct departure departure = {};
	__u64 gone = bytes_gone(wire, now);
	__u64 served = wire->served > gone ? wire->served : gone;
	__u64 opportunity;

	if (served - gone + bytes > wire->queue_bytes) {
		departure.drop = DROP_AQM;
		return departure;
	}
	wire->served = served + bytes;
	opportunity = (wire->served - 1) / OPPORTUNITY_BYTES;
	departure.tstamp = wire->start + opportunity / wire->count * wire->period_ns +
			   moment_ns(wire->first + opportunity % wire->count);
	return departure;
}

#endif
