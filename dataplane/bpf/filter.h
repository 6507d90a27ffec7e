/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* May this packet go on? Fragments, source address, connections, policy, in this order; the same for both directions. */
#ifndef IPVLANE_FILTER_H
#define IPVLANE_FILTER_H

#include "conntrack.h"
#include "maps.h"
#include "parse.h"
#include "policy.h"
#include "verdict.h"

#define PASS(rule) ((struct verdict){ .rule_id = (rule) })
#define DROP(why) ((struct verdict){ .reason = (why) })

/* Ports of a later fragment are those of the first; 0 where the first was never seen. */
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

/* :: and ::ffff:0.0.0.0 */
static __always_inline int unspecified(const struct address *address)
{
	const __be32 *words = address->words;

	return words[0] == 0 && words[1] == 0 && words[3] == 0 && (words[2] == 0 || words[2] == bpf_htonl(0xffff));
}

static __always_inline int owns_source(const struct packet *packet, __u32 endpoint)
{
	struct address_key key = { .endpoint = endpoint, .address = packet->source };

	if (bpf_map_lookup_elem(&addresses, &key))
		return 1;
	/* Who has no address yet asks for one: duplicate address detection, DHCP. */
	if (unspecified(&packet->source))
		return packet->icmp == ICMP_NEIGHBOR ||
		       (packet->protocol == PROTOCOL_UDP && packet->destination_port == bpf_htons(67));
	/* Link-local addresses are the pod's own making, and no router sends them on. */
	return (packet->source.words[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

static __always_inline struct verdict judge_policy(const struct packet *packet, const struct endpoint *endpoint,
						   enum direction way)
{
	struct identity_key identity_key;
	struct policy_key key;
	struct policy_entry *entry;
	enum identity *identity;

	if (!policed(endpoint, way))
		return PASS(0);
	identity_key_of(&identity_key, packet, way);
	identity = bpf_map_lookup_elem(&identities, &identity_key);
	policy_key_of(&key, endpoint->policy_set, identity ? *identity : IDENTITY_WORLD, packet, way);
	entry = bpf_map_lookup_elem(&policy, &key);
	if (!entry) {
		key.identity = IDENTITY_ANY;
		entry = bpf_map_lookup_elem(&policy, &key);
	}
	return entry ? PASS(entry->rule_id) : DROP(DROP_POLICY_DENIED);
}

static __always_inline struct conntrack_entry *find_connection(struct conntrack_key *key, enum direction opened,
							       __u64 now)
{
	struct conntrack_entry *entry;

	key->direction = opened;
	entry = bpf_map_lookup_elem(&conntrack, key);
	return entry && conntrack_live(entry, now) ? entry : 0;
}

/* Does this ICMP error quote a packet of a connection that lives? The quoted packet went the other way. */
static __always_inline struct conntrack_entry *find_quoted(struct __sk_buff *skb, const struct packet *error,
							   struct conntrack_key *key, enum direction way, __u64 now)
{
	struct packet quoted;
	struct conntrack_entry *entry;

	if (parse_quoted(skb, error, &quoted))
		return 0;
	conntrack_key_of(key, key->endpoint, &quoted, other_direction(way), way);
	entry = find_connection(key, DIRECTION_INGRESS, now);
	if (!entry)
		entry = find_connection(key, DIRECTION_EGRESS, now);
	return entry && !(entry->flags & CONNTRACK_CUT) ? entry : 0;
}

static __always_inline int asks_by_icmp(const struct packet *packet)
{
	return packet->opens && (packet->protocol == PROTOCOL_ICMP || packet->protocol == PROTOCOL_ICMPV6);
}

static __always_inline struct verdict judge_connection(struct __sk_buff *skb, const struct packet *packet,
						       const struct endpoint *endpoint, enum direction way, __u64 now)
{
	struct conntrack_key key;
	struct conntrack_entry fresh = {};
	struct conntrack_entry *entry, *reply_to;
	struct verdict verdict;

	conntrack_key_of(&key, endpoint->id, packet, way, way);
	if (packet->icmp == ICMP_ERROR) {
		entry = find_quoted(skb, packet, &key, way, now);
		return entry ? PASS(entry->rule_id) : judge_policy(packet, endpoint, way);
	}
	/* An echo request asks anew, even with the identifier of one that went the other way. */
	reply_to = asks_by_icmp(packet) ? 0 : find_connection(&key, other_direction(way), now);
	if (reply_to && !(reply_to->flags & CONNTRACK_CUT)) {
		conntrack_reply(reply_to, packet, now);
		return PASS(reply_to->rule_id);
	}

	verdict = judge_policy(packet, endpoint, way);
	entry = find_connection(&key, way, now);
	if (entry) {
		if (verdict.reason)
			entry->flags |= CONNTRACK_CUT;
		else
			conntrack_forward(entry, packet, verdict.rule_id, now);
		return verdict;
	}
	/* Replies to a connection that was cut must not open it again from the other side. */
	if (verdict.reason || reply_to || !packet->opens)
		return verdict;
	conntrack_forward(&fresh, packet, verdict.rule_id, now);
	if (bpf_map_update_elem(&conntrack, &key, &fresh, BPF_ANY))
		return DROP(DROP_CT_INSERT_FAILED);
	return verdict;
}

static __always_inline struct verdict judge(struct __sk_buff *skb, struct packet *packet,
					    const struct endpoint *endpoint, enum direction way, __u64 now)
{
	if (packet->kind == PACKET_ARP)
		return PASS(0);
	if (packet->kind == PACKET_OTHER)
		return policed(endpoint, way) ? DROP(DROP_UNSUPPORTED_L3) : PASS(0);
	/* Without its first fragment nothing is known of this one: only who asks nothing lets it through. */
	if (packet->fragment != FRAGMENT_NONE && !recall_fragment(packet, endpoint->id, way) &&
	    packet->fragment == FRAGMENT_LATER)
		return policed(endpoint, way) ? DROP(DROP_FRAGMENT) : PASS(0);
	if (way == DIRECTION_EGRESS && endpoint->flags & ENDPOINT_VERIFY_SOURCE && !owns_source(packet, endpoint->id))
		return DROP(DROP_INVALID_SOURCE);
	if (packet->icmp == ICMP_NEIGHBOR)
		return PASS(0);
	return judge_connection(skb, packet, endpoint, way, now);
}

#endif
