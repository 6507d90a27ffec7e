/** The peers that a pod could be measured against, the best first: of thousands nearly always the first is taken, so no others are sorted. */
import type { Party } from '../cluster/parties.ts';

export interface Ranked {
  readonly peer: Party;
  readonly rank: number;
}

interface Candidate {
  readonly peer: Party;
  /** In how many flows it is already. */
  readonly uses: number;
  /** Among all pods. */
  readonly place: number;
}

/** In how many flows a party is, by its name: never less than before. */
type Uses = (name: string) => number;

export class PeersByRank {
  readonly #words: ReadonlyMap<Party, string>;
  readonly #kinds = new Map<string, Kind>();
  readonly #used: Uses;
  readonly #ranked = new Map<string, readonly { readonly rank: number; readonly kinds: readonly Kind[] }[]>();

  /** @param wordOf pods of one word have one rank, whoever is measured */
  constructor(pods: readonly Party[], wordOf: (pod: Party) => string, used: Uses) {
    this.#used = used;
    this.#words = new Map(pods.map((pod) => [pod, wordOf(pod)]));
    for (const [place, pod] of pods.entries()) {
      const word = this.#wordOf(pod);
      const kind = this.#kinds.get(word) ?? new Kind();
      this.#kinds.set(word, kind);
      kind.add(pod, place);
    }
  }

  /**
   * All but the pod itself: by rank, then those that are least used, then in the order of the pods.
   * @param question what a rank depends on beside the words of the two
   * @param mayPass asked once the first of a rank is known: those it is true of may be left out
   */
  *of(
    pod: Party,
    question: string,
    rankOf: (peer: Party) => number,
    mayPass: (peer: Party) => boolean = () => false,
  ): Generator<Ranked> {
    for (const { rank, kinds } of this.#levels(pod, question, rankOf)) {
      const first = least(kinds.flatMap((kind) => kind.leastUsed(pod, this.#used) ?? []));
      if (first === null) continue;
      yield { peer: first.peer, rank };
      const isOther = (peer: Party): boolean => peer !== pod && peer !== first.peer && !mayPass(peer);
      const others = kinds.flatMap((kind) => kind.all(isOther, this.#used));
      others.sort(inOrder);
      for (const { peer } of others) yield { peer, rank };
    }
  }

  #levels(pod: Party, question: string, rankOf: (peer: Party) => number) {
    const key = `${question} ${this.#wordOf(pod)}`;
    const known = this.#ranked.get(key);
    if (known !== undefined) return known;
    const levels = new Map<number, Kind[]>();
    for (const kind of this.#kinds.values()) {
      const rank = rankOf(kind.example);
      const level = levels.get(rank);
      if (level === undefined) levels.set(rank, [kind]);
      else level.push(kind);
    }
    const ranked = [...levels].map(([rank, kinds]) => ({ rank, kinds })).sort((a, b) => a.rank - b.rank);
    this.#ranked.set(key, ranked);
    return ranked;
  }

  #wordOf(pod: Party): string {
    return this.#words.get(pod) ?? '';
  }
}

/** Pods of one word, in their order. */
class Kind {
  readonly #pods: Party[] = [];
  readonly #places: number[] = [];
  /** None is in fewer flows. */
  #fewest = 0;
  /** None before it is in so few. */
  #next = 0;

  add(pod: Party, place: number): void {
    this.#pods.push(pod);
    this.#places.push(place);
  }

  get example(): Party {
    return this.#pods[0] as Party;
  }

  leastUsed(except: Party, used: Uses): Candidate | null {
    while (used(this.#nameAt(this.#next)) > this.#fewest) {
      this.#next++;
      if (this.#next < this.#pods.length) continue;
      this.#next = 0;
      this.#fewest++;
    }
    for (let at = this.#next; at < this.#pods.length; at++) {
      if (this.#pods[at] !== except && used(this.#nameAt(at)) === this.#fewest) return this.#candidate(at, used);
    }
    // It is the only one that is in so few.
    return least(this.all((peer) => peer !== except, used));
  }

  all(isMeant: (peer: Party) => boolean, used: Uses): Candidate[] {
    return this.#pods.flatMap((peer, at) => (isMeant(peer) ? this.#candidate(at, used) : []));
  }

  #candidate(at: number, used: Uses): Candidate {
    return { peer: this.#pods[at] as Party, uses: used(this.#nameAt(at)), place: this.#places[at] as number };
  }

  #nameAt(at: number): string {
    return (this.#pods[at] as Party).name;
  }
}

function inOrder(a: Candidate, b: Candidate): number {
  return a.uses - b.uses || a.place - b.place;
}

function least(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (first, one) => (first === null || inOrder(one, first) < 0 ? one : first),
    null,
  );
}
