/**
 * SpiderIPPools, checked as Spiderpool's webhook checks them and in its words
 * (pkg/ippoolmanager/ippool_validate.go, pkg/ip), with the addresses they hold: `ips` without `excludeIPs`.
 */
import { isIP } from 'node:net';
import { cidrContains, formatCidr, parseAddress, type Cidr, type Family } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import { withoutLeadingZeros } from '../../manifest/objects/cidr.ts';
import type { LabelSelectorSpec, Located, Path, SpiderIPPoolManifest } from '../../manifest/manifests.ts';
import { tryCidr, withoutPrefix } from './address-of-cidr.ts';
import {
  formatIpRange,
  holds,
  mergeRanges,
  parseIpRange,
  rangeOfCidr,
  subtractRanges,
  type IpRange,
} from './ip-range.ts';
import type { RoutePlan } from '../plan.ts';

export interface Pool {
  readonly name: string;
  readonly family: Family;
  readonly subnet: Cidr;
  /** Length of the subnet's prefix in its own family. */
  readonly prefixLength: number;
  /** What can be given out: ascending, disjoint, without the gateway. */
  readonly available: readonly IpRange[];
  readonly gateway: string | null;
  readonly routes: readonly RoutePlan[];
  /** The webhook refuses it; what is missing because of that is no further mistake. */
  readonly refused: boolean;
  readonly manifest: SpiderIPPoolManifest | null;
}

/** Every pool by name, those that were refused as well. */
export function readPools(manifests: readonly SpiderIPPoolManifest[], diagnostics: Collector): Map<string, Pool> {
  const pools = new Map<string, Pool>();
  for (const manifest of manifests) pools.set(manifest.name, readPool(manifest, diagnostics));
  refuseOverlappingSubnets([...pools.values()], diagnostics);
  refuseOverlappingRanges([...pools.values()], diagnostics);
  return pools;
}

type Refuse = (
  code: 'E401' | 'E403' | 'E404' | 'E405' | 'E406' | 'E429',
  path: Path,
  message: string,
  help: string,
) => void;

/** One by itself, without regard to others. */
export function readPool(manifest: SpiderIPPoolManifest, diagnostics: Collector): Pool {
  const { name, spec } = manifest;
  let refused = false;
  const refuse: Refuse = (code, path, message, help) => {
    refused = true;
    diagnostics.add(code, manifest.spanOf(path), message, { help });
  };

  const family = spec.ipVersion === 4 || spec.ipVersion === 6 ? spec.ipVersion : familyOf(spec.subnet);
  const subnet = familyOf(spec.subnet) === family ? tryCidr(spec.subnet) : null;
  if (subnet === null || family === null) {
    const version = spec.ipVersion ?? family ?? 4;
    refuse(
      'E406',
      ['spec', 'subnet'],
      `invalid CIDR format in IPv${version} '${spec.subnet}'`,
      causeIn(spec.subnet) ??
        `write an IPv${version} subnet such as ${version === 6 ? 'fd00:51::/64' : '172.51.0.0/16'}, or change ipVersion`,
    );
    const nowhere: Cidr = { network: 0n, length: 128, family: 6 };
    return {
      name,
      family: family ?? 4,
      subnet: nowhere,
      prefixLength: 128,
      available: [],
      gateway: null,
      routes: [],
      refused,
      manifest,
    };
  }
  const canonical = formatCidr(subnet);
  if (canonical !== spec.subnet) {
    refuse(
      'E401',
      ['spec', 'subnet'],
      `unformatted subnet ${spec.subnet}, please change it to ${canonical}`,
      `write \`${canonical}\``,
    );
  }

  const { podAffinity } = spec;
  if (podAffinity !== undefined && isEmptySelector(podAffinity)) {
    refuse(
      'E429',
      ['spec', 'podAffinity'],
      'empty podAffinity is invalid for SpiderIPPool',
      'name labels of the pods that the pool is for, or remove `podAffinity`: then it is for all',
    );
  }

  const held = readRanges('ips', spec.ips ?? [], family, subnet, refuse);
  const excluded = readRanges('excludeIPs', spec.excludeIPs ?? [], family, subnet, refuse);
  const gateway = readGateway(spec, family, subnet, excluded, refuse);
  const barred = gateway === null ? [] : [{ first: parseAddress(gateway), last: parseAddress(gateway) }];
  return {
    name,
    family,
    subnet,
    prefixLength: subnet.length - (family === 4 ? 96 : 0),
    available: subtractRanges(mergeRanges(held), mergeRanges([...excluded, ...barred])),
    gateway,
    routes: readRoutes(spec, family, subnet, refuse),
    refused,
    manifest,
  };
}

/** What the webhook's words do not say, as a help: zeros that Go's parser refuses. */
function causeIn(text: string): string | undefined {
  const plain = withoutLeadingZeros(text);
  return plain === null ? undefined : `it has leading zeros: write \`${plain}\``;
}

function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

function readRanges(
  field: 'ips' | 'excludeIPs',
  texts: readonly string[],
  family: Family,
  subnet: Cidr,
  refuse: Refuse,
): IpRange[] {
  const ranges: IpRange[] = [];
  for (const [i, text] of texts.entries()) {
    const range = parseIpRange(text, family);
    if (range === null) {
      refuse(
        'E404',
        ['spec', field, i],
        `invalid IP range format in IPv${family} '${text}'`,
        causeIn(text) ?? 'write one address, or two in ascending order with `-` between them and no spaces',
      );
    } else if (!cidrContains(subnet, range.first) || !cidrContains(subnet, range.last)) {
      refuse(
        'E404',
        ['spec', field, i],
        `${field} ${text} not pertains to the 'spec.subnet' ${formatCidr(subnet)} of IPPool`,
        `write addresses of ${formatCidr(subnet)}, or change the subnet`,
      );
    } else {
      ranges.push(range);
    }
  }
  return ranges;
}

function readGateway(
  spec: SpiderIPPoolManifest['spec'],
  family: Family,
  subnet: Cidr,
  excluded: readonly IpRange[],
  refuse: Refuse,
): string | null {
  const text = spec.gateway;
  if (text === undefined) return null;
  const path = ['spec', 'gateway'];
  if (isIP(text) !== family) {
    refuse(
      'E403',
      path,
      `invalid IP format in IPv${family} '${text}'`,
      causeIn(text) ?? `write an IPv${family} address`,
    );
    return null;
  }
  const gateway = parseAddress(text);
  if (!cidrContains(subnet, gateway)) {
    refuse(
      'E403',
      path,
      `gateway ${text} not pertains to the 'spec.subnet' ${formatCidr(subnet)} of IPPool`,
      `write an address of ${formatCidr(subnet)}, or change the subnet`,
    );
    return null;
  }
  if (!excluded.some((range) => holds(range, gateway))) {
    for (const [i, written] of (spec.ips ?? []).entries()) {
      const range = parseIpRange(written, family);
      if (range === null || !holds(range, gateway)) continue;
      refuse(
        'E403',
        ['spec', 'ips', i],
        `ips ${written} conflicts with 'spec.gateway' ${text}, add the gateway IP address to 'spec.excludeIPs' or remove it from 'spec.ips'`,
        `add \`${text}\` to excludeIPs`,
      );
      break;
    }
  }
  return text;
}

function readRoutes(spec: SpiderIPPoolManifest['spec'], family: Family, subnet: Cidr, refuse: Refuse): RoutePlan[] {
  const routes = new Map<string, RoutePlan>();
  for (const [i, { dst, gw }] of (spec.routes ?? []).entries()) {
    const path = ['spec', 'routes', i];
    const to = familyOf(dst) === family ? tryCidr(dst) : null;
    if (to === null) {
      refuse(
        'E405',
        [...path, 'dst'],
        `invalid CIDR format in IPv${family} '${dst}'`,
        causeIn(dst) ?? `write an IPv${family} CIDR`,
      );
    } else if (dst === '0.0.0.0/0' || dst === '::/0') {
      refuse(
        'E405',
        [...path, 'dst'],
        "please specify 'spec.gateway' to configure the default route",
        'write the gateway into spec.gateway',
      );
    } else if (routes.has(formatCidr(to))) {
      refuse('E405', [...path, 'dst'], 'duplicate route with the same dst', 'remove one of them');
    } else if (isIP(gw) !== family) {
      refuse(
        'E405',
        [...path, 'gw'],
        `invalid IP format in IPv${family} '${gw}'`,
        causeIn(gw) ?? `write an IPv${family} address`,
      );
    } else if (!cidrContains(subnet, parseAddress(gw))) {
      refuse(
        'E405',
        [...path, 'gw'],
        `gw ${gw} not pertains to the 'spec.subnet' ${formatCidr(subnet)} of IPPool`,
        `write an address of ${formatCidr(subnet)}`,
      );
    } else {
      routes.set(formatCidr(to), { to: formatCidr(to), via: gw });
    }
  }
  return [...routes.values()];
}

/** Sorted by start, a subnet overlaps an earlier one exactly when it starts before the farthest end so far. */
function refuseOverlappingSubnets(pools: readonly Pool[], diagnostics: Collector): void {
  const subnets = pools.map((pool) => ({ pool, ...rangeOfCidr(pool.subnet) }));
  for (const [earlier, later] of overlaps(subnets)) {
    if (
      earlier.pool.subnet.network === later.pool.subnet.network &&
      earlier.pool.subnet.length === later.pool.subnet.length
    )
      continue;
    addOverlap(
      earlier.pool,
      later.pool,
      'subnet',
      diagnostics,
      (other) => `overlap with IPPool ${other.name} which 'spec.subnet' is ${formatCidr(other.subnet)}`,
    );
  }
}

function refuseOverlappingRanges(pools: readonly Pool[], diagnostics: Collector): void {
  const ranges = pools.flatMap((pool) => pool.available.map(({ first, last }) => ({ pool, first, last })));
  for (const [earlier, later] of overlaps(ranges)) {
    if (earlier.pool === later.pool) continue;
    const shared = formatIpRange({ first: later.first, last: earlier.last < later.last ? earlier.last : later.last });
    addOverlap(
      earlier.pool,
      later.pool,
      'ips',
      diagnostics,
      (other) =>
        `overlap with IPPool ${other.name} in IP ranges [${shared}], total IP addresses of an IPPool are jointly determined by 'spec.ips' and 'spec.excludeIPs'`,
    );
  }
}

interface Stretch extends IpRange {
  readonly pool: Pool;
}

/** Each stretch with the one before it that reaches farthest, where they overlap. */
function overlaps(stretches: readonly Stretch[]): [Stretch, Stretch][] {
  const found: [Stretch, Stretch][] = [];
  let farthest: Stretch | null = null;
  for (const stretch of [...stretches].sort((a, b) => compare(a.first, b.first) || compare(b.last, a.last))) {
    if (farthest !== null && stretch.first <= farthest.last) found.push([farthest, stretch]);
    if (farthest === null || stretch.last > farthest.last) farthest = stretch;
  }
  return found;
}

/** The mistake is with whoever of the two comes later by file and line; the other is a related place. */
function addOverlap(
  a: Pool,
  b: Pool,
  field: 'subnet' | 'ips',
  diagnostics: Collector,
  message: (other: Pool) => string,
): void {
  if (a.manifest === null || b.manifest === null) return;
  const [other, pool] = isBefore(a.manifest, b.manifest) ? [a, b] : [b, a];
  diagnostics.add('E402', pool.manifest?.spanOf(['spec', field]), `IPPool ${pool.name}: ${message(other)}`, {
    help: 'give every pool addresses of its own',
    related:
      other.manifest === null
        ? undefined
        : [{ span: other.manifest.spanOf(['spec', field]), message: `the other pool, ${other.name}` }],
  });
}

/** By file and line. */
export function isBefore(a: Located, b: Located): boolean {
  const [x, y] = [a.spanOf([]), b.spanOf([])];
  return x.file < y.file || (x.file === y.file && x.offset < y.offset);
}

function familyOf(cidr: string): Family | null {
  const family = isIP(withoutPrefix(cidr));
  return family === 4 || family === 6 ? family : null;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
