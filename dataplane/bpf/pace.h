/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The limit of one endpoint and direction, asked for one packet: finds it, locks it, gives the departure time. */
#ifndef IPVLANE_PACE_H
#define IPVLANE_PACE_H

#include "aqm.h"
#include "charge.h"
#include "cut.h"
#include "flow-set.h"
#include "ip-start.h"
#include "maps.h"

/* Too large for the stack, so it is read-only data. */
static const struct flow_set no_flows;

/* NULL when there is no memory: the packet is then paced without a flow of its own. */
static __always_inline struct flow_set *flow_set_at(__u32 endpoint, enum direction direction, __u32 hash)
{
	struct flow_key key = { .endpoint = endpoint, .direction = direction, .set = flow_set_of(hash) };
	struct flow_set *found = bpf_map_lookup_elem(&flows, &key);

	if (found)
		return found;
	bpf_map_update_elem(&flows, &key, &no_flows, BPF_NOEXIST);
	return bpf_map_lookup_elem(&flows, &key);
}

/*
 * The packet as its limit sees it. Not on the stack, for the reason that `parsed` is not (maps.h): each way through the IP header would
 * be walked to the end.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct arrival));
} arriving SEC(".maps");

static __always_inline struct arrival *arriving_packet(void)
{
	__u32 index = 0;

	return bpf_map_lookup_elem(&arriving, &index);
}

static __always_inline struct departure pace_fifo(struct limit *limit, __u64 delay, __u64 tstamp, __u64 now)
{
	struct departure departure;

	bpf_spin_lock(&limit->lock);
	departure = edt_depart(limit, delay, tstamp, now);
	bpf_spin_unlock(&limit->lock);
	return departure;
}

static __always_inline struct departure pace(struct __sk_buff *skb, __u32 endpoint, enum direction direction,
					     struct traffic traffic, __u64 tstamp, __u64 now)
{
	struct endpoint_direction key = { .endpoint = endpoint, .direction = direction };
	struct limit *limit = bpf_map_lookup_elem(&limits, &key);
	struct departure departure = { .drop = DROP_NO_LIMIT };
	struct arrival *packet = arriving_packet();
	struct flow_set *set;
	__u64 delay;
	__u32 hash;

	if (!packet || !limit || limit->rate_bps == 0)
		return departure;
	/* The division is the dear part: outside of the lock, where no helper may be called either. */
	delay = edt_delay(charged_bytes(skb, traffic, limit), limit->rate_bps);
	if (!limit->bound_ns)
		return pace_fifo(limit, delay, tstamp, now);
	hash = bpf_get_hash_recalc(skb);
	packet->now = now;
	packet->delay = delay;
	packet->tstamp = tstamp;
	packet->tell = TELL_BY_DROP;
	packet->datagram = 0;
	packet->first = 0;
	packet->answers = 0;
	ip_start(skb, packet);
	if (direction == DIRECTION_EGRESS)
		packet->answers = 0;
	if (packet->tell == TELL_BY_DROP && direction == DIRECTION_INGRESS && cuttable(skb))
		packet->tell = TELL_BY_CUT;
	set = flow_set_at(endpoint, direction, hash);
	bpf_spin_lock(&limit->lock);
	if (set)
		packet->departure = aqm_depart(limit, flow_of(set, hash, now), packet);
	else
		packet->departure = aqm_depart_alone(limit, packet);
	bpf_spin_unlock(&limit->lock);
	asm volatile("" : : : "memory");
	departure = packet->departure;
	if (departure.tell == TELL_BY_MARK)
		bpf_skb_ecn_set_ce(skb);
	return departure;
}

#endif
