/**
 * `npx tsx test/kernel/kill-bench.ts [SEED]`: kill -9 at 20 random moments of a run, each victim in turn; prints what
 * was there and what was left. Ends with 1 when anything was.
 */
import { killAndLook, type Victim } from './kill.ts';

const VICTIMS: readonly Victim[] = ['front-end', 'uml', 'launcher'];
const KILLS = 20;
const LONGEST_MS = 3_000;

const random = generator(Number(process.argv[2] ?? 1));
let bad = 0;
for (let kill = 0; kill < KILLS; kill += 1) {
  const victim = VICTIMS[kill % VICTIMS.length] ?? 'front-end';
  const delayMs = Math.floor(random() * LONGEST_MS);
  const { before, ...remains } = await killAndLook(victim, delayMs);
  const left = Object.entries(remains).filter(([, list]) => list.length > 0);
  if (left.length > 0) bad += 1;
  const story = left.length === 0 ? 'nothing left' : `LEFT ${JSON.stringify(Object.fromEntries(left))}`;
  process.stdout.write(
    `${victim} after ${delayMs} ms: ${before.processes} processes, ${before.namespaces} namespaces; ${story}\n`,
  );
}
process.stdout.write(`${KILLS} kills, ${bad} left something\n`);
process.exitCode = bad === 0 ? 0 : 1;

/** mulberry32: small, seeded, good enough to choose moments. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
