// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The ingress limit: clsact egress of the pod's IFB, before its fq. Policy has been asked at the slave. From the IFB the
 * packet goes back to the slave's ingress, past tc (skb->tc_skip_classify) and into the pod's stack.
 */
#include <linux/version.h>
#include "endpoint.h"
#include "filter.h"
#include "pace.h"
#include "wire.h"

/* Filled in by libbpf, from uname: the verifier then never sees the branch that the kernel has no helper for. */
extern int LINUX_KERNEL_VERSION __kconfig;

/*
 * A departure time is CLOCK_MONOTONIC, a receive timestamp CLOCK_REALTIME, and both live in skb->tstamp. Since 5.18 the
 * kernel tells them apart and replaces ours before SO_TIMESTAMP shows it to ping, if the helper has set it.
 */
static __always_inline void set_departure(struct __sk_buff *skb, __u64 tstamp)
{
	if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 18, 0) &&
	    bpf_skb_set_tstamp(skb, tstamp, BPF_SKB_TSTAMP_DELIVERY_MONO) == 0)
		return;
	skb->tstamp = tstamp;
}

static __always_inline int ifb(struct __sk_buff *skb, __u64 now)
{
	const struct endpoint *endpoint = endpoint_at(skb->ifindex);
	struct traffic traffic = traffic_at_egress(skb);
	struct departure departure;
	struct counters *counters;

	/* The IFB's own neighbor discovery, which was never redirected: the driver throws it away. */
	if (!skb->ingress_ifindex)
		return TC_ACT_OK;
	if (!endpoint)
		return drop(0, DIRECTION_INGRESS, DROP(DROP_UNKNOWN_ENDPOINT), traffic);
	/* What skb->tstamp holds here is no departure time: it begins anew. */
	departure = pace(skb, endpoint->id, DIRECTION_INGRESS, traffic, 0, now);
	if (departure.drop)
		return drop(endpoint->id, DIRECTION_INGRESS, DROP(departure.drop), traffic);
	if (departure.tstamp)
		set_departure(skb, departure.tstamp);
	counters = counters_of(endpoint->id, DIRECTION_INGRESS);
	if (departure.tell == TELL_BY_MARK)
		count_marked(counters, traffic);
	if (departure.tell == TELL_BY_CUT) {
		struct traffic last = cut_last_segment(skb);

		drop(endpoint->id, DIRECTION_INGRESS, DROP(DROP_AQM), last);
		traffic.packets -= last.packets;
		traffic.bytes -= last.bytes;
	}
	count_passed(counters, traffic);
	return TC_ACT_OK;
}

SEC("tc")
int ipvlane_ifb(struct __sk_buff *skb)
{
	return ifb(skb, bpf_ktime_get_ns());
}
