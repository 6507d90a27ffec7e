// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the tests of sim/linux load: one map of each kind they touch and programs whose answers can be told beforehand. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} by_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1500);
	__type(key, __u32);
	__type(value, __u32);
} numbered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 64);
	__type(key, struct { __u32 prefixlen; __u32 address; });
	__type(value, __u32);
} prefixes SEC(".maps");

/* Counts the packet under its mark, writes mark + 1 and its length, passes. */
SEC("tc")
int count(struct __sk_buff *skb)
{
	__u32 mark = skb->mark;
	__u64 one = 1, *n = bpf_map_lookup_elem(&seen, &mark);

	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&seen, &mark, &one, BPF_ANY);
	bpf_map_update_elem(&by_cpu, &mark, &mark, BPF_ANY);
	skb->mark = mark + 1;
	skb->priority = skb->len;
	return TC_ACT_OK;
}

SEC("tc")
int drop(struct __sk_buff *skb)
{
	return TC_ACT_SHOT;
}

/* Departure times: the mark says how many milliseconds from now. */
SEC("tc")
int delay(struct __sk_buff *skb)
{
	skb->tstamp = bpf_ktime_get_ns() + (__u64)skb->mark * 1000000;
	return TC_ACT_OK;
}

/* Every packet 15 seconds from now: beyond fq's default horizon of ten. */
SEC("tc")
int beyond_horizon(struct __sk_buff *skb)
{
	skb->tstamp = bpf_ktime_get_ns() + 15000000000ULL;
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
