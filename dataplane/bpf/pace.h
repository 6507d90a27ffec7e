/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The limit of one endpoint and direction, asked for one packet: finds it, locks it, gives the departure time. */
#ifndef IPVLANE_PACE_H
#define IPVLANE_PACE_H

#include "edt.h"
#include "maps.h"

static __always_inline struct departure pace(__u32 endpoint, enum direction direction, __u32 wire_len, __u64 tstamp,
					     __u64 now)
{
	struct endpoint_direction key = { .endpoint = endpoint, .direction = direction };
	struct limit *limit = bpf_map_lookup_elem(&limits, &key);
	struct departure departure = { .drop = DROP_NO_LIMIT };
	__u64 delay;

	if (!limit || limit->rate_bps == 0)
		return departure;
	/* The division is the dear part: outside of the lock, where no helper may be called either. */
	delay = edt_delay(wire_len, limit->rate_bps);
	bpf_spin_lock(&limit->lock);
	departure = edt_depart(limit, delay, tstamp, now);
	bpf_spin_unlock(&limit->lock);
	return departure;
}

#endif
