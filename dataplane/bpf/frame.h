/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The bytes of a frame from its Ethernet header on. In the kernel they may lie in several pieces, so they are copied out
 * by bpf_skb_load_bytes, which also needs no proof from the verifier about variable header lengths; in a unit test
 * compiled by gcc they are an array.
 */
#ifndef IPVLANE_FRAME_H
#define IPVLANE_FRAME_H

#include <linux/types.h>
#include <linux/bpf.h>

#ifdef __bpf__
#include <bpf/bpf_helpers.h>

typedef struct __sk_buff frame_t;

/* 0, or negative when the frame ends before `offset + length`. */
static __always_inline long frame_load(frame_t *frame, __u32 offset, void *to, __u32 length)
{
	return bpf_skb_load_bytes(frame, offset, to, length);
}

/* The first `length` bytes where they lie; NULL when the frame's first piece is shorter. */
static __always_inline const void *frame_head(const frame_t *frame, __u32 length)
{
	const void *head = (void *)(long)frame->data;

	return head + length <= (void *)(long)frame->data_end ? head : NULL;
}
#else
#include <string.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

typedef struct {
	const __u8 *data;
	__u32 length;
} frame_t;

static __always_inline long frame_load(frame_t *frame, __u32 offset, void *to, __u32 length)
{
	if (offset > frame->length || length > frame->length - offset)
		return -1;
	memcpy(to, frame->data + offset, length);
	return 0;
}

static __always_inline const void *frame_head(const frame_t *frame, __u32 length)
{
	return length <= frame->length ? frame->data : NULL;
}
#endif

#endif
