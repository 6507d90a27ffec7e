/**
 * The tables of neighbours as rtnetlink(7) tells of them (linux/neighbour.h, net/core/neighbour.c): `arp_cache` and
 * `ndisc_cache`. A kernel has one of each for all its network namespaces together, with one limit, which may be set in the
 * first namespace only; it may be read, and is counted, from any.
 */
import type { NetworkNamespace } from './namespace.ts';
import { readAttributes } from './netlink-message.ts';
import type { Message } from './netlink-message.ts';
import { writeSysctl } from './sysctl.ts';

export const RTM_GETNEIGHTBL = 66;

export type AddressFamily = 'ipv4' | 'ipv6';

export interface NeighbourTable {
  readonly family: AddressFamily;
  /** Entries now, of all namespaces. */
  readonly entries: number;
  /** `gc_thresh3`: with so many, one more is refused. */
  readonly most: number;
  /** How often one was refused since the kernel began; null before Linux 4.3, which does not count. */
  readonly refused: number | null;
}

/** `struct ndtmsg`: of every family. */
export const ndtmsg = (): Uint8Array => Buffer.alloc(4);

/** Null for what a dump has besides: the settings of one device, tables of other protocols. */
export function readNeighbourTable({ payload }: Message): NeighbourTable | null {
  const family = FAMILIES[payload.readUInt8(0)];
  const attributes = readAttributes(payload.subarray(4));
  const config = attributes.get(NDTA_CONFIG);
  const most = attributes.get(NDTA_THRESH3);
  if (family === undefined || config === undefined || most === undefined) return null;
  const stats = attributes.get(NDTA_STATS);
  const counts = stats !== undefined && stats.length >= TABLE_FULLS_AT + 8;
  return {
    family,
    entries: config.readUInt32LE(ENTRIES_AT),
    most: most.readUInt32LE(0),
    refused: counts ? Number(stats.readBigUInt64LE(TABLE_FULLS_AT)) : null,
  };
}

/**
 * Lets the table hold so many, and lets what is in it alone until then: the kernel otherwise begins to clear at `gc_thresh1`.
 * @param first the namespace that the kernel began with
 * @throws SystemCallError
 */
export function setMostNeighbours(first: NetworkNamespace, family: AddressFamily, most: number): void {
  // The highest first: the kernel does not mind another order, but whoever looks in between would.
  for (const threshold of [3, 2, 1]) writeSysctl(`${sysctlOf(family)}${threshold}`, most, first);
}

/** Without its last digit: `net/ipv4/neigh/default/gc_thresh`. */
function sysctlOf(family: AddressFamily): string {
  return `net/${family}/neigh/default/gc_thresh`;
}

const FAMILIES: Readonly<Record<number, AddressFamily>> = { 2: 'ipv4', 10: 'ipv6' };

const NDTA_THRESH3 = 4;
const NDTA_CONFIG = 5;
const NDTA_STATS = 7;
/** In `struct ndt_config`. */
const ENTRIES_AT = 4;
/** In `struct ndt_stats`: the eleventh of its counters. */
const TABLE_FULLS_AT = 80;
