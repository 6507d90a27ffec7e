/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Connections as one endpoint sees them. An entry says that a packet of this direction opened the connection and was
 * allowed; so a packet of the other direction is a reply and passes. Packets that go the way of the first are judged by
 * the policy one by one, so that a new policy cuts what it denies.
 *
 * Time and state are arguments. Lifetimes are Cilium's (bpf/lib/conntrack.h).
 */
#ifndef IPVLANE_CONNTRACK_H
#define IPVLANE_CONNTRACK_H

#include "packet.h"

#define SECOND_NS 1000000000ULL
#define CONNTRACK_SYN_NS (60 * SECOND_NS)
#define CONNTRACK_TCP_NS (8000 * SECOND_NS)
#define CONNTRACK_CLOSE_NS (10 * SECOND_NS)
#define CONNTRACK_OTHER_NS (60 * SECOND_NS)

/* The key of the connection that `packet`, going `way`, belongs to if a packet going `opened` opened it. */
static __always_inline void conntrack_key_of(struct conntrack_key *key, __u32 endpoint, const struct packet *packet,
					     enum direction way, enum direction opened)
{
	key->endpoint = endpoint;
	if (way == DIRECTION_EGRESS) {
		key->local = packet->source;
		key->remote = packet->destination;
		key->local_port = packet->source_port;
		key->remote_port = packet->destination_port;
	} else {
		key->local = packet->destination;
		key->remote = packet->source;
		key->local_port = packet->destination_port;
		key->remote_port = packet->source_port;
	}
	key->protocol = packet->protocol;
	key->direction = opened;
	key->zero[0] = 0;
	key->zero[1] = 0;
}

static __always_inline int conntrack_live(const struct conntrack_entry *entry, __u64 now)
{
	return entry->expires_ns > now;
}

static __always_inline __u64 conntrack_lifetime(__u8 protocol, __u32 flags)
{
	const __u32 closed = CONNTRACK_FIN_FORWARD | CONNTRACK_FIN_REPLY;

	if (protocol != PROTOCOL_TCP)
		return CONNTRACK_OTHER_NS;
	if (flags & CONNTRACK_RESET || (flags & closed) == closed)
		return CONNTRACK_CLOSE_NS;
	return flags & CONNTRACK_REPLIED ? CONNTRACK_TCP_NS : CONNTRACK_SYN_NS;
}

/* A packet that went the way of the first, and that the policy allows by `rule_id`. */
static __always_inline void conntrack_forward(struct conntrack_entry *entry, const struct packet *packet, __u32 rule_id,
					      __u64 now)
{
	__u32 flags = entry->flags & ~CONNTRACK_CUT;

	if (packet->protocol == PROTOCOL_TCP) {
		if (packet->opens) /* the same ports again */
			flags = 0;
		if (packet->tcp_flags & TCP_FIN)
			flags |= CONNTRACK_FIN_FORWARD;
		if (packet->tcp_flags & TCP_RST)
			flags |= CONNTRACK_RESET;
	}
	entry->flags = flags;
	entry->rule_id = rule_id;
	entry->expires_ns = now + conntrack_lifetime(packet->protocol, flags);
}

static __always_inline void conntrack_reply(struct conntrack_entry *entry, const struct packet *packet, __u64 now)
{
	__u32 flags = entry->flags | CONNTRACK_REPLIED;

	if (packet->protocol == PROTOCOL_TCP) {
		if (packet->tcp_flags & TCP_FIN)
			flags |= CONNTRACK_FIN_REPLY;
		if (packet->tcp_flags & TCP_RST)
			flags |= CONNTRACK_RESET;
	}
	entry->flags = flags;
	entry->expires_ns = now + conntrack_lifetime(packet->protocol, flags);
}

#endif
