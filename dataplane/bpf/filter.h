/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* May this packet go on? Fragments, source address, connections, policy, in this order; the same for both directions. */
#ifndef IPVLANE_FILTER_H
#define IPVLANE_FILTER_H

#include "conntrack.h"
#include "discovery.h"
#include "maps.h"
#include "parse.h"
#include "policy.h"
#include "verdict.h"

/* Ports of a later fragment are those of the first; 0 where the first was never seen, and there is no room for it. */
static __always_inline int recall_fragment(struct packet *packet, __u32 endpoint, enum direction way)
{
	struct fragment_key key = {
		.endpoint = endpoint,
		.source = packet->source,
		.destination = packet->destination,
		.id = packet->fragment_id,
		.protocol = packet->fragment_protocol,
		.direction = way,
	};
	struct first_fragment first = {
		.source_port = packet->source_port,
		.destination_port = packet->destination_port,
		.protocol = packet->protocol,
	};
	struct first_fragment *found;

	if (packet->fragment == FRAGMENT_FIRST)
		return bpf_map_update_elem(&fragments, &key, &first, BPF_ANY) == 0;
	found = bpf_map_lookup_elem(&fragments, &key);
	if (!found)
		return 0;
	packet->source_port = found->source_port;
	packet->destination_port = found->destination_port;
	packet->protocol = found->protocol;
	return 1;
}

/*
 * Without its first fragment nothing is known of a later one. One that would write over the TCP header of the first
 * after that was judged (RFC 3128) follows none.
 */
static __always_inline int follows_first(struct packet *packet, __u32 endpoint, enum direction way)
{
	int known = recall_fragment(packet, endpoint, way);

	if (packet->fragment == FRAGMENT_FIRST)
		return 1;
	return known && (packet->protocol != PROTOCOL_TCP || bpf_ntohs(packet->fragment_offset) >= sizeof(struct tcp_header));
}

/* `own`: set where `addresses` says so. */
static __always_inline int owns_source(const struct packet *packet, __u32 endpoint, int *own)
{
	/* Who has no address yet asks for one: duplicate address detection, DHCP. Groups are joined so, too. */
	if (unspecified(&packet->source))
		return is_discovery(packet) || packet->protocol == PROTOCOL_IGMP ||
		       (packet->protocol == PROTOCOL_UDP && packet->destination_port == bpf_htons(67));
	if (link_local(&packet->source))
		return 1;
	*own = use_of(endpoint, &packet->source) == ADDRESS_OWN;
	return *own;
}

static __always_inline int is_addressed(const struct packet *packet, __u32 endpoint, int *own)
{
	enum address_use use;

	if (to_many(&packet->destination) || link_local(&packet->destination))
		return 1;
	use = use_of(endpoint, &packet->destination);
	*own = use == ADDRESS_OWN;
	if (use)
		return 1;
	/* The address that a DHCP server offers is not the pod's yet. */
	return packet->protocol == PROTOCOL_UDP && packet->destination_port == bpf_htons(68);
}

/* Whether addresses are what they may be, for an endpoint whose addresses are known. 0, or the reason to drop. */
static __always_inline int verify_addresses(const struct packet *packet, __u32 endpoint, enum direction way, int *own)
{
	if (way == DIRECTION_INGRESS)
		return packet->kind == PACKET_IP && !is_addressed(packet, endpoint, own) ? DROP_INVALID_DESTINATION : 0;
	if (packet->kind == PACKET_ARP)
		return unspecified(&packet->source) || use_of(endpoint, &packet->source) == ADDRESS_OWN ?
			       0 :
			       DROP_INVALID_NEIGHBOR;
	return owns_source(packet, endpoint, own) ? 0 : DROP_INVALID_SOURCE;
}

/* `opened`: as policy_key_of has it. */
static __always_inline struct verdict judge_policy(const struct packet *packet, const struct endpoint *endpoint,
						   enum direction way, enum direction opened)
{
	struct identity_key identity_key;
	struct policy_key key;
	struct policy_entry *entry;
	enum identity *identity;

	if (!policed(endpoint, opened))
		return PASS(0);
	identity_key_of(&identity_key, packet, way);
	identity = bpf_map_lookup_elem(&identities, &identity_key);
	policy_key_of(&key, endpoint->policy_set, identity ? *identity : IDENTITY_WORLD, packet, way, opened);
	entry = bpf_map_lookup_elem(&policy, &key);
	if (!entry) {
		key.identity = IDENTITY_ANY;
		entry = bpf_map_lookup_elem(&policy, &key);
	}
	return entry ? PASS(entry->rule_id) : DROP(DROP_POLICY_DENIED);
}

/*
 * Whether the policies of today allow the connection that a packet, going `way`, belongs to: asked once after each change of them, by the packet
 * that comes first. Else it is cut, whoever is silent.
 */
static __always_inline int still_allowed(struct connection *connection, const struct packet *packet,
					 const struct endpoint *endpoint, enum direction way, enum direction opened)
{
	__u16 today = policy_epoch();
	struct verdict verdict;

	if (connection->flags & CONNTRACK_CUT)
		return 0;
	if (connection->epoch == today)
		return 1;
	verdict = judge_policy(packet, endpoint, way, opened);
	connection->epoch = today;
	if (verdict.reason)
		connection->flags |= CONNTRACK_CUT;
	else
		connection->rule_id = verdict.rule_id;
	return !verdict.reason;
}

/* What an ICMP error may be long: RFC 1812, 4.3.2.3; RFC 4443, 2.4 (c). */
#define ERROR_BYTES_IPV4 576
#define ERROR_BYTES_IPV6 1280

static __always_inline int error_fits(const struct __sk_buff *skb, const struct packet *error)
{
	return error->fragment == FRAGMENT_NONE &&
	       skb->len <= sizeof(struct ethernet_header) + (error->version == 4 ? ERROR_BYTES_IPV4 : ERROR_BYTES_IPV6);
}

/*
 * Does this ICMP error quote a packet of a connection that lives? The quoted packet went the other way, and whoever sent it is told, nobody
 * else.
 */
static __always_inline struct connection *find_quoted(struct __sk_buff *skb, const struct packet *error,
						      const struct endpoint *endpoint, enum direction way, __u64 now)
{
	struct packet *quoted = parsed_packet(PARSED_QUOTE);
	enum direction opened = DIRECTION_INGRESS;
	struct conntrack_key key;
	struct conntrack_entry *entry;
	struct connection *connection;

	if (!error_fits(skb, error) || !quoted || parse_quoted(skb, error, quoted) ||
	    !same_address(&error->destination, &quoted->source))
		return 0;
	conntrack_key_of(&key, endpoint->id, quoted, other_direction(way));
	entry = bpf_map_lookup_elem(&conntrack, &key);
	connection = live_connection(entry, DIRECTION_INGRESS, now);
	if (!connection) {
		opened = DIRECTION_EGRESS;
		connection = live_connection(entry, DIRECTION_EGRESS, now);
	}
	return connection && still_allowed(connection, quoted, endpoint, other_direction(way), opened) ? connection : 0;
}

/* What is known of the two ends of a packet. */
struct ends {
	struct conntrack_key key;
	struct conntrack_entry *entry; /* NULL: none */
	int own; /* the pod's is its own, by `addresses` */
};

static __always_inline void look_up(struct ends *ends, const struct packet *packet, __u32 endpoint, enum direction way)
{
	conntrack_key_of(&ends->key, endpoint, packet, way);
	ends->entry = bpf_map_lookup_elem(&conntrack, &ends->key);
}

static __always_inline int lives_as_own(const struct connection *connection, __u64 now)
{
	return connection->expires_ns > now && connection->flags & CONNTRACK_OWN;
}

/* Was the pod's end found to be its own when a connection was opened that still lives? */
static __always_inline int known_as_own(const struct conntrack_entry *entry, __u64 now)
{
	return entry && (lives_as_own(&entry->opened_by_remote, now) || lives_as_own(&entry->opened_by_local, now));
}

/* The first packet of a connection. What the two ends had between them before stays, if it went the other way. */
static __always_inline int open_connection(const struct ends *ends, const struct packet *packet, enum direction way,
					   __u32 rule_id, __u64 now)
{
	struct conntrack_entry fresh = {};
	struct connection *connection = opened_by(&fresh, way);

	connection->flags = ends->own ? CONNTRACK_OWN : 0;
	connection->epoch = policy_epoch();
	conntrack_forward(connection, packet, rule_id, now);
	if (!ends->entry)
		return bpf_map_update_elem(&conntrack, &ends->key, &fresh, BPF_ANY);
	*opened_by(ends->entry, way) = *connection;
	return 0;
}

static __always_inline struct verdict judge_connection(const struct packet *packet, const struct endpoint *endpoint,
						       const struct ends *ends, enum direction way, __u64 now)
{
	struct connection *connection, *reply_to;
	struct verdict verdict;

	reply_to = live_connection(ends->entry, other_direction(way), now);
	if (reply_to && opens_anew(reply_to, packet))
		reply_to = 0;
	if (reply_to && still_allowed(reply_to, packet, endpoint, way, other_direction(way))) {
		conntrack_reply(reply_to, packet, now);
		return PASS(reply_to->rule_id);
	}

	verdict = judge_policy(packet, endpoint, way, way);
	connection = live_connection(ends->entry, way, now);
	if (connection) {
		if (verdict.reason)
			connection->flags |= CONNTRACK_CUT;
		else
			conntrack_forward(connection, packet, verdict.rule_id, now);
		connection->epoch = policy_epoch();
		return verdict;
	}
	/* Replies to a connection that was cut must not open it again from the other side. */
	if (verdict.reason || reply_to || !packet->opens)
		return verdict;
	return open_connection(ends, packet, way, verdict.rule_id, now) ? DROP(DROP_CT_INSERT_FAILED) : verdict;
}

static __always_inline struct verdict judge_error(struct __sk_buff *skb, const struct packet *error,
						  const struct endpoint *endpoint, enum direction way, __u64 now)
{
	struct connection *quoted = find_quoted(skb, error, endpoint, way, now);

	return quoted ? PASS(quoted->rule_id) : judge_policy(error, endpoint, way, way);
}

static __always_inline struct verdict judge(struct __sk_buff *skb, struct packet *packet,
					    const struct endpoint *endpoint, enum direction way, __u64 now)
{
	struct ends ends = {};
	int refused;

	if (packet->kind == PACKET_OTHER)
		return policed(endpoint, way) ? DROP(DROP_UNSUPPORTED_L3) : PASS(0);
	/* The ports of a later fragment are not known yet. */
	if (packet->kind == PACKET_IP && packet->fragment == FRAGMENT_NONE)
		look_up(&ends, packet, endpoint->id, way);
	ends.own = packet->icmp == ICMP_NONE && known_as_own(ends.entry, now);
	if (endpoint->flags & ENDPOINT_VERIFY_ADDRESSES && !ends.own) {
		refused = verify_addresses(packet, endpoint->id, way, &ends.own);
		if (refused)
			return DROP(refused);
	}
	if (packet->kind == PACKET_ARP)
		return PASS(0);
	if (is_discovery(packet)) {
		if (is_of_the_link(skb, endpoint->id, way))
			return too_much_discovery(endpoint->id, way, now) ? DROP(DROP_NEIGHBOR_RATE) : PASS(0);
		if (endpoint->flags & ENDPOINT_VERIFY_ADDRESSES)
			return DROP(DROP_INVALID_NEIGHBOR);
	}
	/* Policies speak of destinations, and this one would be sent on to another. */
	if (packet->rerouted && policed(endpoint, way))
		return DROP(DROP_SOURCE_ROUTED);
	if (packet->fragment != FRAGMENT_NONE) {
		if (!follows_first(packet, endpoint->id, way) && policed(endpoint, way))
			return DROP(DROP_FRAGMENT);
		look_up(&ends, packet, endpoint->id, way);
	}
	if (packet->icmp == ICMP_ERROR)
		return judge_error(skb, packet, endpoint, way, now);
	return judge_connection(packet, endpoint, &ends, way, now);
}

#endif
