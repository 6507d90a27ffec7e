import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Party } from '../cluster/parties.ts';
import { PeersByRank } from './peers-by-rank.ts';

const party = (name: string) => ({ name }) as Party;
const rankOf = ({ name }: Party) => Number(name.charAt(0)) % 3;

/** As a stable sort has them. */
function sorted(pods: readonly Party[], pod: Party, used: (name: string) => number) {
  const peers = pods.filter((peer) => peer !== pod).map((peer) => ({ peer, rank: rankOf(peer) }));
  return peers.sort((a, b) => a.rank - b.rank || used(a.peer.name) - used(b.peer.name));
}

test('come by rank, then the least used, then in their order, however they are taken', () => {
  const taken = fc.array(fc.tuple(fc.nat(), fc.nat(3)), { maxLength: 60 });
  const property = fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }), taken, (words, takes) => {
    const pods = words.map((word, i) => party(`${word}-${i}`));
    const uses = new Map<string, number>();
    const used = (name: string) => uses.get(name) ?? 0;
    const peers = new PeersByRank(pods, ({ name }) => name.charAt(0), used);
    for (const [at, passed] of takes) {
      const pod = pods[at % pods.length] as Party;
      const expected = sorted(pods, pod, used);
      expect([...peers.of(pod, 'q', rankOf)]).toEqual(expected);
      const next = expected[Math.min(passed, expected.length - 1)]?.peer;
      for (const { name } of next === undefined ? [pod] : [pod, next]) uses.set(name, used(name) + 1);
    }
  });
  fc.assert(property, { seed: 1 });
});

test('those that may be passed over are asked about once the first of their rank was taken', () => {
  const pods = Array.from({ length: 9 }, (_, i) => party(`0-${i}`));
  const peers = new PeersByRank(
    pods,
    ({ name }) => name.charAt(0),
    () => 0,
  );
  const taken: Party[] = [];
  for (const { peer } of peers.of(pods[0] as Party, 'q', rankOf, ({ name }) => taken.length > 0 && name !== '0-5')) {
    taken.push(peer);
  }
  expect(taken.map(({ name }) => name)).toEqual(['0-1', '0-5']);
});

test('the first of a thousand is found without looking at the others', () => {
  const pods = Array.from({ length: 1000 }, (_, i) => party(`${i % 5}-${i}`));
  const uses = new Map<string, number>();
  let asked = 0;
  let ranked = 0;
  const used = (name: string) => {
    asked++;
    return uses.get(name) ?? 0;
  };
  const peers = new PeersByRank(pods, ({ name }) => name.charAt(0), used);
  const rank = (peer: Party) => {
    ranked++;
    return rankOf(peer);
  };
  for (const pod of pods) {
    for (const { peer } of peers.of(pod, 'q', rank)) {
      for (const { name } of [pod, peer]) uses.set(name, (uses.get(name) ?? 0) + 1);
      break;
    }
  }
  expect(ranked).toBe(5 * 5);
  expect(asked).toBeLessThan(20 * pods.length);
});
