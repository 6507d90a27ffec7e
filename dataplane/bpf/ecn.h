/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Explicit congestion notification (RFC 3168): the two low bits of IPv4's type of service and IPv6's traffic class. */
#ifndef IPVLANE_ECN_H
#define IPVLANE_ECN_H

#include <linux/if_ether.h>
#include "frame.h"

#define ECN_MASK 3

/* 1: the sender answers to marks (ECT(0), ECT(1), or marked by somebody already). 0 for what is not IP, or cut off. */
static __always_inline int ecn_capable(frame_t *frame)
{
	__u8 start[2];

	if (frame_load(frame, sizeof(struct ethhdr), start, sizeof(start)))
		return 0;
	switch (start[0] >> 4) {
	case 4:
		return (start[1] & ECN_MASK) != 0;
	case 6: /* the traffic class lies across the two bytes */
		return (start[1] >> 4 & ECN_MASK) != 0;
	default:
		return 0;
	}
}

#endif
