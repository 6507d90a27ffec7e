// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* What the pod sends: clsact egress of its ipvlan slave, before fq, the slave's root. Policy before pacing. */
#include "endpoint.h"
#include "filter.h"
#include "guard.h"
#include "pace.h"
#include "wire.h"

static __always_inline int egress(struct __sk_buff *skb, __u64 now)
{
	struct packet *packet = parsed_packet(PARSED_FRAME);
	__u32 refused = packet ? parse_frame(skb, packet) : DROP_INVALID_PACKET;
	const struct endpoint *endpoint = endpoint_at(skb->ifindex);
	struct traffic traffic = traffic_at_egress(skb);
	struct counters *counters;
	struct departure departure;
	struct verdict verdict;

	if (!packet || !endpoint)
		return drop(0, DIRECTION_EGRESS, DROP(DROP_UNKNOWN_ENDPOINT), traffic);
	counters = counters_of(endpoint->id, DIRECTION_EGRESS);
	count_offered(counters, traffic);
	verdict = refused ? DROP(refused) : judge(skb, packet, endpoint, DIRECTION_EGRESS, now);
	if (verdict.reason)
		return drop(endpoint->id, DIRECTION_EGRESS, verdict, traffic);
	if (endpoint->flags & ENDPOINT_LIMITED_EGRESS && packet->kind != PACKET_ARP) {
		departure = pace(skb, endpoint->id, DIRECTION_EGRESS, traffic, skb->tstamp, now);
		if (departure.drop)
			return drop(endpoint->id, DIRECTION_EGRESS, DROP(departure.drop), traffic);
		if (departure.tstamp)
			skb->tstamp = departure.tstamp;
		if (departure.tell == TELL_BY_MARK)
			count_marked(counters, traffic);
	}
	admit(skb);
	count_passed(counters, traffic);
	return TC_ACT_OK;
}

SEC("tc")
int ipvlane_egress(struct __sk_buff *skb)
{
	return egress(skb, bpf_ktime_get_ns());
}
