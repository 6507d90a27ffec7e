/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * One segment lost out of a super-packet. TCP asks for less when it misses something, and one segment says as much as the
 * forty-five that a whole buffer has; but only one must cross the wire again. Since 5.18 the kernel sends such buffers at
 * any rate when the round trip is short (tcp_tso_autosize), so behind an ingress limit they are the rule.
 *
 * The last segment can be taken away by the IP header alone: a receiver trims what is longer than its length says (ip_rcv_core,
 * ip6_rcv_core). bpf_skb_change_tail would not do: it makes nothing longer than 16 KiB (before 5.12: than the MTU).
 */
#ifndef IPVLANE_CUT_H
#define IPVLANE_CUT_H

#include <linux/if_ether.h>
#include "verdict.h"
#include <bpf/bpf_endian.h>
#include "packet.h"

/* Where the length field and the TCP header are. `transport` 0: not TCP, or with headers in between. */
struct tcp_super_packet {
	__u32 transport;
	__u32 length_at;
	__u32 checksum_at; /* of IPv4; 0: none */
	__u16 length;
	__u16 headers; /* all of them, bytes */
};

static __always_inline struct tcp_super_packet tcp_super_packet(struct __sk_buff *skb)
{
	struct tcp_super_packet none = {}, found = {};
	__u8 ip[20], offset;
	__be16 length;

	if (skb->gso_segs < 2 || frame_load(skb, ETH_HLEN, ip, sizeof(ip)))
		return none;
	if (ip[0] >> 4 == 4 && ip[9] == PROTOCOL_TCP) {
		found.transport = ETH_HLEN + (ip[0] & 0xf) * 4;
		found.length_at = ETH_HLEN + 2;
		found.checksum_at = ETH_HLEN + 10;
		length = *(__be16 *)&ip[2];
	} else if (ip[0] >> 4 == 6 && ip[6] == PROTOCOL_TCP) {
		found.transport = ETH_HLEN + 40;
		found.length_at = ETH_HLEN + 4;
		length = *(__be16 *)&ip[4];
	} else {
		return none;
	}
	/* Longer than the field can say (BIG TCP): left alone. */
	if (!length || frame_load(skb, found.transport + 12, &offset, sizeof(offset)))
		return none;
	found.length = bpf_ntohs(length);
	found.headers = found.transport + (offset >> 4) * 4;
	return found;
}

static __always_inline int cuttable(struct __sk_buff *skb)
{
	return tcp_super_packet(skb).transport != 0;
}

/* What was taken away: nothing when the packet is not `cuttable`. */
static __always_inline struct traffic cut_last_segment(struct __sk_buff *skb)
{
	struct tcp_super_packet packet = tcp_super_packet(skb);
	__u32 others = packet.headers + (skb->gso_segs - 1) * skb->gso_size, last;
	__be16 before, after;

	if (!packet.transport || skb->len <= others)
		return (struct traffic){};
	last = skb->len - others;
	before = bpf_htons(packet.length);
	after = bpf_htons(packet.length - last);
	bpf_skb_store_bytes(skb, packet.length_at, &after, sizeof(after), 0);
	if (packet.checksum_at)
		bpf_l3_csum_replace(skb, packet.checksum_at, before, after, sizeof(after));
	return (struct traffic){ .packets = 1, .bytes = packet.headers + last };
}

#endif
