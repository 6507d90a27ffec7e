/** Counters of queueing disciplines since the lab began, whichever takes the place of which. */
import type { QdiscStats } from '../linux/qdisc.ts';

export type Counts = Pick<QdiscStats, 'packets' | 'bytes' | 'drops' | 'overlimits' | 'extra'>;

/** Counters since the lab began: a pod that was deleted and comes again has a new queue, which counts from 0. */
export class QdiscTotals {
  readonly #last = new Map<string, { readonly qdisc: QdiscStats; readonly before: Counts; readonly total: Counts }>();

  of(key: string, qdisc: QdiscStats): Counts {
    const last = this.#last.get(key);
    const same = last !== undefined && goesOn(last.qdisc, qdisc);
    const before = same ? last.before : (last?.total ?? NOTHING_COUNTED);
    const total = sumOf(before, qdisc);
    this.#last.set(key, { qdisc, before, total });
    return total;
  }
}

/** Not one that took its place, of one kind and handle though it may be. */
function goesOn(last: QdiscStats, now: QdiscStats): boolean {
  const isSame = last.ifindex === now.ifindex && last.handle === now.handle && last.kind === now.kind;
  return isSame && last.packets <= now.packets && last.drops <= now.drops;
}

const NOTHING_COUNTED: Counts = { packets: 0, bytes: 0, drops: 0, overlimits: 0, extra: {} };

function sumOf(a: Counts, b: Counts): Counts {
  const extra = { ...a.extra };
  for (const [name, count] of Object.entries(b.extra)) extra[name] = (extra[name] ?? 0) + count;
  return {
    packets: a.packets + b.packets,
    bytes: a.bytes + b.bytes,
    drops: a.drops + b.drops,
    overlimits: a.overlimits + b.overlimits,
    extra,
  };
}

/** What stands at a place of the wire, and what was counted there so far. */
interface WirePlace {
  readonly root: QdiscStats;
  /** The root, or what stands below a delay line. */
  readonly queue: QdiscStats | null;
  /** Packets that were dropped there since the lab began. */
  readonly drops: number;
  /** Those of them that queues dropped, or that waited in one when another took its place. */
  readonly queueDrops: number;
  /** Those of them that waited in a root, which nobody else counts. */
  readonly waitedInRoot: number;
}

/**
 * Counters of the wire's places since the lab began. A delay line counts among its own drops those of the queue below it, and what waited
 * there when another queue came: `extra.queue_drops` says how many those are, and where a line has been, how many are left.
 */
export class WireTotals {
  readonly #totals = new QdiscTotals();
  readonly #places = new Map<string, WirePlace>();

  /** @param all qdiscs of the namespace, the root among them */
  of(key: string, root: QdiscStats, all: readonly QdiscStats[]): Counts {
    const own = this.#totals.of(key, root);
    const place = nextPlace(this.#places.get(key), root, queueOf(root, all), own.drops);
    this.#places.set(key, place);
    const { queue, drops, queueDrops } = place;
    const total = { ...own, drops };
    const isLine = root.kind === 'netem';
    if (isLine ? queue === null && queueDrops === 0 : drops === queueDrops) return total;
    return { ...total, extra: { ...total.extra, queue_drops: queueDrops } };
  }
}

/** @param ownDrops what the roots there have dropped since the lab began */
function nextPlace(
  last: WirePlace | undefined,
  root: QdiscStats,
  queue: QdiscStats | null,
  ownDrops: number,
): WirePlace {
  const before = last?.queue ?? null;
  const same = before !== null && queue !== null && goesOn(before, queue);
  const dropped = (queue?.drops ?? 0) - (same ? before.drops : 0);
  const replaced = last !== undefined && !goesOn(last.root, root);
  const waitedHere = replaced ? last.root.qlen : 0;
  // A line that stays has counted what waited below it.
  const waitedBelow = replaced || same ? 0 : (before?.qlen ?? 0);
  const waitedInRoot = (last?.waitedInRoot ?? 0) + waitedHere;
  const drops = ownDrops + waitedInRoot;
  const queueDrops = (last?.queueDrops ?? 0) + dropped + waitedHere + waitedBelow;
  // What waited at the last look may have left since, and the line counts what was dropped: its own loss takes nothing back.
  const lost = last === undefined ? 0 : last.drops - last.queueDrops;
  return { root, queue, drops, queueDrops: Math.min(queueDrops, drops - lost), waitedInRoot };
}

function queueOf(root: QdiscStats, all: readonly QdiscStats[]): QdiscStats | null {
  if (root.kind !== 'netem') return root;
  const first = root.handle | FIRST_CLASS;
  return all.find(({ ifindex, parent }) => ifindex === root.ifindex && parent === first) ?? null;
}

/** Of a qdisc's classes, in the lower half of its handle. */
const FIRST_CLASS = 1;
