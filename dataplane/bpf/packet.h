/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the rest of the dataplane knows of a frame once it is parsed: the same for IPv4 and IPv6. */
#ifndef IPVLANE_PACKET_H
#define IPVLANE_PACKET_H

#include "abi.h"
#include "frame.h"

/* IANA, "Assigned Internet Protocol Numbers". */
enum ip_protocol {
	PROTOCOL_HOPOPTS = 0,
	PROTOCOL_ICMP = 1,
	PROTOCOL_IGMP = 2,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_AH = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_DSTOPTS = 60,
	PROTOCOL_SCTP = 132,
};

enum packet_kind {
	PACKET_OTHER, /* neither ARP nor IP: only judged by its kind */
	PACKET_ARP,
	PACKET_IP,
};

enum packet_fragment {
	FRAGMENT_NONE,
	FRAGMENT_FIRST,
	FRAGMENT_LATER, /* no transport header: ports are those of the first */
};

enum icmp_role {
	ICMP_NONE,
	ICMP_ERROR,    /* quotes a packet that went the other way */
	ICMP_NEIGHBOR, /* neighbor discovery: the link's own, no pod's traffic, if it is as discovery.h wants it */
	ICMP_LISTENER, /* multicast listener discovery: likewise */
};

struct packet {
	struct address source; /* ARP: who says so, or asks */
	struct address destination;
	__be16 source_port; /* ICMP query: the identifier, in both */
	__be16 destination_port;
	__u32 transport;   /* offset of the transport header */
	__u32 headers;     /* bytes that every segment of a GSO packet repeats */
	__u32 fragment_id; /* network order, as it came */
	__u8 kind;         /* enum packet_kind */
	__u8 version;      /* 4 or 6 */
	__u8 protocol;
	__u8 fragment; /* enum packet_fragment */
	__u8 fragment_protocol;
	__u8 hop_limit;
	__u8 tcp_flags;
	__u8 icmp;  /* enum icmp_role */
	__u8 opens; /* a first packet of a connection may look like this */
	__u8 rerouted;	/* its destination is not where it ends: IPv4 source route, IPv6 routing header */
	__be16 fragment_offset; /* in 8 bytes, shifted by 3 */
};

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

static __always_inline enum direction other_direction(enum direction direction)
{
	return direction == DIRECTION_INGRESS ? DIRECTION_EGRESS : DIRECTION_INGRESS;
}

/* The port that policies speak of, that of the opener's destination: 0 where the protocol has none. */
static __always_inline __be16 policy_port(const struct packet *packet, int is_forward)
{
	switch (packet->protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
	case PROTOCOL_SCTP:
		return is_forward ? packet->destination_port : packet->source_port;
	default:
		return 0;
	}
}

#endif
