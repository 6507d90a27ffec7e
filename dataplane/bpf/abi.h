/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the dataplane and the programs that load it agree on: keys and values of every map, numbers of every reason.
 *
 * `abi.generated.ts` is made from these types as the compiled object's BTF tells them; nothing is copied by hand.
 * Structs have no implicit padding: a key is compared byte by byte. Addresses are 128 bit, IPv4 mapped (RFC 4291,
 * 2.5.5.2), in network order; so are the ports (__be16). All else is in the order of the machine.
 */
#ifndef IPVLANE_ABI_H
#define IPVLANE_ABI_H

#include <linux/types.h>
#include <linux/bpf.h>

/* Seen from the endpoint: ingress goes to the pod. Zero is a key that somebody forgot to fill. */
enum direction {
	DIRECTION_INGRESS = 1,
	DIRECTION_EGRESS = 2,
};

/*
 * Why a packet did not go on. Numbers and names are Cilium's where they mean the same (bpf/lib/common.h), so that who
 * knows one reads the other; docs/dataplane.md says what provokes each.
 */
enum drop_reason {
	DROP_INVALID_SOURCE = 132,
	DROP_POLICY_DENIED = 133,
	DROP_INVALID_PACKET = 134,
	DROP_CT_INVALID_HDR = 135,
	DROP_UNSUPPORTED_L3 = 139,
	DROP_UNKNOWN_ENDPOINT = 152,
	DROP_CT_INSERT_FAILED = 155,
	DROP_INVALID_EXTHDR = 156,
	DROP_FRAGMENT = 157,
	DROP_EDT_HORIZON = 162,
	DROP_NO_LIMIT = 165,
	/* Cilium's end at 255: these are ours alone. */
	DROP_INVALID_DESTINATION = 256,
	DROP_INVALID_NEIGHBOR = 257,
	DROP_SOURCE_ROUTED = 258,
	DROP_AQM = 259,
	DROP_AROUND_EGRESS = 260,
	DROP_NEIGHBOR_RATE = 261,
};

/* In words, so that it is copied in four moves and not in sixteen. */
struct address {
	__be32 words[4];
};

enum endpoint_flags {
	/* A policy isolates the pod in this direction: what no entry allows is denied. */
	ENDPOINT_POLICED_INGRESS = 1,
	ENDPOINT_POLICED_EGRESS = 2,
	/* `limits` holds a rate. */
	ENDPOINT_LIMITED_INGRESS = 4,
	ENDPOINT_LIMITED_EGRESS = 8,
	/* `addresses` holds all the pod's addresses: it may send from no other, and is sent nothing to another. */
	ENDPOINT_VERIFY_ADDRESSES = 16,
};

struct endpoint {
	__u32 id;
	__u32 policy_set;
	enum endpoint_flags flags; /* any of them */
};

enum endpoint_use {
	ENDPOINT_NONE = 0,
	ENDPOINT_FIRST = 1,
	ENDPOINT_SECOND = 2,
};

/*
 * `endpoints`: an array, by ifindex of a pod's slave, or of the IFB that shapes its ingress. Every packet asks it, and a hash would
 * cost it three times as much; but an array is written in place. So a change goes where nobody looks, and then one byte
 * says to look there (endpoint-map.ts).
 */
struct endpoint_slot {
	enum endpoint_use in_use;
	struct endpoint first;
	struct endpoint second;
};

/* `addresses`: one pod, one address, and what the pod may do with it -> enum address_use */
struct address_key {
	__u32 endpoint;
	struct address address;
};

enum address_use {
	ADDRESS_OWN = 1,
	ADDRESS_BROADCAST = 2, /* of its subnet: it hears it, and never sends from it */
};

enum link_prefix {
	LINK_PREFIX_ENDPOINT = 32,
	LINK_PREFIX_WHOLE = 160,
};

/* `links`: longest prefix over what follows: the IPv6 subnets that a pod has an address of -> 1 */
struct link_key {
	enum link_prefix prefixlen; /* LINK_PREFIX_ENDPOINT + bits of the subnet */
	__u32 endpoint;
	struct address subnet;
};

/* `identities`: longest prefix -> enum identity or a number above. IPv4 prefixes are 96 bits longer here. */
struct identity_key {
	__u32 prefixlen; /* bits of the address */
	struct address address;
};

/* Identities that the compiler of policies knows too (dataplane/policy/compile/policy-entries.ts). */
enum identity {
	IDENTITY_ANY = 0,   /* in a policy entry: every identity */
	IDENTITY_WORLD = 1, /* an address that no entry of `identities` covers */
};

/* How many bits of a policy key are compared. A port prefix of n bits: POLICY_PREFIX_PROTOCOL + n. */
enum policy_prefix {
	POLICY_PREFIX_ANY_PROTOCOL = 72,
	POLICY_PREFIX_PROTOCOL = 80,
	POLICY_PREFIX_PORT = 96,
};

/* `policy`: longest prefix over all that follows `prefixlen`. */
struct policy_key {
	enum policy_prefix prefixlen;
	__u32 policy_set;
	__u32 identity;
	__u8 direction; /* enum direction */
	__u8 protocol;  /* IANA number */
	__be16 port;    /* of the destination; 0 where the protocol has none */
};

struct policy_entry {
	__u32 rule_id;
	__u32 flags; /* none yet: room for deny rules */
};

/* `conntrack`: two ends as one endpoint sees them. */
struct conntrack_key {
	__u32 endpoint;
	struct address local;
	struct address remote;
	__be16 local_port;  /* ICMP echo: the identifier, in both */
	__be16 remote_port;
	__u8 protocol;
	__u8 zero[3];
};

enum conntrack_flags {
	CONNTRACK_REPLIED = 1,
	CONNTRACK_FIN_FORWARD = 2,
	CONNTRACK_FIN_REPLY = 4,
	CONNTRACK_RESET = 8,
	/* The policy of today denies its forward packets: its replies are no replies any more. */
	CONNTRACK_CUT = 16,
	/* `addresses` says that the pod owns its end, so nobody needs to ask again. */
	CONNTRACK_OWN = 32,
};

struct connection {
	__u64 expires_ns; /* CLOCK_MONOTONIC; 0: there is none */
	__u32 rule_id;	  /* what allowed it */
	__u16 flags;	  /* any of enum conntrack_flags */
	__u16 epoch;	  /* of the policies that allowed it; after 65,536 changes one looks like another */
};

/*
 * Both connections that there can be between them, by who opened it, so that one lookup finds the one a packet belongs to, whatever its
 * way: for most packets it is the dearest part of all.
 */
struct conntrack_entry {
	struct connection opened_by_remote; /* its first packet went DIRECTION_INGRESS */
	struct connection opened_by_local;
};

/* `fragments`: what the first fragment said and the later ones do not repeat. */
struct fragment_key {
	__u32 endpoint;
	struct address source;
	struct address destination;
	__u32 id;
	__u8 protocol; /* IPv4 (RFC 791); 0 for IPv6, whose id is enough (RFC 8200, 4.5) */
	__u8 direction;
	__u8 zero[2];
};

struct first_fragment {
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol; /* behind all extension headers */
	__u8 zero[3];
};

/* `limits`: whose, and which way. */
struct endpoint_direction {
	__u32 endpoint;
	enum direction direction;
};

/*
 * `limits`: a rate, what may wait behind it, and how far ahead it is spoken for. Bounds are waiting times in ns and belong to the
 * rate (queue-bounds.ts, departure-horizon.ts). A `bound_ns` of 0: no queue management, Cilium's formula alone.
 */
struct limit {
	struct bpf_spin_lock lock;
	__u32 least_frame; /* a shorter frame is charged as one of so many bytes */
	__u64 rate_bps; /* bits per second, as frames are charged (charge.h) */
	__u64 horizon_ns; /* nothing leaves later than this from now */
	__u64 t_last; /* CLOCK_MONOTONIC, ns: when all that came so far is out; 0 for a new limit */
	__u64 owed_from; /* what was not sent before this moment is not owed; 0 for a new limit */
	__u64 bound_ns; /* when this much waits, only sparse flows are let in */
	__u64 start_ns; /* the same for TCP behind an ingress limit that has not been told in vain */
	__u64 share_ns; /* flows share this, share.h */
	__u64 lone_ns; /* and this where there is one alone */
	__u64 answer_ns; /* so long a flow is given to answer */
	__u64 quantum_ns; /* any flow may have this waiting */
	__u64 lump_ns; /* one buffer that takes longer leaves this long after its turn has come, and is paid off behind it */
	__u64 datagram_ns; /* the longest one takes, with the headers of all its fragments */
	__u64 sparse_ns; /* may overtake, sparse.h */
	__u32 sparse_share; /* what refills that, of 256 parts of the limit */
	__u32 sparse_cost; /* its inverse: 256 * 256 / sparse_share */
	__u32 sparse_flow_share; /* and what a flow's own allowance is refilled with */
	__u32 sparse_flow_cost;
	__u32 frame_extra; /* bytes that each frame is charged beside its own */
	__u32 frame_less; /* and of its own that it is not */
	__u64 sparse_until; /* state of that allowance */
};

/* `flows`: one set of the flows of an endpoint and direction. Protected by the lock of the limit they share. */
struct flow_key {
	__u32 endpoint;
	enum direction direction;
	__u32 set;
};

struct flow {
	__u32 hash;
	__u32 signals; /* told since it was last within its share */
	__u32 inverse_sqrt; /* of signals, 2^16 is one */
	__u32 datagram; /* whose first fragment came last: DATAGRAM_OF its id; 0: none yet */
	__u64 datagram_left; /* time on the wire that its later fragments may still take; 0: it was refused */
	__u64 came; /* its last packet: CLOCK_MONOTONIC, ns, like all that follows */
	__u64 leaves; /* and that packet, by the limit alone */
	__u64 last; /* and by its own pacing too: the next leaves no earlier */
	__u64 waits; /* when that packet came: time on the wire of all that waited */
	__u64 silent_until; /* it is told nothing before */
	__u64 sparse_until; /* state of its own allowance to overtake */
};

/* The id of a fragmented datagram as flows keep it. */
#define DATAGRAM_OF(id) ((id) + 1)

#define FLOW_WAYS 4

struct flow_set {
	struct flow ways[FLOW_WAYS];
};

/*
 * `wires`: one side of a wire whose pace is a trace, by the ifindex of the device that sends into it (delivery-trace.h). The lock
 * of the device's queue protects it.
 */
struct wire {
	__u64 start; /* CLOCK_MONOTONIC, ns: the trace's moment 0 */
	__u64 period_ns; /* its last moment, from which it begins anew */
	__u64 served; /* bytes spoken for since `start`, used or gone by */
	__u64 queue_bytes; /* may wait */
	__u32 first; /* in `moments` */
	__u32 count;
};

/*
 * `counters`, one per CPU: an array, two of each endpoint, COUNTERS_INDEX(endpoint, direction). An index costs a third of what a
 * hash does, and every packet pays it. Packets and bytes as on the wire: every GSO segment counts, with its own headers.
 */
#define COUNTERS_INDEX(endpoint, direction) (2 * (endpoint) + (direction) - DIRECTION_INGRESS)

struct counters {
	__u64 offered_packets; /* reached the hook */
	__u64 offered_bytes;
	__u64 passed_packets; /* went on, behind policy and limit */
	__u64 passed_bytes;
	__u64 marked_packets; /* of those: congestion experienced, set by us (RFC 3168) */
};

/* `drops` */
struct drop_key {
	__u32 endpoint; /* 0 with DROP_UNKNOWN_ENDPOINT */
	enum direction direction;
	enum drop_reason reason;
	__u32 rule_id; /* 0: no single rule decided */
};

/* One per CPU. */
struct drop_count {
	__u64 packets;
	__u64 bytes;
};

#endif
