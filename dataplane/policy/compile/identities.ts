/**
 * Identities: the classes of addresses that no selector and no CIDR in force can tell apart.
 *
 * The address space is cut at every prefix anybody names (pod addresses, ipBlocks, their exceptions) into regions: a prefix
 * less the longer ones within it. What a peer matches is a set of regions; each such set splits the classes it cuts
 * (partition refinement, Paige and Tarjan 1987). What is left together is one identity.
 */
import { ALL_IPV4, covers, formatAddress, formatCidr, parseCidr } from '../address.ts';
import type { Cidr } from '../address.ts';
import { WORLD_IDENTITY } from './policy-entries.ts';
import type { IdentityEntry } from './policy-entries.ts';

/** Regions of the address space, numbered in order of address, shorter prefix first; region 0 is all the rest. */
export class AddressRegions {
  readonly prefixes: readonly Cidr[];
  /** One past the last region within region i. */
  private readonly ends: Int32Array;
  /** Innermost region around region i. */
  private readonly parents: Int32Array;
  private readonly byPrefix = new Map<string, number>();
  private readonly classes: Int32Array;
  private readonly sizes: number[];

  constructor(prefixes: Iterable<Cidr>) {
    const distinct = new Map<string, Cidr>([[prefixKey(EVERYTHING), EVERYTHING]]);
    for (const prefix of prefixes) {
      // `::/0` is the root in another name: it needs a region of its own, without IPv4.
      distinct.set(prefixKey(prefix), prefix);
      if (prefix.family === 6 && covers(prefix, ALL_IPV4.network)) distinct.set(prefixKey(ALL_IPV4), ALL_IPV4);
    }
    this.prefixes = [...distinct.values()].sort(byAddress);
    this.prefixes.forEach((prefix, region) => this.byPrefix.set(prefixKey(prefix), region));
    this.ends = new Int32Array(this.prefixes.length);
    this.parents = new Int32Array(this.prefixes.length);
    const around: number[] = [];
    for (const [region, prefix] of this.prefixes.entries()) {
      for (let top = around.at(-1); top !== undefined && !this.holds(top, prefix); top = around.at(-1)) {
        this.ends[top] = region;
        around.pop();
      }
      this.parents[region] = around.at(-1) ?? 0;
      around.push(region);
    }
    for (const region of around) this.ends[region] = this.prefixes.length;
    this.classes = new Int32Array(this.prefixes.length);
    this.sizes = [this.prefixes.length];
  }

  /** The regions of an ipBlock: within the CIDR, of its family, outside its exceptions. All were given to the constructor. */
  ofBlock(cidr: Cidr, except: readonly Cidr[]): number[] {
    const holes = [...except, ...(cidr.family === 6 && covers(cidr, ALL_IPV4.network) ? [ALL_IPV4] : [])];
    const hidden = new Set(holes.map((hole) => this.regionOf(hole)));
    const start = this.regionOf(cidr);
    const regions: number[] = [];
    if (
      except.some((hole) => hole.family === cidr.family && hole.length <= cidr.length && covers(hole, cidr.network))
    ) {
      return regions;
    }
    for (let region = start; region < (this.ends[start] ?? 0);) {
      if (hidden.has(region)) {
        region = this.ends[region] ?? 0;
      } else {
        regions.push(region);
        region++;
      }
    }
    return regions;
  }

  /** The region that begins with exactly this prefix. */
  regionOf(prefix: Cidr): number {
    const region = this.byPrefix.get(prefixKey(prefix));
    if (region === undefined) throw new RangeError(`no region begins with ${formatCidr(prefix)}`);
    return region;
  }

  /** Splits every class that the set cuts. `regions` holds no region twice. */
  refine(regions: readonly number[]): void {
    const inside = new Map<number, number>();
    for (const region of regions) inside.set(this.classOf(region), (inside.get(this.classOf(region)) ?? 0) + 1);
    const split = new Map<number, number>();
    for (const [old, count] of inside) {
      const size = this.sizes[old] ?? 0;
      if (count === size) continue;
      split.set(old, this.sizes.length);
      this.sizes[old] = size - count;
      this.sizes.push(count);
    }
    if (split.size === 0) return;
    for (const region of regions) {
      const old = this.classOf(region);
      this.classes[region] = split.get(old) ?? old;
    }
  }

  classOf(region: number): number {
    return this.classes[region] ?? 0;
  }

  /** Distinct classes of the regions, in the order met. */
  classesOf(regions: readonly number[]): number[] {
    return [...new Set(regions.map((region) => this.classOf(region)))];
  }

  /**
   * The longest-prefix map, without entries that only repeat the one around them.
   * @param identityOf number of a class
   */
  entries(identityOf: (theClass: number) => number): IdentityEntry[] {
    const entries: IdentityEntry[] = [];
    this.prefixes.forEach((prefix, region) => {
      const identity = identityOf(this.classOf(region));
      const around = region === 0 ? WORLD_IDENTITY : identityOf(this.classOf(this.parents[region] ?? 0));
      if (region > 0 && identity !== around) entries.push({ prefix: formatCidr(prefix), identity });
    });
    return entries;
  }

  private holds(region: number, prefix: Cidr): boolean {
    const outer = this.prefixes[region];
    return outer !== undefined && outer.length <= prefix.length && covers(outer, prefix.network);
  }
}

/** Longest-prefix lookup over the content of an identity map, as the kernel's LPM_TRIE does it. */
export class LongestPrefixMap {
  /** By length, longest first. */
  private readonly tables: { readonly length: number; readonly values: Map<bigint, number> }[] = [];

  static of(entries: Iterable<IdentityEntry>): LongestPrefixMap {
    const map = new LongestPrefixMap();
    for (const { prefix, identity } of entries) map.set(parseCidr(prefix), identity);
    return map;
  }

  set({ network, length }: Cidr, value: number): void {
    let at = this.tables.findIndex((table) => table.length <= length);
    if (at < 0) at = this.tables.length;
    if (this.tables[at]?.length !== length) this.tables.splice(at, 0, { length, values: new Map() });
    this.tables[at]?.values.set(network, value);
  }

  delete({ network, length }: Cidr): boolean {
    return this.tables.find((table) => table.length === length)?.values.delete(network) ?? false;
  }

  has({ network, length }: Cidr): boolean {
    return this.tables.find((table) => table.length === length)?.values.has(network) ?? false;
  }

  /** `network/length value` of every prefix. */
  dump(): string[] {
    return this.tables.flatMap(({ length, values }) =>
      [...values].map(([network, value]) => `${formatAddress(network)}/${length} ${value}`),
    );
  }

  /** Value of the longest prefix, of at most `atMost` bits, that covers the address. */
  lookup(address: bigint, atMost = 128): number | null {
    for (const { length, values } of this.tables) {
      if (length > atMost) continue;
      const shift = BigInt(128 - length);
      const found = values.get((address >> shift) << shift);
      if (found !== undefined) return found;
    }
    return null;
  }
}

/** Root of the regions; length -1 so that `::/0` nests in it. Never written to a map. */
const EVERYTHING: Cidr = { network: 0n, length: -1, family: 6 };

function prefixKey({ network, length }: Cidr): string {
  return `${network.toString(36)}/${length}`;
}

function byAddress(a: Cidr, b: Cidr): number {
  if (a.network !== b.network) return a.network < b.network ? -1 : 1;
  return a.length - b.length;
}
