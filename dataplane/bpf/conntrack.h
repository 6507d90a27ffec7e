/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Connections as one endpoint sees them. Each says that a packet of its direction opened it and was allowed; so a packet of
 * the other direction is a reply and passes. Packets that go the way of the first are judged by the policy one by one, so
 * that a new policy cuts what it denies.
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

/* The key of the connections that `packet`, going `way`, may belong to. */
static __always_inline void conntrack_key_of(struct conntrack_key *key, __u32 endpoint, const struct packet *packet,
					     enum direction way)
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
	key->zero[0] = 0;
	key->zero[1] = 0;
	key->zero[2] = 0;
}

static __always_inline struct connection *opened_by(struct conntrack_entry *entry, enum direction opened)
{
	return opened == DIRECTION_INGRESS ? &entry->opened_by_remote : &entry->opened_by_local;
}

/* NULL when there is none that lives. */
static __always_inline struct connection *live_connection(struct conntrack_entry *entry, enum direction opened, __u64 now)
{
	struct connection *connection;

	if (!entry)
		return 0;
	connection = opened_by(entry, opened);
	return connection->expires_ns > now ? connection : 0;
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

static __always_inline void renew(struct connection *connection, const struct packet *packet, __u32 flags, __u64 now)
{
	connection->flags = flags;
	connection->expires_ns = now + conntrack_lifetime(packet->protocol, flags);
}

/* A packet that went the way of the first, and that the policy allows by `rule_id`. */
static __always_inline void conntrack_forward(struct connection *connection, const struct packet *packet, __u32 rule_id,
					      __u64 now)
{
	__u32 flags = connection->flags & ~CONNTRACK_CUT;

	if (packet->protocol == PROTOCOL_TCP) {
		if (packet->opens) /* the same ports again */
			flags &= CONNTRACK_OWN;
		if (packet->tcp_flags & TCP_FIN)
			flags |= CONNTRACK_FIN_FORWARD;
		if (packet->tcp_flags & TCP_RST)
			flags |= CONNTRACK_RESET;
	}
	connection->rule_id = rule_id;
	renew(connection, packet, flags, now);
}

/*
 * A packet that goes against the first one, and is no reply all the same: who asks by ICMP asks anew, with whatever identifier; and a bare SYN
 * opens a connection of its own, as nf_conntrack has it too, but for both sides opening at once (RFC 9293, 3.5).
 */
static __always_inline int opens_anew(const struct connection *connection, const struct packet *packet)
{
	const __u32 over = CONNTRACK_REPLIED | CONNTRACK_RESET | CONNTRACK_FIN_FORWARD | CONNTRACK_FIN_REPLY;

	if (!packet->opens)
		return 0;
	if (packet->protocol == PROTOCOL_TCP)
		return connection->flags & over;
	return packet->protocol == PROTOCOL_ICMP || packet->protocol == PROTOCOL_ICMPV6;
}

static __always_inline void conntrack_reply(struct connection *connection, const struct packet *packet, __u64 now)
{
	__u32 flags = connection->flags | CONNTRACK_REPLIED;

	if (packet->protocol == PROTOCOL_TCP) {
		if (packet->tcp_flags & TCP_FIN)
			flags |= CONNTRACK_FIN_REPLY;
		if (packet->tcp_flags & TCP_RST)
			flags |= CONNTRACK_RESET;
	}
	renew(connection, packet, flags, now);
}

#endif
