/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What an address is, and whose. */
#ifndef IPVLANE_OWN_ADDRESS_H
#define IPVLANE_OWN_ADDRESS_H

#include "maps.h"
#include "parse.h"

static __always_inline int same_address(const struct address *a, const struct address *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2] &&
	       a->words[3] == b->words[3];
}

/* :: and ::ffff:0.0.0.0 */
static __always_inline int unspecified(const struct address *address)
{
	const __be32 *words = address->words;

	return words[0] == 0 && words[1] == 0 && words[3] == 0 && (words[2] == 0 || words[2] == bpf_htonl(0xffff));
}

/* Link-local addresses are the pod's own making, and no router sends them on. */
static __always_inline int link_local(const struct address *address)
{
	return (address->words[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

/* ff00::/8 */
static __always_inline int is_multicast(const struct address *address)
{
	return (address->words[0] & bpf_htonl(0xff000000)) == bpf_htonl(0xff000000);
}

/* ff00::/8, 224.0.0.0/4, 255.255.255.255 */
static __always_inline int to_many(const struct address *address)
{
	const __be32 *words = address->words;

	if (is_multicast(address))
		return 1;
	return is_mapped(address) &&
	       ((words[3] & bpf_htonl(0xf0000000)) == bpf_htonl(0xe0000000) || words[3] == bpf_htonl(0xffffffff));
}

/* enum address_use; 0: not the pod's. */
static __always_inline enum address_use use_of(__u32 endpoint, const struct address *address)
{
	struct address_key key = { .endpoint = endpoint, .address = *address };
	enum address_use *use = bpf_map_lookup_elem(&addresses, &key);

	return use ? *use : 0;
}

#endif
