// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * What reaches the pod: clsact ingress of its ipvlan slave. A packet that a limit waits for is not passed here: the next
 * filter (matchall, mirred) redirects it to the pod's IFB, where ipvlane_ifb paces and counts it.
 */
#include "endpoint.h"
#include "filter.h"
#include "guard.h"
#include "wire.h"

static __always_inline int ingress(struct __sk_buff *skb, __u64 now)
{
	struct packet *packet = parsed_packet(PARSED_FRAME);
	__u32 refused = packet ? parse_frame(skb, packet) : DROP_INVALID_PACKET;
	const struct endpoint *endpoint = endpoint_at(skb->ifindex);
	struct traffic traffic = traffic_at_ingress(skb, packet ? packet->headers : 0);
	struct counters *counters;
	struct verdict verdict;

	if (!packet || !endpoint)
		return drop(0, DIRECTION_INGRESS, DROP(DROP_UNKNOWN_ENDPOINT), traffic);
	counters = counters_of(endpoint->id, DIRECTION_INGRESS);
	count_offered(counters, traffic);
	if (came_around(skb))
		return drop(endpoint->id, DIRECTION_INGRESS, DROP(DROP_AROUND_EGRESS), traffic);
	verdict = refused ? DROP(refused) : judge(skb, packet, endpoint, DIRECTION_INGRESS, now);
	if (verdict.reason)
		return drop(endpoint->id, DIRECTION_INGRESS, verdict, traffic);
	if (endpoint->flags & ENDPOINT_LIMITED_INGRESS && packet->kind != PACKET_ARP)
		return TC_ACT_UNSPEC;
	count_passed(counters, traffic);
	return TC_ACT_OK;
}

SEC("tc")
int ipvlane_ingress(struct __sk_buff *skb)
{
	return ingress(skb, bpf_ktime_get_ns());
}
