/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The maps: one set for all endpoints of a lab. The loader may change max_entries before it loads.
 *
 * Hash maps take memory as they fill (NO_PREALLOC): a lab of two pods does not pay for a thousand. LRU maps know no
 * such flag. Those that count are there from the beginning: an allocation in a program may fail, and then nobody counted.
 * A map of limits cannot be LRU: a spin lock is not allowed there.
 */
#ifndef IPVLANE_MAPS_H
#define IPVLANE_MAPS_H

#include "abi.h"
#include "packet.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct endpoint_slot);
} endpoints SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct address_key);
	__type(value, enum address_use);
} addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct link_key);
	__type(value, __u32);
} links SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct identity_key);
	__type(value, enum identity);
} identities SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct policy_key);
	__type(value, struct policy_entry);
} policy SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct conntrack_key);
	__type(value, struct conntrack_entry);
} conntrack SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct fragment_key);
	__type(value, struct first_fragment);
} fragments SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct endpoint_direction);
	__type(value, struct limit);
} limits SEC(".maps");

/* 256 sets an endpoint and direction at most, and only those that flows have met. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct flow_key);
	__type(value, struct flow_set);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct wire);
} wires SEC(".maps");

/* Of all traces, one after the other: ms from the beginning of each. The loader makes it as long as they are. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u32);
} moments SEC(".maps");

/*
 * Where the packet in hand is described. Not on the stack: there the verifier knows what each way through the parser wrote, and
 * walks the rest of the program once for each; of a map's value it knows nothing, so all those ways are one from here on.
 * Sizes in place of types: it is no part of the ABI.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct packet));
} parsed SEC(".maps");

/* Its elements. */
enum parsed_packet {
	PARSED_FRAME, /* the packet in hand */
	PARSED_QUOTE, /* what it quotes, if it is an ICMP error */
};

/* Never NULL, but the verifier does not know. */
static __always_inline struct packet *parsed_packet(enum parsed_packet which)
{
	__u32 index = which;

	return bpf_map_lookup_elem(&parsed, &index);
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

/* By COUNTERS_INDEX: until when neighbor and multicast listener discovery of an endpoint are spoken for, CLOCK_MONOTONIC, ns. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} discoveries SEC(".maps");

/* One number, which is another after each change of the policies: what was allowed before is asked again. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} epoch SEC(".maps");

static __always_inline __u16 policy_epoch(void)
{
	__u32 index = 0;
	__u32 *now = bpf_map_lookup_elem(&epoch, &index);

	return now ? *now : 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct drop_key);
	__type(value, struct drop_count);
} drops SEC(".maps");

#endif
