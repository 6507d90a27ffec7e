/**
 * SpiderReservedIPs: addresses that no pool gives out, though they lie in it. Checked as Spiderpool's webhooks check
 * them and in their words (pkg/reservedipmanager of Spiderpool 1.2.2).
 */
import type { Collector } from '../../diagnostics/collector.ts';
import type { SpiderReservedIPManifest } from '../../manifest/manifests.ts';
import { mergeRanges, parseIpRange, subtractRanges, type IpRange } from '../ipam/ip-range.ts';
import type { Pool } from '../ipam/ippool.ts';

/** Ascending, disjoint; of both IP versions. */
export function readReservedIPs(manifests: readonly SpiderReservedIPManifest[], diagnostics: Collector): IpRange[] {
  return mergeRanges(manifests.flatMap((manifest) => rangesOf(manifest, diagnostics)));
}

/** The pools, with the reserved addresses no longer to be had from them. */
export function withoutReserved(pools: ReadonlyMap<string, Pool>, reserved: readonly IpRange[]): Map<string, Pool> {
  return new Map(
    [...pools].map(([name, pool]) => [name, { ...pool, available: subtractRanges(pool.available, reserved) }]),
  );
}

function rangesOf({ name, spec, spanOf }: SpiderReservedIPManifest, diagnostics: Collector): IpRange[] {
  const { ips = [] } = spec;
  const version = spec.ipVersion ?? (parseIpRange(ips[0] ?? '', 6) === null ? 4 : 6);
  if (ips.length === 0) {
    diagnostics.add('E429', spanOf(['spec', 'ips']), `SpiderReservedIP ${name}: empty 'spec.ips'`, {
      help: 'write the addresses that pools keep back, or remove the object',
    });
  }
  return ips.flatMap((text, i) => {
    const range = parseIpRange(text, version === 6 ? 6 : 4);
    if (range !== null) return [range];
    diagnostics.add(
      'E429',
      spanOf(['spec', 'ips', i]),
      `SpiderReservedIP ${name}: invalid IP range format in IPv${version} '${text}'`,
      { help: 'write one address, or two in ascending order with `-` between them and no spaces' },
    );
    return [];
  });
}
