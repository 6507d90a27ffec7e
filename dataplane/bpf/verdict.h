/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The ways out of a program. Each is counted: a packet that is neither passed nor in `drops` does not exist. */
#ifndef IPVLANE_VERDICT_H
#define IPVLANE_VERDICT_H

#include <linux/pkt_cls.h>
#include "maps.h"

/* A frame as the wire will carry it. */
struct traffic {
	__u32 packets;
	__u32 bytes;
};

struct verdict {
	__u32 reason; /* enum drop_reason; 0: passes */
	__u32 rule_id;
};

#define PASS(rule) ((struct verdict){ .rule_id = (rule) })
#define DROP(why) ((struct verdict){ .reason = (why) })

/* Those of endpoint 0 where there is no room for its own, as for a pod that came later: the sum is right, only not whose it is. */
static __always_inline struct counters *counters_of(__u32 endpoint, enum direction direction)
{
	__u32 index = COUNTERS_INDEX(endpoint, direction);
	struct counters *found = bpf_map_lookup_elem(&counters, &index);

	if (found)
		return found;
	index = COUNTERS_INDEX(0, direction);
	return bpf_map_lookup_elem(&counters, &index);
}

static __always_inline void count_offered(struct counters *counters, struct traffic traffic)
{
	if (counters) {
		counters->offered_packets += traffic.packets;
		counters->offered_bytes += traffic.bytes;
	}
}

static __always_inline void count_passed(struct counters *counters, struct traffic traffic)
{
	/* Keeps clang from folding this test into another: the verifier of 6.1 would lose sight of it. */
	barrier_var(counters);
	if (counters) {
		counters->passed_packets += traffic.packets;
		counters->passed_bytes += traffic.bytes;
	}
}

static __always_inline void count_marked(struct counters *counters, struct traffic traffic)
{
	barrier_var(counters);
	if (counters)
		counters->marked_packets += traffic.packets;
}

static __always_inline int drop(__u32 endpoint, enum direction direction, struct verdict verdict, struct traffic traffic)
{
	struct drop_key key = {
		.endpoint = endpoint,
		.direction = direction,
		.reason = verdict.reason,
		.rule_id = verdict.rule_id,
	};
	struct drop_count zero = {};
	struct drop_count *count = bpf_map_lookup_elem(&drops, &key);

	if (!count) {
		bpf_map_update_elem(&drops, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&drops, &key);
	}
	if (!count) { /* the map is full: under the reason, of nobody, which the loader has reserved */
		key.endpoint = 0;
		key.rule_id = 0;
		count = bpf_map_lookup_elem(&drops, &key);
	}
	if (count) {
		count->packets += traffic.packets;
		count->bytes += traffic.bytes;
	}
	return TC_ACT_SHOT;
}

#endif
