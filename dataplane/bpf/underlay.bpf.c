// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A wire whose rate is a trace: a filter of the `prio` above the fq that holds its packets, at a NIC and at its port. Not a hook
 * of clsact: behind a delay line a packet's turn comes when netem lets it go, and only a filter of the queue below sees it then.
 * The queue counts what is dropped here. Nothing else is decided: this is the network between the nodes, not the dataplane.
 */
#include <linux/if_ether.h>
#include "delivery-trace.h"
#include "wire.h"

static __always_inline int underlay(struct __sk_buff *skb, __u64 now)
{
	__u32 ifindex = skb->ifindex;
	struct wire *wire = bpf_map_lookup_elem(&wires, &ifindex);
	struct traffic traffic = traffic_at_egress(skb);
	struct departure departure;

	if (!wire || !wire->count || !wire->period_ns)
		return TC_ACT_UNSPEC;
	departure = trace_depart(wire, traffic.bytes - traffic.packets * ETH_HLEN, now);
	if (departure.drop)
		return TC_ACT_SHOT;
	/* Gone with the next namespace, so no receiver takes it for the time of arrival. */
	skb->tstamp = departure.tstamp;
	return TC_ACT_UNSPEC;
}

SEC("tc")
int ipvlane_underlay(struct __sk_buff *skb)
{
	return underlay(skb, bpf_ktime_get_ns());
}
