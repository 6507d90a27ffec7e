// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * What reaches the pod: clsact ingress of its ipvlan slave. A packet that a limit waits for is not passed here: the next
 * filter (matchall, mirred) redirects it to the pod's IFB, where ipvlane_ifb paces and counts it.
 */
#include "endpoint.h"
#include "filter.h"
#include "wire.h"

static __always_inline int ingress(struct __sk_buff *skb, __u64 now)
{
	struct packet packet;
	__u32 refused = parse_frame(skb, &packet);
	const struct endpoint *endpoint = endpoint_at(skb->ifindex);
	struct traffic traffic = traffic_at_ingress(skb, packet.headers);
	struct counters *counters;
	struct verdict verdict;

	if (!endpoint)
		return drop(0, DIRECTION_INGRESS, DROP(DROP_UNKNOWN_ENDPOINT), traffic);
	counters = counters_of(endpoint->id, DIRECTION_INGRESS);
	count_offered(counters, traffic);
	verdict = refused ? DROP(refused) : judge(skb, &packet, endpoint, DIRECTION_INGRESS, now);
	if (verdict.reason)
		return drop(endpoint->id, DIRECTION_INGRESS, verdict, traffic);
	if (endpoint->flags & ENDPOINT_LIMITED_INGRESS && packet.kind != PACKET_ARP)
		return TC_ACT_UNSPEC;
	count_passed(counters, traffic);
	return TC_ACT_OK;
}

SEC("tc")
int ipvlane_ingress(struct __sk_buff *skb)
{
	return ingress(skb, bpf_ktime_get_ns());
}
