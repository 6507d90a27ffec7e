/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Ethernet, ARP, IPv4 with options, IPv6 with extension headers, TCP, UDP, SCTP, ICMP, ICMPv6; first and later fragments;
 * the packet that an ICMP error quotes. Every function gives 0 or the reason to drop.
 */
#ifndef IPVLANE_PARSE_H
#define IPVLANE_PARSE_H

#include <linux/if_ether.h>
#include "frame.h"
#include "packet.h"
#ifdef __bpf__
#include <bpf/bpf_endian.h>
#else
#include <endian.h>
#define bpf_htons htobe16
#define bpf_ntohs be16toh
#define bpf_htonl htobe32
#endif

/* Hop-by-hop, destination options twice, routing, fragment, authentication: RFC 8200, 4.1 knows no more. */
#define MAX_EXTENSION_HEADERS 6
#define MAX_OPTION_BYTES 40

struct ethernet_header {
	__u8 destination[6];
	__u8 source[6];
	__be16 type;
};

/* RFC 826, for Ethernet and IPv4: the only kind there is. */
struct arp_packet {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_length;
	__u8 protocol_length;
	__be16 operation;
	__u8 sender_hardware[6];
	__u8 sender[4];
	__u8 target_hardware[6];
	__u8 target[4];
};

struct ipv4_header {
	__u8 version_length;
	__u8 tos;
	__be16 total_length;
	__be16 id;
	__be16 fragment; /* 3 bits of flags, offset in 8 bytes */
	__u8 ttl;
	__u8 protocol;
	__be16 checksum;
	__be32 source;
	__be32 destination;
};

struct ipv6_header {
	__be32 version_class_flow;
	__be16 payload_length;
	__u8 next_header;
	__u8 hop_limit;
	struct address source;
	struct address destination;
};

struct ipv6_extension {
	__u8 next_header;
	__u8 length;
	__be16 fragment; /* fragment header: offset in 8 bytes, 2 reserved bits, more fragments */
	__be32 id;
};

struct tcp_header {
	__be16 source;
	__be16 destination;
	__be32 sequence;
	__be32 acknowledgment;
	__u8 data_offset;
	__u8 flags;
	__be16 window;
	__be16 checksum;
	__be16 urgent;
};

/* The first eight bytes of UDP, SCTP and ICMP: enough for all that we ask. An ICMP error quotes no more for sure. */
struct transport_start {
	__be16 source; /* ICMP: type, code */
	__be16 destination;
	__be16 identifier; /* ICMP queries */
	__be16 rest;
};

static __always_inline struct address map_ipv4(__be32 address)
{
	return (struct address){ .words = { 0, 0, bpf_htonl(0xffff), address } };
}

/* ::ffff:0:0/96 (RFC 4291, 2.5.5.2): how IPv4 addresses are kept here. */
static __always_inline int is_mapped(const struct address *address)
{
	return address->words[0] == 0 && address->words[1] == 0 && address->words[2] == bpf_htonl(0xffff);
}

static __always_inline int parse_arp(frame_t *frame, __u32 offset, struct packet *packet)
{
	struct arp_packet arp;
	__be32 sender;

	if (frame_load(frame, offset, &arp, sizeof(arp)) < 0)
		return DROP_INVALID_PACKET;
	if (arp.hardware != bpf_htons(1) || arp.protocol != bpf_htons(ETH_P_IP) || arp.hardware_length != 6 ||
	    arp.protocol_length != 4)
		return DROP_INVALID_PACKET;
	__builtin_memcpy(&sender, arp.sender, sizeof(sender));
	packet->source = map_ipv4(sender);
	return 0;
}

/*
 * Is there a loose (131) or strict (137) source route among these options (RFC 791, 3.1)? 1 or 0; negative when an option
 * is cut off. There is one way through each round: more would cost the verifier a multiple.
 */
static __always_inline int ipv4_source_routed(frame_t *frame, __u32 offset, __u32 size)
{
	__u8 option[2];
	__u32 at = 0, length;
	int i;

	if (frame_load(frame, offset + size - 1, option, 1) < 0)
		return -1;
	for (i = 0; i < MAX_OPTION_BYTES; i++) {
		if (at >= size)
			return 0;
		option[1] = 1;
		if (frame_load(frame, offset + at, option, at + 1 < size ? 2 : 1) < 0)
			return -1;
		if (option[0] == 0)
			return 0;
		if (option[0] == 131 || option[0] == 137)
			return 1;
		length = option[0] == 1 ? 1 : option[1];
		if (length == 0 || at + length > size || (option[0] != 1 && length == 1))
			return -1;
		at = (at + length) & 63;
	}
	return 0;
}

static __always_inline int parse_ipv4(frame_t *frame, __u32 offset, struct packet *packet)
{
	struct ipv4_header header;
	__u32 length;
	__u16 fragment;

	if (frame_load(frame, offset, &header, sizeof(header)) < 0)
		return DROP_INVALID_PACKET;
	length = (header.version_length & 0x0f) * 4;
	if (header.version_length >> 4 != 4 || length < sizeof(header))
		return DROP_INVALID_PACKET;
	packet->source = map_ipv4(header.source);
	packet->destination = map_ipv4(header.destination);
	packet->version = 4;
	packet->protocol = header.protocol;
	packet->fragment_protocol = header.protocol;
	packet->hop_limit = header.ttl;
	packet->transport = offset + length;
	fragment = bpf_ntohs(header.fragment);
	packet->fragment_offset = bpf_htons(fragment << 3);
	if (fragment & 0x1fff)
		packet->fragment = FRAGMENT_LATER;
	else if (fragment & 0x2000)
		packet->fragment = FRAGMENT_FIRST;
	packet->fragment_id = header.id;
	return 0;
}

static __always_inline int is_extension(__u8 header)
{
	return header == PROTOCOL_HOPOPTS || header == PROTOCOL_ROUTING || header == PROTOCOL_DSTOPTS ||
	       header == PROTOCOL_FRAGMENT || header == PROTOCOL_AH;
}

static __always_inline int parse_ipv6(frame_t *frame, __u32 offset, struct packet *packet)
{
	struct ipv6_header header;
	struct ipv6_extension extension;
	__u8 next;
	int i;

	if (frame_load(frame, offset, &header, sizeof(header)) < 0)
		return DROP_INVALID_PACKET;
	if ((*(__u8 *)&header.version_class_flow) >> 4 != 6)
		return DROP_INVALID_PACKET;
	/* Never on a wire; and it would be taken for the IPv4 address, with all that address may do. */
	if (is_mapped(&header.source) || is_mapped(&header.destination))
		return DROP_INVALID_PACKET;
	packet->source = header.source;
	packet->destination = header.destination;
	packet->version = 6;
	packet->hop_limit = header.hop_limit;
	next = header.next_header;
	offset += sizeof(header);

	for (i = 0; i < MAX_EXTENSION_HEADERS; i++) {
		if (!is_extension(next))
			break;
		if (frame_load(frame, offset, &extension, sizeof(extension)) < 0)
			return DROP_INVALID_EXTHDR;
		if (next == PROTOCOL_FRAGMENT) {
			if (packet->fragment != FRAGMENT_NONE)
				return DROP_INVALID_EXTHDR;
			packet->fragment_id = extension.id;
			packet->fragment_offset = extension.fragment & bpf_htons(0xfff8);
			if (extension.fragment & bpf_htons(0xfff8)) {
				packet->fragment = FRAGMENT_LATER;
				packet->protocol = extension.next_header;
				packet->transport = offset + sizeof(extension);
				return 0;
			}
			/* An "atomic" fragment (RFC 6946) is whole: first and last. */
			if (extension.fragment & bpf_htons(0x0001))
				packet->fragment = FRAGMENT_FIRST;
			offset += sizeof(extension);
		} else if (next == PROTOCOL_AH) {
			offset += (extension.length + 2) * 4;
		} else {
			/* Routing header: type, segments left (RFC 8200, 4.4). */
			if (next == PROTOCOL_ROUTING && extension.fragment & bpf_htons(0x00ff))
				packet->rerouted = 1;
			offset += (extension.length + 1) * 8;
		}
		next = extension.next_header;
	}
	packet->protocol = next;
	packet->transport = offset;
	return is_extension(next) ? DROP_INVALID_EXTHDR : 0;
}

static __always_inline void classify_icmp(struct packet *packet, __u8 type, __be16 identifier)
{
	packet->opens = 0;
	if (packet->protocol == PROTOCOL_ICMP) {
		switch (type) {
		case 3: /* unreachable, source quench, time exceeded, parameter problem */
		case 4:
		case 11:
		case 12:
			packet->icmp = ICMP_ERROR;
			return;
		case 8: /* echo, timestamp */
		case 13:
			packet->opens = 1;
			break;
		case 0:
		case 14:
			break;
		default:
			return;
		}
	} else {
		if (type < 128) {
			packet->icmp = ICMP_ERROR;
			return;
		}
		/* RFC 4861: hop limit 255 proves that no router sent it on. RFC 2710, 3810: hop limit 1. */
		if (type >= 133 && type <= 137) {
			if (packet->hop_limit == 255)
				packet->icmp = ICMP_NEIGHBOR;
			return;
		}
		if ((type >= 130 && type <= 132) || type == 143) {
			if (packet->hop_limit == 1)
				packet->icmp = ICMP_LISTENER;
			return;
		}
		if (type != 128 && type != 129)
			return;
		packet->opens = type == 128;
	}
	packet->source_port = identifier;
	packet->destination_port = identifier;
}

static __always_inline void read_tcp(struct packet *packet, const struct tcp_header *tcp)
{
	packet->source_port = tcp->source;
	packet->destination_port = tcp->destination;
	packet->tcp_flags = tcp->flags;
	packet->opens = (tcp->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
	packet->headers = packet->transport + (tcp->data_offset >> 4) * 4;
}

static __always_inline int parse_transport(frame_t *frame, struct packet *packet)
{
	struct tcp_header tcp;
	struct transport_start start;

	packet->headers = packet->transport;
	if (packet->fragment == FRAGMENT_LATER)
		return 0;
	packet->opens = 1;
	switch (packet->protocol) {
	case PROTOCOL_TCP:
		if (frame_load(frame, packet->transport, &tcp, sizeof(tcp)) < 0 || tcp.data_offset >> 4 < 5)
			return DROP_CT_INVALID_HDR;
		read_tcp(packet, &tcp);
		return 0;
	case PROTOCOL_UDP:
	case PROTOCOL_SCTP:
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		if (frame_load(frame, packet->transport, &start, sizeof(start)) < 0)
			return DROP_CT_INVALID_HDR;
		packet->headers += packet->protocol == PROTOCOL_SCTP ? 12 : sizeof(start);
		if (packet->protocol == PROTOCOL_UDP || packet->protocol == PROTOCOL_SCTP) {
			packet->source_port = start.source;
			packet->destination_port = start.destination;
		} else if ((packet->protocol == PROTOCOL_ICMP) == (packet->version == 4)) {
			classify_icmp(packet, *(__u8 *)&start, start.identifier);
		}
		return 0;
	default:
		return 0;
	}
}

/*
 * TCP right behind IPv4 without options and whole, which nearly every frame of a bulk flow is: read where it lies instead of by
 * three helper calls of 19 ns. 1: `packet`, which was zero, is filled. 0: it is not touched, and the long way has to look.
 */
static __always_inline int parse_plain_tcp(const frame_t *frame, struct packet *packet)
{
	const __u32 transport = sizeof(struct ethernet_header) + sizeof(struct ipv4_header);
	const void *head = frame_head(frame, transport + sizeof(struct tcp_header));
	const struct ethernet_header *ethernet = head;
	const struct ipv4_header *ip;
	const struct tcp_header *tcp;

	if (!head || ethernet->type != bpf_htons(ETH_P_IP))
		return 0;
	ip = head + sizeof(*ethernet);
	tcp = head + transport;
	if (ip->version_length != 0x45 || ip->protocol != PROTOCOL_TCP || ip->fragment & bpf_htons(0x3fff) ||
	    tcp->data_offset < 5 << 4)
		return 0;
	packet->kind = PACKET_IP;
	packet->version = 4;
	packet->source = map_ipv4(ip->source);
	packet->destination = map_ipv4(ip->destination);
	packet->protocol = ip->protocol;
	packet->fragment_protocol = ip->protocol;
	packet->fragment_id = ip->id;
	packet->hop_limit = ip->ttl;
	packet->transport = transport;
	read_tcp(packet, tcp);
	return 1;
}

/* The whole frame. `packet` is zeroed here and as far filled as the frame goes, also when the frame is refused. */
static __always_inline int parse_frame(frame_t *frame, struct packet *packet)
{
	struct ethernet_header ethernet;
	__u32 options;
	int refused;

	__builtin_memset(packet, 0, sizeof(*packet));
	if (parse_plain_tcp(frame, packet))
		return 0;
	if (frame_load(frame, 0, &ethernet, sizeof(ethernet)) < 0)
		return DROP_INVALID_PACKET;
	switch (bpf_ntohs(ethernet.type)) {
	case ETH_P_ARP:
		packet->kind = PACKET_ARP;
		return parse_arp(frame, sizeof(ethernet), packet);
	case ETH_P_IP:
		refused = parse_ipv4(frame, sizeof(ethernet), packet);
		options = packet->transport - sizeof(ethernet) - sizeof(struct ipv4_header);
		if (!refused && options) {
			refused = ipv4_source_routed(frame, sizeof(ethernet) + sizeof(struct ipv4_header), options);
			packet->rerouted = refused > 0;
			refused = refused < 0 ? DROP_INVALID_PACKET : 0;
		}
		break;
	case ETH_P_IPV6:
		refused = parse_ipv6(frame, sizeof(ethernet), packet);
		break;
	default:
		packet->kind = PACKET_OTHER;
		return 0;
	}
	packet->kind = PACKET_IP;
	return refused ? refused : parse_transport(frame, packet);
}

/*
 * The packet that an ICMP error quotes (RFC 792, RFC 4443): enough of it to find its connection.
 * 0, or nonzero when it cannot be told: no transport header, or cut too short.
 */
static __always_inline int parse_quoted(frame_t *frame, const struct packet *error, struct packet *quoted)
{
	struct transport_start start;
	__u32 offset = error->transport + sizeof(start);

	__builtin_memset(quoted, 0, sizeof(*quoted));
	if (error->version == 4 ? parse_ipv4(frame, offset, quoted) : parse_ipv6(frame, offset, quoted))
		return -1;
	if (quoted->fragment == FRAGMENT_LATER || frame_load(frame, quoted->transport, &start, sizeof(start)) < 0)
		return -1;
	switch (quoted->protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
	case PROTOCOL_SCTP:
		quoted->source_port = start.source;
		quoted->destination_port = start.destination;
		return 0;
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		quoted->source_port = start.identifier;
		quoted->destination_port = start.identifier;
		return 0;
	default:
		return 0;
	}
}

#endif
