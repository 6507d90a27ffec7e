/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Neighbor discovery (RFC 4861) and multicast listener discovery (RFC 2710, 3810): no policy is asked about them, for without them there is no
 * link. So they must be that and nothing else: to the link alone, as long as their options say, behind no header that hides
 * them (RFC 6980), about nobody else, and not more than a link needs.
 */
#ifndef IPVLANE_DISCOVERY_H
#define IPVLANE_DISCOVERY_H

#include "own-address.h"

enum discovery_type {
	LISTENER_QUERY = 130,
	LISTENER_REPORT = 131,
	LISTENER_DONE = 132,
	ROUTER_SOLICITATION = 133,
	ROUTER_ADVERTISEMENT = 134,
	NEIGHBOR_SOLICITATION = 135,
	NEIGHBOR_ADVERTISEMENT = 136,
	REDIRECT = 137,
	LISTENER_REPORT_V2 = 143,
};

/* A link of a thousand may be asked about at once, and its answers too. */
#define DISCOVERY_COST_NS 1000000ULL
#define DISCOVERY_BURST_NS (4096 * DISCOVERY_COST_NS)

#define IPV6_AT sizeof(struct ethernet_header)
#define ROUTER_ALERT_BYTES 8
/* More than any stack sends: what has more is not taken for discovery. */
#define MAX_NEIGHBOR_OPTIONS 4
#define MAX_LISTENER_RECORDS 16
/* Of the whole packet, IPv6 header and all. A power of two. */
#define MOST_BYTES 512

/*
 * The packet in hand, from its IPv6 header on. In a map, so that the function below needs no context: it is neither inline nor static, for the
 * verifier walks such a one once, by itself, and not from each state of a caller; and a kernel without BTF of its own takes none with a context.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 2 * MOST_BYTES);
} message SEC(".maps");

static __always_inline __u8 *message_bytes(void)
{
	__u32 index = 0;

	return bpf_map_lookup_elem(&message, &index);
}

static __always_inline int is_discovery(const struct packet *packet)
{
	return packet->icmp == ICMP_NEIGHBOR || packet->icmp == ICMP_LISTENER;
}

static __always_inline __u8 byte_at(const __u8 *bytes, __u32 at)
{
	return bytes[at & (MOST_BYTES - 1)];
}

static __always_inline __u32 be16_at(const __u8 *bytes, __u32 at)
{
	return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

static __always_inline void address_at(const __u8 *bytes, __u32 at, struct address *address)
{
	__builtin_memcpy(address, bytes + (at & (MOST_BYTES - 1)), sizeof(*address));
}

/* A hop-by-hop header of eight bytes that holds a router alert for listener discovery (RFC 2711), padded before or behind it. */
static __always_inline int alerts_routers(const __u8 *bytes, __u32 begin)
{
	__u32 at = sizeof(struct ipv6_header) + (bytes[sizeof(struct ipv6_header) + 2] == 5 ? 2 : 4);

	return begin == sizeof(struct ipv6_header) + ROUTER_ALERT_BYTES && bytes[6] == PROTOCOL_HOPOPTS &&
	       byte_at(bytes, at) == 5 && byte_at(bytes, at + 1) == 2 && be16_at(bytes, at + 2) == 0;
}

/* Do options fill what is left, from `at` to `end`, to the last byte? (RFC 4861, 4.6) */
static __always_inline int options_fill(const __u8 *bytes, __u32 at, __u32 end)
{
	__u32 length;
	int i;

	for (i = 0; i < MAX_NEIGHBOR_OPTIONS; i++) {
		if (at >= end)
			break;
		length = byte_at(bytes, at + 1) * 8;
		if (at + 2 > end || length == 0)
			return 0;
		at += length;
	}
	return at == end;
}

/* Do records fill it? (RFC 3810, 5.2) */
static __always_inline int records_fill(const __u8 *bytes, __u32 at, __u32 end)
{
	int i;

	for (i = 0; i < MAX_LISTENER_RECORDS; i++) {
		if (at >= end)
			break;
		if (at + 4 > end)
			return 0;
		at += 20 + be16_at(bytes, at + 2) * 16 + byte_at(bytes, at + 1) * 4;
	}
	return at == end;
}

/* Of a message that begins at `at`: is it as long as it says, to the packet's `end`? */
static __always_inline int is_as_long(const __u8 *bytes, __u8 type, __u32 at, __u32 end)
{
	switch (type) {
	case ROUTER_SOLICITATION:
		return options_fill(bytes, at + 8, end);
	case NEIGHBOR_SOLICITATION:
	case NEIGHBOR_ADVERTISEMENT:
		return options_fill(bytes, at + 24, end);
	case LISTENER_QUERY:
		return end == at + 24 || (end >= at + 28 && end == at + 28 + be16_at(bytes, at + 26) * 16);
	case LISTENER_REPORT:
	case LISTENER_DONE:
		return end == at + 24;
	case LISTENER_REPORT_V2:
		return records_fill(bytes, at + 8, end);
	default: /* No pod is a router, and none listens to one. */
		return 0;
	}
}

/* ff02::/16 */
static __always_inline int to_link_group(const struct address *address)
{
	return (address->words[0] & bpf_htonl(0xff0f0000)) == bpf_htonl(0xff020000);
}

/* An address of the link that the pod is on: its own making, or of a subnet that it has an address of. */
static __always_inline int on_link(__u32 endpoint, const struct address *address)
{
	struct link_key key = { .prefixlen = LINK_PREFIX_WHOLE, .endpoint = endpoint, .subnet = *address };

	return link_local(address) || bpf_map_lookup_elem(&links, &key);
}

/* `length` bytes of `message`, whose hop limit is that of the link: are they the link's own? */
__noinline int message_is_of_the_link(__u32 length, __u32 endpoint, __u32 way)
{
	const struct packet *packet = parsed_packet(PARSED_FRAME);
	const __u8 *bytes = message_bytes();
	struct address target;
	__u32 begin;
	__u8 type;

	if (!packet || !bytes)
		return 0;
	begin = packet->transport - IPV6_AT;
	type = byte_at(bytes, begin);
	if (!is_as_long(bytes, type, begin, length))
		return 0;
	if (packet->icmp == ICMP_LISTENER)
		return alerts_routers(bytes, begin) && is_multicast(&packet->destination);
	if (begin != sizeof(struct ipv6_header) ||
	    !(to_link_group(&packet->destination) || on_link(endpoint, &packet->destination)))
		return 0;
	if (way == DIRECTION_INGRESS || type == ROUTER_SOLICITATION)
		return 1;
	/* Whom a pod's solicitation or advertisement names. */
	address_at(bytes, begin + sizeof(struct transport_start), &target);
	if (type == NEIGHBOR_SOLICITATION)
		return on_link(endpoint, &target);
	return link_local(&target) || use_of(endpoint, &target) == ADDRESS_OWN;
}

static __always_inline int is_of_the_link(struct __sk_buff *skb, __u32 endpoint, enum direction way)
{
	__u8 *bytes = message_bytes();
	__u32 length = skb->len - IPV6_AT;

	if (!bytes || length >= MOST_BYTES)
		return 0;
	/* clang knows that this changes nothing, and the verifier does not. */
	barrier_var(length);
	length &= MOST_BYTES - 1;
	if (length < sizeof(struct ipv6_header) || frame_load(skb, IPV6_AT, bytes, length) < 0 ||
	    length != sizeof(struct ipv6_header) + be16_at(bytes, 4))
		return 0;
	return message_is_of_the_link(length, endpoint, way);
}

/* As many as a second refills, and a burst: each is spoken for in time. What two processors write at once may let one more pass. */
static __always_inline int too_much_discovery(__u32 endpoint, enum direction way, __u64 now)
{
	__u32 index = COUNTERS_INDEX(endpoint, way);
	__u64 *until = bpf_map_lookup_elem(&discoveries, &index);
	__u64 next;

	if (!until) {
		index = COUNTERS_INDEX(0, way);
		until = bpf_map_lookup_elem(&discoveries, &index);
	}
	if (!until)
		return 1;
	next = (*until > now ? *until : now) + DISCOVERY_COST_NS;
	if (next > now + DISCOVERY_BURST_NS)
		return 1;
	*until = next;
	return 0;
}

#endif
