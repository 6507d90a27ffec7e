/**
 * SpiderSubnets beside each other and beside pools, as the webhooks of Spiderpool 1.2.2 check them
 * (pkg/subnetmanager/subnet_validate.go, pkg/ippoolmanager/ippool_subnet_validate.go), objects in the order in which they stand.
 */
import { cidrsOverlap, formatCidr, type Cidr } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { SpiderSubnetManifest } from '../../manifest/manifests.ts';
import { formatIpRange, subtractRanges } from '../ipam/ip-range.ts';
import { isBefore, readPool, type Pool } from '../ipam/ippool.ts';

interface Subnet {
  readonly manifest: SpiderSubnetManifest;
  readonly space: Pool;
}

/** What is wrong with them, and those that are right. */
export function readSubnets(
  manifests: readonly SpiderSubnetManifest[],
  pools: Iterable<Pool>,
  diagnostics: Collector,
): SpiderSubnetManifest[] {
  const subnets = manifests.map((manifest) => ({
    manifest,
    space: readPool({ ...manifest, kind: 'SpiderIPPool' }, diagnostics),
  }));
  const sound = subnets.filter(({ space }) => !space.refused);
  const others = [...pools].filter(({ refused, manifest }) => !refused && manifest !== null);
  return sound
    .filter((subnet) => {
      const clash = sound.find((one) => one !== subnet && isBefore(one.manifest, subnet.manifest) && meet(one, subnet));
      if (clash !== undefined)
        refuseOverlap(subnet, `Subnet ${clash.manifest.name}`, clash.space.subnet, clash.manifest, diagnostics);
      const strays = others.filter((pool) => !fits(pool, subnet, diagnostics));
      return clash === undefined && strays.length === 0;
    })
    .map(({ manifest }) => manifest);
}

function fits(pool: Pool, subnet: Subnet, diagnostics: Collector): boolean {
  const { manifest, space } = subnet;
  if (pool.manifest === null || pool.family !== space.family) return true;
  const poolFirst = isBefore(pool.manifest, manifest);
  if (formatCidr(pool.subnet) !== formatCidr(space.subnet)) {
    // A pool that comes later is compared with pools alone.
    if (!poolFirst || !cidrsOverlap(pool.subnet, space.subnet)) return true;
    refuseOverlap(subnet, `SpiderIPPool '${pool.name}' resource`, pool.subnet, pool.manifest, diagnostics);
    return false;
  }
  const outside = subtractRanges(pool.available, space.available);
  if (outside.length === 0) return true;
  const ranges = outside.map(formatIpRange).join(' ');
  const [later, words, help] = poolFirst
    ? ([
        manifest,
        `SpiderSubnet ${manifest.name}: SpiderIPPool '${pool.name}' owns some IP addresses that SpiderSubnet '${manifest.name}' can't control`,
        `add ${ranges} to its \`ips\``,
      ] as const)
    : ([
        pool.manifest,
        `IPPool ${pool.name}: add some IP ranges [${ranges}] that are not contained in controller Subnet ${manifest.name}`,
        `take addresses of the \`ips\` of SpiderSubnet ${manifest.name}`,
      ] as const);
  const earlier = poolFirst ? pool.manifest : manifest;
  diagnostics.add('E429', later.spanOf(['spec', 'ips']), words, {
    help,
    related: [{ span: earlier.spanOf(['spec', 'ips']), message: `the other one, ${earlier.name}` }],
  });
  return false;
}

function refuseOverlap(
  { manifest }: Subnet,
  what: string,
  cidr: Cidr,
  other: Pick<SpiderSubnetManifest, 'spanOf' | 'name'>,
  diagnostics: Collector,
): void {
  diagnostics.add(
    'E402',
    manifest.spanOf(['spec', 'subnet']),
    `SpiderSubnet ${manifest.name}: overlap with ${what} which 'spec.subnet' is ${formatCidr(cidr)}`,
    {
      help: 'give every SpiderSubnet a subnet of its own',
      related: [{ span: other.spanOf(['spec', 'subnet']), message: `the other one, ${other.name}` }],
    },
  );
}

function meet(one: Subnet, other: Subnet): boolean {
  return one.space.family === other.space.family && cidrsOverlap(one.space.subnet, other.space.subnet);
}
