/**
 * Addresses out of the ranges of host-local and whereabouts (`cni/ranges.ts`). host-local goes round from the last one that it
 * gave out, on each node by itself; whereabouts gives the lowest free one of the cluster. Neither knows of anybody else: `Ipam`,
 * which knows all addresses of the lab, says whose an address is already.
 */
import { familyOf, formatAddress } from '../../../dataplane/policy/address.ts';
import { wordsOf, type Range, type RangesIpam, type RangeSet } from '../cni/ranges.ts';
import { hostAddress, withoutPrefix } from './address-of-cidr.ts';
import { holds } from './ip-range.ts';
import type { Ipam } from './ipam.ts';
import { undoAll, undoOfList, undoOfMap, type Undo } from '../cluster/undo.ts';

/** Which pod, and on which node it is. */
interface Holder {
  readonly key: string;
  readonly node: string;
}

export interface Given {
  /** CIDR text: the address with the length of its subnet. */
  readonly text: string;
  readonly address: bigint;
  readonly gateway: string | null;
  /** Who has it already, whom the plugin does not know; null: nobody. */
  readonly double: string | null;
}

export type RangesResult =
  | { readonly kind: 'given'; readonly given: readonly Given[] }
  | { readonly kind: 'failed'; readonly message: string; readonly help: string };

export class RangeIpam {
  readonly #ipam: Ipam;
  readonly #stores = new Map<string, Map<bigint, string>>();
  /** The last address given out, by store and place of the range set. */
  readonly #last = new Map<string, bigint>();
  readonly #returned: { readonly store: Map<bigint, string>; readonly address: bigint }[] = [];
  /** By which plugin an address was given out. */
  readonly #givers = new Map<bigint, RangesIpam['plugin']>();

  constructor(ipam: Ipam) {
    this.#ipam = ipam;
  }

  /** As that of `Ipam`. */
  mark(): Undo {
    const stores = [...this.#stores].map(([key, store]) => ({ key, store, undo: undoOfMap(store) }));
    const others = undoAll(undoOfMap(this.#last), undoOfMap(this.#givers), undoOfList(this.#returned));
    return () => {
      this.#stores.clear();
      for (const { key, store, undo } of stores) {
        undo();
        this.#stores.set(key, store);
      }
      others();
    };
  }

  /**
   * One address of each range set.
   * @param asked addresses that host-local is handed (capability `ips`), with or without a prefix length
   */
  allocate(holder: Holder, { plugin, sets }: RangesIpam, asked: readonly string[]): RangesResult {
    const wanted = new Set(asked.flatMap((text) => hostAddress(withoutPrefix(text)) ?? []));
    const taken: { readonly range: Range; readonly address: bigint }[] = [];
    for (const [i, set] of sets.entries()) {
      const one = [...wanted].find((address) => rangeWith(set, address) !== null);
      if (one !== undefined) wanted.delete(one);
      const found = one === undefined ? this.#next(holder, plugin, set, i) : this.#asked(holder, plugin, set, i, one);
      if ('kind' in found) return found;
      taken.push(found);
    }
    if (wanted.size > 0) {
      const rest = [...wanted].map(formatAddress).join(' ');
      return {
        kind: 'failed',
        message: `IPAM ${plugin}: failed to allocate all requested IPs: ${rest}`,
        help: 'ask for one address of each range set, and for none that is in no range',
      };
    }
    const given = taken.map(({ range, address }) => ({
      text: `${formatAddress(address)}/${range.prefixLength}`,
      address,
      gateway: range.gateway,
      double: this.#ipam.reserveUnseen(address, holder.key),
    }));
    for (const { address, double } of given) if (double === null) this.#givers.set(address, plugin);
    return { kind: 'given', given };
  }

  /** What a pod of an exported cluster had is known where it was given out. `Ipam` has it already. */
  remember(holder: Holder, { plugin, sets }: RangesIpam, addresses: readonly bigint[]): void {
    for (const address of addresses) {
      const set = sets.find((one) => rangeWith(one, address) !== null);
      if (set === undefined) continue;
      for (const store of this.#storesOf(holder, plugin, set)) store.set(address, holder.key);
      this.#givers.set(address, plugin);
    }
  }

  /** The plugin that gave an address out; null: none of these. */
  giverOf(address: bigint): RangesIpam['plugin'] | null {
    return this.#givers.get(address) ?? null;
  }

  /** The pod is gone. */
  release(key: string): void {
    for (const store of this.#stores.values()) {
      for (const [address, holder] of store) {
        if (holder !== key) continue;
        store.delete(address);
        this.#givers.delete(address);
        this.#returned.push({ store, address });
      }
    }
  }

  /** What was given back is not given out again: it may still be in use. */
  forgetReturned(): void {
    for (const { store, address } of this.#returned.splice(0)) if (!store.has(address)) store.set(address, '');
  }

  #next(holder: Holder, plugin: RangesIpam['plugin'], set: RangeSet, place: number): Found {
    const stores = this.#storesOf(holder, plugin, set);
    const last = plugin === 'host-local' ? this.#last.get(lastKey(holder, set, place)) : undefined;
    for (const found of addressesAfter(set.ranges, last ?? null)) {
      if (stores.some((store) => store.has(found.address))) continue;
      return this.#take(found, holder, plugin, set, place);
    }
    return {
      kind: 'failed',
      message: `IPAM ${plugin}: ${set.exhausted}`,
      help: 'make the range larger, or ask for fewer pods',
    };
  }

  #asked(holder: Holder, plugin: RangesIpam['plugin'], set: RangeSet, place: number, address: bigint): Found {
    const failed = (why: string, help: string): Found => {
      return { kind: 'failed', message: `IPAM ${plugin}: failed to allocate for range ${place}: ${why}`, help };
    };
    const range = rangeWith(set, address);
    const text = formatAddress(address);
    if (range === null || range.skipped === address) {
      return failed(`requested ip ${text} is subnet's gateway`, 'ask for another address');
    }
    if (this.#storesOf(holder, plugin, set).some((store) => store.has(address))) {
      return failed(
        `requested IP address ${text} is not available in range set ${wordsOf(set.ranges)}`,
        'ask for another address, or keep it out of the range: pods that ask for none get it otherwise',
      );
    }
    return this.#take({ range, address }, holder, plugin, set, place);
  }

  #take(
    found: { readonly range: Range; readonly address: bigint },
    holder: Holder,
    plugin: RangesIpam['plugin'],
    set: RangeSet,
    place: number,
  ): Found {
    for (const store of this.#storesOf(holder, plugin, set)) store.set(found.address, holder.key);
    this.#last.set(lastKey(holder, set, place), found.address);
    return found;
  }

  #storesOf({ node }: Holder, plugin: RangesIpam['plugin'], { stores }: RangeSet): Map<bigint, string>[] {
    return stores.map((name) => {
      const key = plugin === 'host-local' ? `${node} ${name}` : name;
      const store = this.#stores.get(key) ?? new Map<bigint, string>();
      this.#stores.set(key, store);
      return store;
    });
  }
}

type Found = { readonly range: Range; readonly address: bigint } | Extract<RangesResult, { kind: 'failed' }>;

/** An address that an IPAM may have given out, as it is written with its range; null: it cannot have. */
export function placeOf({ sets }: RangesIpam, address: bigint): Pick<Given, 'text' | 'gateway'> | null {
  for (const set of sets) {
    const range = rangeWith(set, address);
    if (range !== null) return { text: `${formatAddress(address)}/${range.prefixLength}`, gateway: range.gateway };
  }
  return null;
}

/** The IP versions of which it gives out addresses. */
export function familiesOf({ sets }: RangesIpam): Set<4 | 6> {
  return new Set(sets.flatMap(({ ranges: [first] }) => (first === undefined ? [] : [familyOf(first.first)])));
}

function rangeWith({ ranges }: RangeSet, address: bigint): Range | null {
  return ranges.find((range) => holds(range, address)) ?? null;
}

function lastKey({ node }: Holder, { stores }: RangeSet, place: number): string {
  return `${node} ${stores.join(' ')} ${place}`;
}

/** All of them once, those behind `after` first; null: from the beginning. */
function* addressesAfter(
  ranges: readonly Range[],
  after: bigint | null,
): Generator<{ readonly range: Range; readonly address: bigint }> {
  const at = after === null ? -1 : ranges.findIndex((range) => holds(range, after));
  const begun = ranges[at];
  const parts =
    begun === undefined || after === null
      ? ranges.map(whole)
      : [
          { range: begun, first: after + 1n, last: begun.last },
          ...[...ranges.slice(at + 1), ...ranges.slice(0, at)].map(whole),
          { range: begun, first: begun.first, last: after },
        ];
  for (const { range, first, last } of parts) {
    for (let address = first; address <= last; address++) {
      if (address !== range.skipped) yield { range, address };
    }
  }
}

function whole(range: Range): { range: Range; first: bigint; last: bigint } {
  return { range, first: range.first, last: range.last };
}
