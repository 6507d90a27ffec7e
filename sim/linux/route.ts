/** Routes (RTM_NEWROUTE, RTM_DELROUTE). */
import { AF_INET, parseIp, parsePrefix } from './ip-address.ts';
import type { MessageWriter } from './netlink-message.ts';

export interface RouteSpec {
  /** `0.0.0.0/0`, `fd00::/64`. */
  readonly to: string;
  /** The next hop, of the same family. */
  readonly via?: string;
  readonly ifindex?: number;
  /** The next hop is on the link whatever its address says. */
  readonly onlink?: boolean;
  /** Default `main`, 254. */
  readonly table?: number;
  /** The source address to prefer. */
  readonly from?: string;
  readonly metric?: number;
}

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;

const RT_TABLE_MAIN = 254;
const RTPROT_STATIC = 4;
const RTN_UNICAST = 1;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RTNH_F_ONLINK = 4;

const RTA = { destination: 1, oif: 4, gateway: 5, priority: 6, preferredSource: 7, table: 15 } as const;

/** `struct rtmsg` and what goes behind it. @throws RangeError on an address that is none, or of another family. */
export function newRoute(route: RouteSpec): {
  readonly fixed: Uint8Array;
  readonly write: (message: MessageWriter) => void;
} {
  const to = parsePrefix(route.to);
  const gateway = route.via === undefined ? null : parseIp(route.via);
  const source = route.from === undefined ? null : parseIp(route.from);
  for (const other of [gateway, source]) {
    if (other !== null && other.family !== to.family) {
      throw new RangeError(`a route to ${route.to} cannot go via or from an address of the other family`);
    }
  }
  const table = route.table ?? RT_TABLE_MAIN;
  const fixed = Buffer.alloc(12);
  fixed.writeUInt8(to.family, 0);
  fixed.writeUInt8(to.length, 1);
  // Tables beyond a byte go into the attribute alone.
  fixed.writeUInt8(table < 256 ? table : 0, 4);
  fixed.writeUInt8(RTPROT_STATIC, 5);
  fixed.writeUInt8(gateway === null && to.family === AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE, 6);
  fixed.writeUInt8(RTN_UNICAST, 7);
  fixed.writeUInt32LE(route.onlink ? RTNH_F_ONLINK : 0, 8);
  return {
    fixed,
    write: (message) => {
      if (to.length > 0) message.bytes(RTA.destination, to.bytes);
      if (gateway !== null) message.bytes(RTA.gateway, gateway.bytes);
      if (source !== null) message.bytes(RTA.preferredSource, source.bytes);
      if (route.ifindex !== undefined) message.u32(RTA.oif, route.ifindex);
      if (route.metric !== undefined) message.u32(RTA.priority, route.metric);
      message.u32(RTA.table, table);
    },
  };
}
