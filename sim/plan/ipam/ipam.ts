/**
 * Addresses for interfaces, out of pools: the lowest free address of the first pool that has one. So Spiderpool 1.2.2 does
 * (`genRandomIP` draws nothing), but among pools of one rank it takes any, and here the first. Failures are in its words
 * (pkg/ipam/allocate.go, pkg/constant/errors.go).
 */
import { cidrContains, familyOf, formatAddress, type Family } from '../../../dataplane/policy/address.ts';
import type { Absent } from '../../diagnostics/collector.ts';
import {
  choosePools,
  comparePools,
  filteredOut,
  ipamAnnotations,
  type ChoiceProblem,
  type Claimant,
  type PoolChoice,
} from './pool-choice.ts';
import { objectKey } from '../cluster/cluster.ts';
import { holds } from './ip-range.ts';
import type { Pool } from './ippool.ts';
import { withoutPatterns } from './pool-pattern.ts';
import { undoAll, undoOfMap, undoOfSet, type Undo } from '../cluster/undo.ts';

export interface Allocation {
  readonly pool: Pool;
  /** CIDR text: the address with the length of the pool's subnet. */
  readonly address: string;
  /** Pools of another subnet or gateway that Spiderpool would as well have taken it from. */
  readonly tied: readonly string[];
  /** Who has it already by an IPAM that Spiderpool does not know; null: nobody. */
  readonly double: string | null;
}

export type AllocationResult =
  | {
      readonly kind: 'allocated';
      readonly allocations: readonly Allocation[];
      readonly cleanGateway: boolean;
      readonly choice: PoolChoice;
    }
  | { readonly kind: 'misspelt'; readonly problem: ChoiceProblem }
  /** `pool` is set where one that is named does not exist. */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly help: string;
      readonly pool: string | null;
      /** What would have given an address. */
      readonly absent: readonly Absent[];
      readonly choice: PoolChoice;
    }
  /** A pool it would come from was refused already. */
  | { readonly kind: 'refused' };

export interface Kept {
  /** In whose subnet it is; null: in none's. */
  readonly pool: Pool | null;
  /** CIDR text. */
  readonly address: string;
  /** The pools that would have to have given it, and cannot; null where one of them can. */
  readonly stray: readonly string[] | null;
}

export type KeepResult =
  | {
      readonly kind: 'kept';
      readonly kept: readonly Kept[];
      /** Pools of an IP version of which it had no address. */
      readonly unheard: readonly { readonly family: Family; readonly pools: readonly string[] }[];
      readonly cleanGateway: boolean;
    }
  | { readonly kind: 'misspelt'; readonly problem: ChoiceProblem };

export class Ipam {
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #defaults: readonly Pool[];
  readonly #fallbacks: readonly Pool[];
  readonly #used = new Map<bigint, string>();
  /** Of those used, what another IPAM gave out: Spiderpool gives it out all the same. */
  readonly #unseen = new Set<bigint>();
  readonly #cursors = new Map<Pool, { range: number; next: bigint }>();
  /** Which pool gave out an address. */
  readonly #origins = new Map<bigint, Pool>();
  /** Given back, the longest ago first. */
  readonly #returned = new Map<Pool, bigint[]>();

  /** `fallbacks` serve the default network where no pool has `default: true`. */
  constructor(pools: ReadonlyMap<string, Pool>, fallbacks: readonly Pool[]) {
    this.#pools = pools;
    this.#fallbacks = fallbacks;
    this.#defaults = [...pools.values()]
      .filter((pool) => pool.manifest?.spec.default === true)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Addresses that were given out since are free again. */
  mark(): Undo {
    return undoAll(
      undoOfMap(this.#used),
      undoOfSet(this.#unseen),
      undoOfMap(this.#cursors, (cursor) => ({ ...cursor })),
      undoOfMap(this.#origins),
      undoOfMap(this.#returned, (addresses) => [...addresses]),
    );
  }

  /** Takes an address out of every pool's reach; gives its owner when it has one already, null otherwise. */
  reserve(address: bigint, owner: string): string | null {
    const present = this.#used.get(address);
    if (present !== undefined) return present;
    this.#used.set(address, owner);
    return null;
  }

  /** Pools that hold an address, whoever has it: Spiderpool gives it out where nobody has it by Spiderpool. */
  poolsHolding(address: bigint): Pool[] {
    return [...this.#pools.values()].filter(({ available }) => available.some((range) => holds(range, address)));
  }

  /** As `reserve`, of an address that is within the pools' reach for all that. */
  reserveUnseen(address: bigint, owner: string): string | null {
    const present = this.reserve(address, owner);
    if (present === null) this.#unseen.add(address);
    return present;
  }

  /** Gives an address back to the pool that gave it out; it is the last to be given out again. */
  release(address: bigint): void {
    this.#used.delete(address);
    this.#unseen.delete(address);
    const pool = this.#origins.get(address);
    if (pool !== undefined) this.#returned.set(pool, [...(this.#returned.get(pool) ?? []), address]);
  }

  /** What was given back is not given out again: it may still be in use. */
  forgetReturned(): void {
    this.#returned.clear();
  }

  /** One address of each IP version for which the rules name pools. */
  allocate(claimant: Claimant): AllocationResult {
    const choice = this.#choose(claimant);
    if ('message' in choice) return { kind: 'misspelt', problem: choice };
    if (choice.ipv4.length + choice.ipv6.length === 0) {
      return {
        kind: 'failed',
        message: 'no IPPool available, no pool selection rules of any type are specified',
        help: `name a pool in the network (\`ippools\`) or in annotation ${ipamAnnotations.pool}, or give a pool \`default: true\``,
        pool: null,
        absent: [{ kinds: ['SpiderIPPool'], key: null }, ownNamespace(claimant)],
        choice,
      };
    }
    const owner = objectKey(claimant.pod);
    const allocations: Allocation[] = [];
    for (const [family, names] of [
      [4, choice.ipv4],
      [6, choice.ipv6],
    ] as const) {
      if (names.length === 0) continue;
      const outcome = this.#allocateOne(family, names, choice, claimant, owner);
      if (outcome.kind !== 'one') return outcome;
      allocations.push(outcome.allocation);
    }
    return { kind: 'allocated', allocations, cleanGateway: choice.cleanGateway, choice };
  }

  /**
   * What an interface had in an exported cluster, whatever pools say now: nobody else gets it. `reserve` it before.
   * An address that no pool it may take from can have given is on the link of one of them all the same.
   */
  keep(claimant: Claimant, addresses: readonly bigint[]): KeepResult {
    const choice = this.#choose(claimant);
    if ('message' in choice) return { kind: 'misspelt', problem: choice };
    const kept = addresses.map((address): Kept => {
      const family = familyOf(address);
      const names = withoutPatterns(family === 4 ? choice.ipv4 : choice.ipv6, family, this.#pools.values());
      const pools = names.flatMap((name) => this.#poolNamed(name) ?? []);
      const giver = pools.find((pool) => pool.available.some((range) => holds(range, address)));
      const near = giver ?? pools.find((pool) => cidrContains(pool.subnet, address));
      if (giver !== undefined) this.#origins.set(address, giver);
      const length =
        near?.prefixLength ?? pools.find((pool) => !pool.refused)?.prefixLength ?? (family === 4 ? 32 : 128);
      return {
        pool: near ?? null,
        address: `${formatAddress(address)}/${length}`,
        stray: giver === undefined ? names : null,
      };
    });
    const unheard = ([4, 6] as const)
      .map((family) => ({ family, pools: family === 4 ? choice.ipv4 : choice.ipv6 }))
      .filter(({ family, pools }) => pools.length > 0 && !addresses.some((address) => familyOf(address) === family));
    return { kind: 'kept', kept, unheard, cleanGateway: choice.cleanGateway };
  }

  #choose(claimant: Claimant): PoolChoice | ChoiceProblem {
    const fallbacks = claimant.network === null ? this.#fallbacks : [];
    return choosePools(claimant, this.#defaults.length > 0 ? this.#defaults : fallbacks);
  }

  #poolNamed(name: string): Pool | undefined {
    return this.#pools.get(name) ?? this.#fallbacks.find((pool) => pool.name === name);
  }

  #allocateOne(
    family: Family,
    names: readonly string[],
    choice: PoolChoice,
    claimant: Claimant,
    owner: string,
  ): Exclude<AllocationResult, { kind: 'allocated' | 'misspelt' }> | { kind: 'one'; allocation: Allocation } {
    const named = withoutPatterns(names, family, this.#pools.values());
    if (named.length === 0) {
      return {
        kind: 'failed',
        message: `no IPPool available, no IPv${family} IPPool matches [${names.join(' ')}]`,
        help: 'define a pool that it matches, or name one that is defined',
        pool: names[0] ?? null,
        absent: [{ kinds: ['SpiderIPPool'], key: null }],
        choice,
      };
    }
    const listed = `[${named.join(' ')}]`;
    const twice = named.find((name, i) => named.indexOf(name) !== i);
    if (twice !== undefined) {
      return {
        kind: 'failed',
        message: `wrong input, duplicate IPPool ${twice} specified for NIC ${claimant.nic}`,
        help: 'name it once',
        pool: null,
        absent: [],
        choice,
      };
    }
    const candidates: Pool[] = [];
    const reasons: string[] = [];
    for (const name of named) {
      const pool = this.#poolNamed(name);
      if (pool === undefined) {
        return {
          kind: 'failed',
          message: `failed to get original IPPool ${name}: spiderippools.spiderpool.spidernet.io "${name}" not found`,
          help: 'define the pool, or name one that is defined',
          pool: name,
          absent: [{ kinds: ['SpiderIPPool'], key: name }],
          choice,
        };
      }
      if (pool.refused) return { kind: 'refused' };
      const reason = filteredOut(pool, family, claimant);
      if (reason === null) candidates.push(pool);
      else reasons.push(reason);
    }
    // A pool is for certain nodes or namespaces: where one of these could not be read, nobody knows.
    const absent = reasons.length === 0 ? [] : [{ kinds: ['Scenario'], key: null }, ownNamespace(claimant)];
    if (candidates.length === 0) {
      return {
        kind: 'failed',
        message: `no IPPool available, all IPv${family} IPPools ${listed} of ${claimant.nic} filtered out: ${aggregate(reasons)}`,
        help: 'add a pool that is for this pod, or loosen the affinities of one of them',
        pool: null,
        absent,
        choice,
      };
    }
    candidates.sort(comparePools);
    for (const pool of candidates) {
      const address = this.#take(pool, owner);
      if (address === null) continue;
      const tied = candidates.filter((other) => comparePools(pool, other) === 0 && leadsElsewhere(pool, other));
      const allocation = {
        pool,
        address: `${formatAddress(address)}/${pool.prefixLength}`,
        tied: tied.map((one) => one.name),
        double: this.#unseen.has(address) ? (this.#used.get(address) ?? null) : null,
      };
      return { kind: 'one', allocation };
    }
    return {
      kind: 'failed',
      message: `failed to allocate any IPv${family} IP address to NIC ${claimant.nic} from IPPools [${candidates.map(({ name }) => name).join(' ')}]: all IP addresses used out`,
      help: 'add addresses to `ips` of the pool, or ask for fewer pods',
      pool: null,
      absent,
      choice,
    };
  }

  /**
   * The lowest address that nobody has had. Only then those given back: neighbours may remember who had them (host-local
   * IPAM goes round for the same reason).
   */
  #take(pool: Pool, owner: string): bigint | null {
    const cursor = this.#cursors.get(pool) ?? { range: 0, next: pool.available[0]?.first ?? 0n };
    this.#cursors.set(pool, cursor);
    for (;;) {
      const range = pool.available[cursor.range];
      if (range === undefined) return this.#takeReturned(pool, owner);
      for (; cursor.next <= range.last; cursor.next++) {
        if (this.#unseen.has(cursor.next)) return cursor.next++;
        if (this.#used.has(cursor.next)) continue;
        this.#used.set(cursor.next, owner);
        this.#origins.set(cursor.next, pool);
        return cursor.next++;
      }
      cursor.range++;
      cursor.next = pool.available[cursor.range]?.first ?? 0n;
    }
  }

  #takeReturned(pool: Pool, owner: string): bigint | null {
    const returned = this.#returned.get(pool) ?? [];
    const address = returned.find((one) => !this.#used.has(one));
    if (address === undefined) return null;
    this.#returned.set(
      pool,
      returned.filter((one) => one !== address),
    );
    this.#used.set(address, owner);
    return address;
  }
}

/** Whether it matters which of the two an address comes from. */
function leadsElsewhere(one: Pool, other: Pool): boolean {
  const what = ({ subnet, gateway, routes }: Pool) => [String(subnet.network), subnet.length, gateway, routes];
  return JSON.stringify(what(one)) !== JSON.stringify(what(other));
}

function ownNamespace({ pod }: Claimant): Absent {
  return { kinds: ['Namespace'], key: pod.namespace };
}

/** As k8s.io/apimachinery's Aggregate prints: one alone, several distinct ones in brackets. */
function aggregate(reasons: readonly string[]): string {
  const distinct = [...new Set(reasons)];
  return distinct.length === 1 ? String(distinct[0]) : `[${distinct.join(', ')}]`;
}
