/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The keys by which identities and policy entries are found. The maps do the rest: the longest prefix wins. */
#ifndef IPVLANE_POLICY_H
#define IPVLANE_POLICY_H

#include "packet.h"

/* Who the endpoint talks to. */
static __always_inline void identity_key_of(struct identity_key *key, const struct packet *packet, enum direction way)
{
	key->prefixlen = 128;
	key->address = way == DIRECTION_EGRESS ? packet->destination : packet->source;
}

/* `opened`: which way its connection was, or would be, opened; `way` the packet goes. A reply is asked about by its opener's port. */
static __always_inline void policy_key_of(struct policy_key *key, __u32 policy_set, __u32 identity,
					  const struct packet *packet, enum direction way, enum direction opened)
{
	key->prefixlen = POLICY_PREFIX_PORT;
	key->policy_set = policy_set;
	key->identity = identity;
	key->direction = opened;
	key->protocol = packet->protocol;
	key->port = policy_port(packet, opened == way);
}

static __always_inline int policed(const struct endpoint *endpoint, enum direction way)
{
	return endpoint->flags & (way == DIRECTION_INGRESS ? ENDPOINT_POLICED_INGRESS : ENDPOINT_POLICED_EGRESS);
}

#endif
