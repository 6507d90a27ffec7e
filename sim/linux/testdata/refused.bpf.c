// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Reads the packet without looking where it ends: the verifier must refuse it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int reads_beyond(struct __sk_buff *skb)
{
	return *(char *)(long)skb->data;
}

char _license[] SEC("license") = "Dual BSD/GPL";
