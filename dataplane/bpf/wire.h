/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How many packets and bytes a buffer is on the wire. A GSO buffer is many packets with one copy of their headers. On a
 * device's egress the kernel has added the copies up in wire_len (qdisc_pkt_len_init, net/core/dev.c); on ingress wire_len
 * is skb->len (sch_handle_ingress), so they are added here.
 */
#ifndef IPVLANE_WIRE_H
#define IPVLANE_WIRE_H

#include "verdict.h"

static __always_inline struct traffic traffic_at_egress(const struct __sk_buff *skb)
{
	__u32 segments = skb->gso_segs;

	return (struct traffic){ .packets = segments ? segments : 1, .bytes = skb->wire_len };
}

/* `headers`: bytes up to and with the transport header. */
static __always_inline struct traffic traffic_at_ingress(const struct __sk_buff *skb, __u32 headers)
{
	__u32 segments = skb->gso_segs;

	if (segments <= 1)
		return (struct traffic){ .packets = 1, .bytes = skb->len };
	return (struct traffic){ .packets = segments, .bytes = skb->len + (segments - 1) * headers };
}

#endif
