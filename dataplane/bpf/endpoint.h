/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which endpoint a packet is at. */
#ifndef IPVLANE_ENDPOINT_H
#define IPVLANE_ENDPOINT_H

#include "maps.h"

/* NULL where the interface is nobody's. Asked once a packet: the next answer may be of another state. */
static __always_inline const struct endpoint *endpoint_at(__u32 ifindex)
{
	const struct endpoint_slot *slot = bpf_map_lookup_elem(&endpoints, &ifindex);

	if (!slot)
		return 0;
	switch (slot->in_use) {
	case ENDPOINT_FIRST:
		return &slot->first;
	case ENDPOINT_SECOND:
		return &slot->second;
	default:
		return 0;
	}
}

#endif
