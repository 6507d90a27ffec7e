/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The second guard: has this packet been by the egress program of its sender? That program writes a number into skb->tc_index, which the
 * packet keeps until it is freed, across namespaces, clones and segments, and which no socket can set: a frame that a pod hands to the
 * driver past its egress hook (packet(7), PACKET_QDISC_BYPASS; AF_XDP) has none. Whatever comes from a wire is given it where it arrives, for its own
 * machine has judged it, or nobody does.
 */
#ifndef IPVLANE_GUARD_H
#define IPVLANE_GUARD_H

#include <linux/bpf.h>
#include <linux/if_packet.h>
#include "frame.h"

#define ADMITTED 0x1b1a

/* include/linux/socket.h; libc's header would bring its own types. */
#define ADDRESS_FAMILY_PACKET 17
#define ADDRESS_FAMILY_XDP 44

/* After TC_ACT_OK the kernel writes the class over tc_index (sch_handle_egress, tc_run), so that is the same number. */
static __always_inline void admit(struct __sk_buff *skb)
{
	skb->tc_classid = ADMITTED;
	skb->tc_index = ADMITTED;
}

static __always_inline int admitted(const struct __sk_buff *skb)
{
	return skb->tc_index == ADMITTED;
}

enum origin {
	ORIGIN_KERNEL, /* no socket: the stack's own, and every clone */
	ORIGIN_FRAMES, /* one that hands whole frames to the driver */
	ORIGIN_SOCKET,
};

static __always_inline enum origin origin_of(struct __sk_buff *skb)
{
	struct bpf_sock *socket = skb->sk;

	if (!socket)
		return ORIGIN_KERNEL;
	return socket->family == ADDRESS_FAMILY_PACKET || socket->family == ADDRESS_FAMILY_XDP ? ORIGIN_FRAMES : ORIGIN_SOCKET;
}

/*
 * At a pod: from a sibling on its master, for all else is admitted, and past its egress hook. What has a socket of another kind can only be
 * a test run, which may not set tc_index: sockets of the stack have no way around the hook. The pod's own multicast comes back to it
 * without having been sent (dev_loopback_xmit).
 */
static __always_inline int came_around(struct __sk_buff *skb)
{
	return !admitted(skb) && skb->pkt_type != PACKET_LOOPBACK && origin_of(skb) != ORIGIN_SOCKET;
}

/* Where the node's NIC sends: what its own stack says is not admitted either, but no socket of whole frames is its own. */
static __always_inline int leaves_around(struct __sk_buff *skb)
{
	return !admitted(skb) && origin_of(skb) == ORIGIN_FRAMES;
}

#endif
