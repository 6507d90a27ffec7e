// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * What stands where a pod cannot step around it (guard.h): at the NIC of its node, outwards `ipvlane_guard` and inwards `ipvlane_admit`.
 * The latter is also the egress of a slave that no program of ours judges, so that its packets are not taken for such that went around.
 */
#include "guard.h"
#include "wire.h"

SEC("tc")
int ipvlane_guard(struct __sk_buff *skb)
{
	if (!leaves_around(skb))
		return TC_ACT_UNSPEC;
	/* Of nobody: which of the node's slaves it came by is not to be seen any more. The books of the slaves say. */
	return drop(0, DIRECTION_EGRESS, DROP(DROP_AROUND_EGRESS), traffic_at_egress(skb));
}

SEC("tc")
int ipvlane_admit(struct __sk_buff *skb)
{
	admit(skb);
	return TC_ACT_UNSPEC;
}
