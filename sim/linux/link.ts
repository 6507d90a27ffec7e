/** Links as rtnetlink(7) has them: what a kind needs to be made, and what a dump says. */
import { AF_INET6 } from './ip-address.ts';
import { readAttributes, text } from './netlink-message.ts';
import type { Message, MessageWriter } from './netlink-message.ts';

interface NewLink {
  readonly name: string;
  /** Of the caller's choosing; the kernel chooses when left out. */
  readonly ifindex?: number;
  readonly mtu?: number;
  /** `02:00:00:00:00:01`; the kernel chooses when left out. An ipvlan slave has its master's. */
  readonly address?: string;
  /** Descriptor of the namespace to make it in; the socket's own when left out. */
  readonly namespaceFd?: number;
  /** Administratively up at once. */
  readonly up?: boolean;
  readonly txQueues?: number;
}

type IpvlanMode = 'l2' | 'l3' | 'l3s';
type IpvlanIsolation = 'bridge' | 'private' | 'vepa';
export type BondMode = keyof typeof BOND_MODES;

export type LinkSpec = NewLink &
  /** The peer starts down: at its making it has no other end yet, and the kernel would refuse (ENOTCONN). */
  (
    | { readonly kind: 'veth'; readonly peer: Omit<NewLink, 'up'> }
    /** `master`, in the socket's namespace, is the NIC; mode and isolation belong to it: the last slave made sets them for all. */
    | {
        readonly kind: 'ipvlan';
        readonly master: number;
        readonly mode: IpvlanMode;
        readonly isolation: IpvlanIsolation;
      }
    | { readonly kind: 'bridge' | 'dummy' | 'ifb' }
    | { readonly kind: 'vlan'; readonly parent: number; readonly id: number }
    | { readonly kind: 'bond'; readonly mode: BondMode }
  );

/** What can be changed of a link that is there. */
export interface LinkChange {
  readonly up?: boolean;
  readonly mtu?: number;
  readonly name?: string;
  /** Ifindex of the bridge or bond to belong to; 0 for none. */
  readonly master?: number;
  readonly namespaceFd?: number;
  readonly txQueueLen?: number;
  /** Segments of the largest super-packet that sockets make for it, 1 to 65535. */
  readonly gsoMaxSegments?: number;
  /** Bytes of the largest super-packet that it is handed whole. */
  readonly gsoMaxSize?: number;
  readonly address?: string;
  /**
   * How IPv6 makes the link-local address when the link comes up; to be set while it is down. `none` keeps it from having
   * one, and so from soliciting routers: on an ipvlan master every such packet goes to every slave.
   */
  readonly ipv6LinkLocal?: 'eui64' | 'none';
}

interface LinkStats {
  readonly rxPackets: number;
  readonly txPackets: number;
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxErrors: number;
  readonly txErrors: number;
  readonly rxDropped: number;
  readonly txDropped: number;
}

export interface Link {
  readonly ifindex: number;
  readonly name: string;
  /** `ipvlan`, `veth`, ...; null for hardware and `lo`. */
  readonly kind: string | null;
  readonly mtu: number;
  /** MAC, `02:00:00:00:00:01`. */
  readonly address: string;
  /** Administratively. */
  readonly up: boolean;
  /** `IFF_*`. */
  readonly flags: number;
  readonly master: number | null;
  /** Of a bridge's port: whether the bridge hands on what comes to it, and to it what comes to others; else null. */
  readonly forwarding: boolean | null;
  readonly stats: LinkStats;
}

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;

const IFF_UP = 1;
const IFLA = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  txQueueLen: 13,
  linkInfo: 18,
  stats64: 23,
  afSpec: 26,
  namespaceFd: 28,
  extMask: 29,
  txQueues: 31,
  rxQueues: 32,
  gsoMaxSegments: 40,
  gsoMaxSize: 41,
} as const;
const IFLA_INET6_ADDR_GEN_MODE = 8;
const ADDR_GEN_MODES = { eui64: 0, none: 1 } as const;
const INFO_KIND = 1;
const INFO_DATA = 2;
const INFO_SLAVE_KIND = 4;
const INFO_SLAVE_DATA = 5;
const IFLA_BRPORT_STATE = 1;
const BR_STATE_FORWARDING = 3;
// Statistics are part of every answer; what a mask of 0 leaves out is virtual functions, per-family lists and the like.
const RTEXT_FILTER_NONE = 0;

/** `struct ifinfomsg`. */
export function ifinfomsg(ifindex = 0, up?: boolean): Uint8Array {
  const fixed = Buffer.alloc(16);
  fixed.writeInt32LE(ifindex, 4);
  if (up !== undefined) {
    fixed.writeUInt32LE(up ? IFF_UP : 0, 8);
    fixed.writeUInt32LE(IFF_UP, 12);
  }
  return fixed;
}

/** Attributes of RTM_NEWLINK for a new link, behind its `ifinfomsg`. */
export function writeNewLink(message: MessageWriter, spec: LinkSpec): void {
  writeCommon(message, spec);
  if (spec.kind === 'veth') writeOneQueue(message);
  if (spec.kind === 'ipvlan') message.u32(IFLA.link, spec.master);
  if (spec.kind === 'vlan') message.u32(IFLA.link, spec.parent);
  message.nested(IFLA.linkInfo, () => {
    message.string(INFO_KIND, spec.kind);
    message.nested(INFO_DATA, () => {
      writeKind(message, spec);
    });
  });
}

/** Attributes of RTM_NEWLINK for a link that is there. */
export function writeLinkChange(message: MessageWriter, change: LinkChange): void {
  writeCommon(message, change);
  if (change.master !== undefined) message.u32(IFLA.master, change.master);
  if (change.txQueueLen !== undefined) message.u32(IFLA.txQueueLen, change.txQueueLen);
  if (change.gsoMaxSegments !== undefined) message.u32(IFLA.gsoMaxSegments, change.gsoMaxSegments);
  if (change.gsoMaxSize !== undefined) message.u32(IFLA.gsoMaxSize, change.gsoMaxSize);
  const mode = change.ipv6LinkLocal;
  if (mode !== undefined) {
    const write = () => void message.u8(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODES[mode]);
    message.nested(IFLA.afSpec, () => void message.nested(AF_INET6, write));
  }
}

/** Attributes of RTM_GETLINK: one by name, or all. */
export function writeLinkQuery(message: MessageWriter, name: string | null): void {
  if (name !== null) message.string(IFLA.name, name);
  message.u32(IFLA.extMask, RTEXT_FILTER_NONE);
}

/** One RTM_NEWLINK of an answer. */
export function readLink(message: Message): Link {
  const attributes = readAttributes(message.payload.subarray(16));
  const info = attributes.get(IFLA.linkInfo);
  const flags = message.payload.readUInt32LE(8);
  return {
    ifindex: message.payload.readInt32LE(4),
    name: text(attributes.get(IFLA.name)),
    kind: info === undefined ? null : text(readAttributes(info).get(INFO_KIND)) || null,
    mtu: attributes.get(IFLA.mtu)?.readUInt32LE() ?? 0,
    address: formatMac(attributes.get(IFLA.address) ?? Buffer.alloc(0)),
    up: (flags & IFF_UP) !== 0,
    flags,
    master: attributes.get(IFLA.master)?.readUInt32LE() ?? null,
    forwarding: info === undefined ? null : readForwarding(info),
    stats: readStats(attributes.get(IFLA.stats64) ?? Buffer.alloc(64)),
  };
}

function readForwarding(linkInfo: Buffer): boolean | null {
  const info = readAttributes(linkInfo);
  if (text(info.get(INFO_SLAVE_KIND)) !== 'bridge') return null;
  const port = readAttributes(info.get(INFO_SLAVE_DATA) ?? Buffer.alloc(0));
  return port.get(IFLA_BRPORT_STATE)?.readUInt8() === BR_STATE_FORWARDING;
}

/** `02:00:00:00:00:01` into six bytes. @throws RangeError */
export function parseMac(mac: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac)) throw new RangeError(`not a MAC address: ${mac}`);
  return Uint8Array.from(mac.split(':'), (byte) => parseInt(byte, 16));
}

const VETH_INFO_PEER = 1;
const IFLA_IPVLAN_MODE = 1;
const IFLA_IPVLAN_FLAGS = 2;
const IFLA_VLAN_ID = 1;
const IFLA_BOND_MODE = 1;

const IPVLAN_MODES: Readonly<Record<IpvlanMode, number>> = { l2: 0, l3: 1, l3s: 2 };
const IPVLAN_FLAGS: Readonly<Record<IpvlanIsolation, number>> = { bridge: 0, private: 1, vepa: 2 };
const BOND_MODES = {
  'balance-rr': 0,
  'active-backup': 1,
  'balance-xor': 2,
  broadcast: 3,
  '802.3ad': 4,
  'balance-tlb': 5,
  'balance-alb': 6,
} as const;

function writeKind(message: MessageWriter, spec: LinkSpec): void {
  switch (spec.kind) {
    case 'veth':
      if (spec.peer.ifindex !== undefined && spec.ifindex === undefined) {
        throw new RangeError(
          `the kernel takes an ifindex for the peer of veth ${spec.name} only when both ends have one`,
        );
      }
      message.nested(VETH_INFO_PEER, () => {
        message.raw(ifinfomsg(spec.peer.ifindex));
        writeCommon(message, spec.peer);
        writeOneQueue(message);
      });
      break;
    case 'ipvlan':
      message.u16(IFLA_IPVLAN_MODE, IPVLAN_MODES[spec.mode]);
      message.u16(IFLA_IPVLAN_FLAGS, IPVLAN_FLAGS[spec.isolation]);
      break;
    case 'vlan':
      message.u16(IFLA_VLAN_ID, spec.id);
      break;
    case 'bond':
      message.u8(IFLA_BOND_MODE, BOND_MODES[spec.mode]);
      break;
    case 'bridge':
    case 'dummy':
    case 'ifb':
      break;
  }
}

/**
 * A veth uses one queue of each kind, whatever the kernel makes room for: one a processor, if it is not told. Taking the others
 * away again makes it wait for a grace period of RCU at each end (netif_set_real_num_tx_queues), most of what a veth takes.
 */
function writeOneQueue(message: MessageWriter): void {
  message.u32(IFLA.txQueues, 1);
  message.u32(IFLA.rxQueues, 1);
}

function writeCommon(message: MessageWriter, link: Partial<NewLink>): void {
  if (link.name !== undefined) message.string(IFLA.name, link.name);
  if (link.mtu !== undefined) message.u32(IFLA.mtu, link.mtu);
  if (link.address !== undefined) message.bytes(IFLA.address, parseMac(link.address));
  if (link.namespaceFd !== undefined) message.u32(IFLA.namespaceFd, link.namespaceFd);
  if (link.txQueues !== undefined) message.u32(IFLA.txQueues, link.txQueues);
}

// struct rtnl_link_stats64: 64-bit counters in this order.
const STATS64 = [
  'rxPackets',
  'txPackets',
  'rxBytes',
  'txBytes',
  'rxErrors',
  'txErrors',
  'rxDropped',
  'txDropped',
] as const satisfies readonly (keyof LinkStats)[];

function readStats(bytes: Buffer): LinkStats {
  const counters = STATS64.map((name, i) => [name, Number(bytes.readBigUInt64LE(8 * i))] as const);
  return Object.fromEntries(counters) as unknown as LinkStats;
}

function formatMac(bytes: Buffer): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
