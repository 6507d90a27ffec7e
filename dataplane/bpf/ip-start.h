/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a limit asks of an IP header, with one look: whether the sender answers to marks (explicit congestion notification, RFC 3168: the
 * two low bits of IPv4's type of service and IPv6's traffic class), whether it is TCP, and which datagram a fragment belongs to. The IFB's program
 * needs no more, and parses nothing.
 */
#ifndef IPVLANE_IP_START_H
#define IPVLANE_IP_START_H

#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include "aqm.h"
#include "packet.h"

#define ECN_MASK 3
#define IPV6_HEADER 40
#define IPV4_PROTOCOL 9
#define IPV6_NEXT_HEADER 6

/* RFC 8200, 4.5. */
struct ipv6_fragment_header {
	__u8 next_header;
	__u8 zero;
	__be16 offset_more;
	__be32 id;
};

/* Of IPv6 where nothing stands before the fragment header, as Linux sends it; else it is taken for whole. */
static __always_inline void ipv6_fragment(frame_t *frame, struct arrival *packet)
{
	struct ipv6_fragment_header header;

	if (frame_load(frame, sizeof(struct ethhdr) + IPV6_HEADER, &header, sizeof(header)))
		return;
	/* An "atomic" one (RFC 6946) is whole. */
	if (!(header.offset_more & bpf_htons(0xfff9)))
		return;
	packet->datagram = DATAGRAM_OF(header.id);
	packet->first = !(header.offset_more & bpf_htons(0xfff8));
}

/* `packet`: as one that is whole and can only be dropped. What is no IP stays so. */
static __always_inline void ip_start(frame_t *frame, struct arrival *packet)
{
	const __be16 *head = frame_head(frame, sizeof(struct ethhdr) + sizeof(__be16[5]));
	__be16 start[5];
	__u8 *bytes = (__u8 *)start;

	/* Where it lies, which costs no call of a helper, or out of several pieces. */
	if (head)
		__builtin_memcpy(start, head + sizeof(struct ethhdr) / 2, sizeof(start));
	else if (frame_load(frame, sizeof(struct ethhdr), start, sizeof(start)))
		return;
	if (bytes[0] >> 4 == 4) {
		if (bytes[1] & ECN_MASK)
			packet->tell = TELL_BY_MARK;
		packet->answers = bytes[IPV4_PROTOCOL] == PROTOCOL_TCP;
		/* More to come (0x2000), or not at the beginning. */
		if (start[3] & bpf_htons(0x3fff)) {
			packet->datagram = DATAGRAM_OF((__u32)start[2]);
			packet->first = !(start[3] & bpf_htons(0x1fff));
		}
	} else if (bytes[0] >> 4 == 6) {
		/* The traffic class lies across the two bytes. */
		if (bytes[1] >> 4 & ECN_MASK)
			packet->tell = TELL_BY_MARK;
		packet->answers = bytes[IPV6_NEXT_HEADER] == PROTOCOL_TCP;
		if (bytes[IPV6_NEXT_HEADER] == PROTOCOL_FRAGMENT)
			ipv6_fragment(frame, packet);
	}
}

#endif
