/**
 * IPAM that gives out the addresses of ranges, as two plugins read it.
 *
 * Sources: host-local of containernetworking/plugins 1.9.1 (backend/allocator: config, range, range_set), whereabouts 0.9.4
 * (pkg/config, pkg/types, pkg/iphelpers, pkg/allocate). What they refuse is refused in their words.
 */
import { cidrContains, familyOf, formatAddress, formatCidr, type Cidr } from '../../../dataplane/policy/address.ts';
import { addressOfCidr, hostAddress, tryCidr } from '../ipam/address-of-cidr.ts';
import { holds, mergeRanges, rangeOfCidr, subtractRanges, type IpRange } from '../ipam/ip-range.ts';
import type { ChainProblem } from './chain-problem.ts';
import type { Remark } from './chain-remarks.ts';
import { addressesIn, routesIn, type WrittenAddress, type WrittenRoute } from './ipam-parts.ts';
import { objectsOf, textOf, withKnownKeys, type PluginConfig } from './plugin-config.ts';
import { hostLocalRangeKeys, whereaboutsRangeKeys } from './plugin-keys.ts';

export interface RangesIpam {
  readonly kind: 'ranges';
  readonly plugin: 'host-local' | 'whereabouts';
  /** A pod gets one address of each, in this order. */
  readonly sets: readonly RangeSet[];
  /** What every pod gets beside them. */
  readonly addresses: readonly WrittenAddress[];
  readonly routes: readonly WrittenRoute[];
}

export interface RangeSet {
  readonly ranges: readonly Range[];
  /** Names of what remembers who has which address: of host-local one on each node, of whereabouts one in the cluster. */
  readonly stores: readonly string[];
  /** What the plugin says when all are taken. */
  readonly exhausted: string;
}

export interface Range extends IpRange {
  /** As it is written behind an address. */
  readonly prefixLength: number;
  readonly gateway: string | null;
  /** In the range, and yet nobody's. */
  readonly skipped: bigint | null;
}

/** What of the configuration around the IPAM both depend on. */
export interface Around {
  /** null: none is written. */
  readonly cniVersion: string | null;
  readonly name: string;
}

type Reader = (ipam: PluginConfig, around: Around) => RangesIpam | ChainProblem;

export const readHostLocal: Reader = (ipam, { cniVersion, name }) => {
  const written = ipam['ranges'] ?? [];
  const listed = (written as PluginConfig[][]).map((set) =>
    set.map((one) => withKnownKeys(one, Object.keys(hostLocalRangeKeys))),
  );
  const sets: HostRange[][] = [];
  for (const [i, set] of [...(textOf(ipam['subnet']) === null ? [] : [[ipam]]), ...listed].entries()) {
    const read = readHostSet(set);
    if (typeof read === 'string') {
      return fails('host-local', `invalid range set ${i}: ${read}`, 'correct the ranges: they are read as written');
    }
    sets.push(read);
  }
  if (sets.length === 0) return fails('host-local', 'no IP ranges specified', 'write a `subnet`, or `ranges`');
  for (const [i, one] of sets.entries()) {
    const j = sets.findIndex((other, at) => at > i && one.some((a) => other.some((b) => overlap(a, b))));
    if (j > 0) {
      return fails('host-local', `range set ${i} overlaps with ${j}`, 'write each address into one range set alone');
    }
  }
  const families = sets.map(([first]) => familyOf(first?.first ?? 0n));
  if (hasTwoOf(families) && isBefore030(cniVersion)) return tooManyFor(cniVersion, 'host-local');
  const store = `host-local ${textOf(ipam['dataDir']) ?? '/var/lib/cni/networks'}/${name}`;
  return {
    kind: 'ranges',
    plugin: 'host-local',
    sets: sets.map((ranges, i) => ({
      ranges,
      stores: [store],
      exhausted: `failed to allocate for range ${i}: no IP addresses available in range set: ${wordsOf(ranges)}`,
    })),
    addresses: [],
    routes: routesIn(ipam),
  };
};

type HostRange = Range & { readonly gateway: string };

/** As host-local names a range set in its errors. */
export function wordsOf(ranges: readonly IpRange[]): string {
  return ranges.map(({ first, last }) => `${formatAddress(first)}-${formatAddress(last)}`).join(',');
}

function readHostSet(set: readonly PluginConfig[]): HostRange[] | string {
  const ranges: HostRange[] = [];
  for (const written of set) {
    const range = readHostRange(written);
    if (typeof range === 'string') return range;
    const [first] = ranges;
    if (first !== undefined && familyOf(first.first) !== familyOf(range.first)) return 'mixed address families';
    ranges.push(range);
  }
  for (const [i, one] of ranges.entries()) {
    const other = ranges.slice(i + 1).find((later) => overlap(one, later));
    if (other !== undefined) return `subnets ${wordsOf([one])} and ${wordsOf([other])} overlap`;
  }
  return ranges.length === 0 ? 'empty range set' : ranges;
}

/** The first is .1 and the last the one before the broadcast address, or the last of an IPv6 subnet; the gateway is .1. */
function readHostRange(written: PluginConfig): HostRange | string {
  const text = textOf(written['subnet']);
  const subnet = text === null ? null : tryCidr(text);
  if (text === null || subnet === null) return `invalid CIDR address: ${text ?? '(a range without `subnet`)'}`;
  const bits = subnet.family === 4 ? 32 : 128;
  const prefixLength = lengthOf(subnet);
  if (prefixLength > bits - 2) return `Network ${text} too small to allocate from`;
  if (addressOfCidr(text) !== subnet.network) {
    return `Network has host bits set. For a subnet mask of length ${prefixLength} the network address is ${formatAddress(subnet.network)}`;
  }
  const ends: Record<string, bigint | null> = {};
  for (const key of ['rangeStart', 'rangeEnd', 'gateway']) {
    const value = written[key] ?? '';
    ends[key] = typeof value === 'string' && value !== '' ? hostAddress(value) : null;
    if (value !== '' && ends[key] === null) return `invalid IP address: ${JSON.stringify(value)} (\`${key}\`)`;
  }
  const { rangeStart, rangeEnd, gateway } = ends;
  const first = rangeStart ?? subnet.network + 1n;
  const last = rangeEnd ?? broadcastOf(subnet) - (subnet.family === 4 ? 1n : 0n);
  const isAfterEnd = rangeEnd != null && familyOf(rangeEnd) === familyOf(first) && first > rangeEnd;
  if (!cidrContains(subnet, first) || isAfterEnd) return `RangeStart ${formatAddress(first)} not in network ${text}`;
  if (!cidrContains(subnet, last) || last < first) return `RangeEnd ${formatAddress(last)} not in network ${text}`;
  const router = gateway ?? subnet.network + 1n;
  return { first, last, prefixLength, gateway: formatAddress(router), skipped: router };
}

export const readWhereabouts: Reader = (ipam, { cniVersion }) => {
  const failing = (problem: string, help: string) => fails('whereabouts', problem, help);
  if (textOf(ipam['node_slice_size']) !== null) {
    return {
      kind: 'not-modelled',
      problem:
        '`node_slice_size` of IPAM whereabouts is not modelled: which node has which part of the range is settled in the cluster',
      help: 'remove it: without it the nodes take from one range',
    };
  }
  const across = ipam['enable_overlapping_ranges'] ?? true;
  const gateway = textOf(ipam['gateway']);
  const router = gateway === null ? null : hostAddress(sloppy(gateway));
  if (gateway !== null && router === null) {
    return failing(`couldn't parse gateway IP: ${gateway}`, 'write an address such as 10.1.0.1');
  }
  const network = textOf(ipam['network_name']) ?? '';
  const ranges: WhereaboutsRange[] = [];
  for (const { written, isOld } of whereaboutsRanges(ipam)) {
    const range = readWhereaboutsRange(written, isOld);
    if (typeof range === 'string') return failing(range, 'correct the range');
    const twice = ranges.find(({ subnet }) => cidrsOverlap(subnet, range.subnet));
    if (twice !== undefined) return givesTwice(formatCidr(twice.subnet), formatCidr(range.subnet));
    ranges.push(range);
  }
  const addresses = addressesIn(ipam).map((one) => ({ ...one, address: sloppy(one.address) }));
  const wrong = addresses.find(({ address }) => addressOfCidr(address) === null);
  if (wrong !== undefined) {
    return failing(
      `invalid CIDR in addresses ${wrong.address}`,
      'write an address with a prefix length, such as 10.1.0.9/24',
    );
  }
  if (ranges.length + addresses.length === 0) {
    return failing('it returns no address (IPAM plugin returned missing IP config)', 'write a `range`');
  }
  if (hasTwoOf(addresses.map(({ address }) => familyOf(addressOfCidr(address) ?? 0n))) && isBefore030(cniVersion)) {
    return tooManyFor(cniVersion, 'whereabouts');
  }
  return {
    kind: 'ranges',
    plugin: 'whereabouts',
    sets: ranges.map(({ first, last, subnet, exclude }) => ({
      ranges: subtractRanges([{ first, last }], mergeRanges(exclude.filter(isOf(subnet)).map(rangeOfCidr))).map(
        (one) => ({
          ...one,
          prefixLength: lengthOf(subnet),
          gateway: router === null ? null : formatAddress(router),
          skipped: null,
        }),
      ),
      stores: [
        `whereabouts ${network} ${formatCidr(subnet)}`,
        ...(across === true ? [`whereabouts ${network} everywhere`] : []),
      ],
      exhausted: `error at storage engine: Could not allocate IP in range: ip: ${formatAddress(first)} / - ${formatAddress(last)} / range: ${formatCidr(subnet)} / excludeRanges: [${exclude.map(formatCidr).join(' ')}]`,
    })),
    addresses,
    routes: routesIn(ipam),
  };
};

interface WhereaboutsRange extends IpRange {
  readonly subnet: Cidr;
  readonly exclude: readonly Cidr[];
}

/** That of the top level before those of the list; an address there that is none counts as not written. */
function whereaboutsRanges(ipam: PluginConfig): { written: PluginConfig; isOld: boolean }[] {
  const listed = objectsOf(ipam['ipRanges']).map((one) => withKnownKeys(one, Object.keys(whereaboutsRangeKeys)));
  return [
    ...(textOf(ipam['range']) === null ? [] : [{ written: ipam, isOld: true }]),
    ...listed.map((written) => ({ written, isOld: false })),
  ];
}

/** Host bits of a CIDR count for nothing. An end that is not between the first and the last usable address is ignored. */
function readWhereaboutsRange(written: PluginConfig, isOld: boolean): WhereaboutsRange | string {
  const text = textOf(written['range']) ?? '';
  const [start, end] = text.includes('-') ? [text.slice(0, text.indexOf('-')), text.slice(text.indexOf('-') + 1)] : [];
  const cidr = sloppy(end ?? text);
  const subnet = tryCidr(cidr);
  if (subnet === null) return `invalid CIDR ${cidr}: invalid CIDR address`;
  let wanted: { first: bigint | null; last: bigint | null };
  if (start === undefined) {
    const [first, last] = ['range_start', 'range_end'].map((key) => {
      const value = textOf(written[key]);
      const address = value === null ? null : hostAddress(isOld ? sloppy(value) : value);
      return value !== null && address === null && !isOld ? `invalid IP address: ${value} (\`${key}\`)` : address;
    });
    if (typeof first === 'string') return first;
    if (typeof last === 'string') return last;
    wanted = { first: first ?? null, last: last ?? null };
  } else {
    const first = hostAddress(sloppy(start));
    if (first === null) return `invalid range start IP: ${start}`;
    if (!cidrContains(subnet, first)) return `invalid range start for CIDR ${formatCidr(subnet)}: ${start}`;
    wanted = { first, last: addressOfCidr(cidr) };
  }
  if (subnet.length > 126) {
    return `net mask is too short, subnet ${formatCidr(subnet)} has no usable IP addresses, it is too small`;
  }
  const lastUsable = broadcastOf(subnet) - 1n;
  const first = within(wanted.first, subnet.network + 1n, lastUsable) ?? subnet.network + 1n;
  const last = within(wanted.last, first, lastUsable) ?? lastUsable;
  const excluded = written['exclude'] ?? [];
  if (!Array.isArray(excluded)) return '`exclude` is a list of CIDRs';
  const exclude: Cidr[] = [];
  for (const one of excluded as unknown[]) {
    const hole = typeof one === 'string' ? (tryCidr(one) ?? tryCidr(`${one}/${one.includes(':') ? 128 : 32}`)) : null;
    if (hole === null) return `could not parse exclude range, err: "invalid CIDR address: ${String(one)}"`;
    exclude.push(hole);
  }
  return { first, last, subnet, exclude };
}

/** The store of a range has one address for an interface of a pod, and that of the cluster lets the pod take it once more. */
function givesTwice(one: string, other: string): ChainProblem {
  if (one !== other) {
    return {
      kind: 'not-modelled',
      problem: `ranges ${one} and ${other} in one IPAM of whereabouts overlap: it gives a pod one address of both`,
      help: 'write ranges that have no address in common',
    };
  }
  return fails(
    'whereabouts',
    `two ranges of ${one}: a pod gets one address of both, and the interface takes it once (file exists)`,
    'write one range, and leave out the addresses between by `exclude`',
  );
}

/** Keys that are there and that the plugin does not heed. */
export function idleRangeKeys(type: unknown, ipam: PluginConfig): Remark[] {
  const idle = (key: string, why: string, help: string): Remark[] =>
    ipam[key] === undefined ? [] : [{ key, message: `\`${key}\` of IPAM ${String(type)} has no effect: ${why}`, help }];
  if (type === 'host-local' && textOf(ipam['subnet']) === null) {
    return ['rangeStart', 'rangeEnd', 'gateway'].flatMap((key) =>
      idle(key, 'it is read beside `subnet` alone', 'write it into the range that it is of'),
    );
  }
  if (type !== 'whereabouts') return [];
  const beside = textOf(ipam['range']) !== null;
  const alone = ['range_start', 'range_end', 'exclude'].flatMap((key) =>
    beside ? [] : idle(key, 'it is read beside `range` alone', 'write it into the range that it is of'),
  );
  return [...alone, ...whereaboutsRanges(ipam).flatMap(({ written, isOld }) => ignoredEnds(written, isOld))];
}

function ignoredEnds(written: PluginConfig, isOld: boolean): Remark[] {
  const text = textOf(written['range']) ?? '';
  const range = readWhereaboutsRange(written, isOld);
  if (typeof range === 'string') return [];
  const idle = (key: string, why: string): Remark => {
    return { key, message: `\`${key}\` of IPAM whereabouts has no effect: ${why}`, help: 'correct it, or remove it' };
  };
  const remarks: Remark[] = [];
  const [, end] = text.split('-');
  if (end !== undefined && addressOfCidr(sloppy(end)) !== range.last) {
    const message = `the end of range ${text} of IPAM whereabouts has no effect: it is before the beginning, or no address that can be given out`;
    remarks.push({ key: 'range', message, help: 'correct it' });
  }
  for (const key of ['range_start', 'range_end']) {
    const value = textOf(written[key]);
    if (value === null) continue;
    const address = hostAddress(sloppy(value));
    const isHeeded = address === (key === 'range_start' ? range.first : range.last);
    if (end !== undefined) remarks.push(idle(key, `range ${text} says both ends`));
    // The network's own address, or the last one, are no more than their default.
    else if (!isHeeded && address !== range.subnet.network && address !== broadcastOf(range.subnet)) {
      remarks.push(idle(key, `${value} is none of the addresses of ${text} that can be given out`));
    }
  }
  return remarks;
}

function fails(plugin: RangesIpam['plugin'], problem: string, help: string): ChainProblem {
  return { kind: 'fails', problem: `IPAM ${plugin}: ${problem}`, help };
}

function tooManyFor(cniVersion: string | null, plugin: RangesIpam['plugin']): ChainProblem {
  return fails(
    plugin,
    `CNI version ${cniVersion ?? '(none)'} does not support more than 1 address per family`,
    'write `"cniVersion": "1.0.0"`',
  );
}

function isBefore030(cniVersion: string | null): boolean {
  return cniVersion === null || cniVersion === '0.1.0' || cniVersion === '0.2.0';
}

function hasTwoOf(families: readonly number[]): boolean {
  return new Set(families).size < families.length;
}

/** Leading zeros in dotted numbers, as whereabouts takes them. */
function sloppy(text: string): string {
  return /^\d+(\.\d+){3}(\/|$)/.test(text) ? text.replace(/(^|\.)0+(?=\d)/g, '$1') : text;
}

function lengthOf({ length, family }: Cidr): number {
  return family === 4 ? length - 96 : length;
}

function broadcastOf(subnet: Cidr): bigint {
  return rangeOfCidr(subnet).last;
}

function isOf({ family }: Cidr): (other: Cidr) => boolean {
  return (other) => other.family === family;
}

function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && overlap(rangeOfCidr(a), rangeOfCidr(b));
}

function overlap(a: IpRange, b: IpRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function within(address: bigint | null, first: bigint, last: bigint): bigint | null {
  return address !== null && holds({ first, last }, address) ? address : null;
}
