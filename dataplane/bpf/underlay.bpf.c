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

/*
 * Where a packet leaves its machine. The queue behind this stands in the network, so it must not be the sender's: what a socket is
 * charged for as long as its packet lives holds TCP back (small queues, tcp_wfree) and blocks UDP, and a queue that refuses tells its
 * sender at once. A crossing of namespaces keeps that charge since 4.19. A copy belongs to no socket; it comes by here once more, and passes.
 */
SEC("tc")
int ipvlane_handover(struct __sk_buff *skb)
{
	if (!skb->sk)
		return TC_ACT_UNSPEC;
	bpf_clone_redirect(skb, skb->ifindex, 0);
	return TC_ACT_STOLEN;
}

SEC("tc")
int ipvlane_underlay(struct __sk_buff *skb)
{
	return underlay(skb, bpf_ktime_get_ns());
}
