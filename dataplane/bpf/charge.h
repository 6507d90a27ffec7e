/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a buffer is charged against its limit, in bytes: each frame that becomes of it by itself, so that a super-packet is charged what its
 * segments are. Three numbers of the limit say what of a frame counts (dataplane/bandwidth/charge.ts); where it is the frame as the
 * programs see it, all are 0. What is padded is charged something beside it.
 */
#ifndef IPVLANE_CHARGE_H
#define IPVLANE_CHARGE_H

#include "aqm.h"
#include "wire.h"

/* The larger, without a branch: the verifier walks what follows once. */
static __always_inline __u64 at_least(__u64 bytes, __u64 least)
{
	return bytes + ((least - bytes) & if_before(bytes, least));
}

/* All segments are of one length but the last, which is what the others leave of the buffer. */
static __always_inline __u32 charged_bytes(const struct __sk_buff *skb, struct traffic traffic, const struct limit *limit)
{
	__u64 others = traffic.packets - 1, least = limit->least_frame;
	__u64 last;

	if (!(limit->frame_extra | limit->frame_less))
		return traffic.bytes;
	last = skb->len - others * skb->gso_size;
	return at_least(traffic.bytes - last, others * least) + at_least(last, least) +
	       traffic.packets * (limit->frame_extra - limit->frame_less);
}

#endif
