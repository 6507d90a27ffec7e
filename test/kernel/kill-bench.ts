/**
 * `npm run test:kill -- [SEED] [KILLS]`: kill -9 at random moments of the seed scenario's run; prints what was there and what
 * was left. Half of the KILLS (40) meet the front end, the guest and the launcher of a lab in user-mode Linux, each in turn, the
 * other half the agent of a lab in the machine's own kernel, the machine being a guest. Ends with 1 when anything was left.
 */
import { join } from 'node:path';
import { GuestMachine } from './guest-machine.ts';
import { killAndLook, untilTraffic, type FrontEnd, type Remains, type Victim } from './kill.ts';

/** Of each half. */
const KILLS = Math.ceil(Number(process.argv[3] ?? 40) / 2);
/** Moments reach from the first process of the kernel to this long after the first traffic. */
const INTO_TRAFFIC_MS = 2_000;
const VICTIMS: readonly Victim[] = ['front-end', 'uml', 'launcher'];
const PROJECT = join(import.meta.dirname, '../..');

const random = generator(Number(process.argv[2] ?? 1));
/** Every second one falls while there is traffic, the others anywhere between the first process and that. */
const moments = (trafficMs: number): number[] =>
  Array.from({ length: KILLS }, (_, kill) =>
    Math.floor(kill % 2 === 0 ? random() * trafficMs : trafficMs + random() * INTO_TRAFFIC_MS),
  );
let bad = 0;

// Side by side: what one half kills, the other half's guest does not see.
await Promise.all([killLabsInUml(), killAgentsOnAMachine()]);

process.stdout.write(`${2 * KILLS} kills, ${bad} left something\n`);
process.exitCode = bad === 0 ? 0 : 1;

async function killLabsInUml(): Promise<void> {
  const trafficMs = await untilTraffic(run('uml'));
  for (const [kill, delayMs] of moments(trafficMs).entries()) {
    const victim = VICTIMS[kill % VICTIMS.length] ?? 'front-end';
    tell(victim, delayMs, await killAndLook(victim, delayMs, run('uml')));
  }
}

async function killAgentsOnAMachine(): Promise<void> {
  await using guest = await GuestMachine.boot();
  const program = await guest.bundle('fixtures/kill-agent.ts');
  const ask = async (victim: Victim | 'nobody', delayMs: number): Promise<unknown> => {
    const { code, output } = await guest.run(process.execPath, program, victim, String(delayMs), ...run('host').argv);
    if (code !== 0) throw new Error(output);
    return JSON.parse(output);
  };
  const trafficMs = (await ask('nobody', 0)) as number;
  for (const delayMs of moments(trafficMs)) tell('agent', delayMs, (await ask('agent', delayMs)) as Remains);
}

function run(kernel: 'uml' | 'host'): FrontEnd {
  const words = ['run', join(PROJECT, 'scenarios/seed'), '--kernel', kernel, '--plain', '-o', 'OUT'];
  return { argv: [process.execPath, join(PROJECT, 'dist/ipvlane.js'), ...words] };
}

function tell(victim: Victim, delayMs: number, { before, exitCode, records, ...remains }: Remains): void {
  const left = Object.entries(remains).filter(([, list]) => list.length > 0);
  // Who is left alive must say that the machine let it down.
  const silent = victim !== 'front-end' && exitCode !== 3;
  if (left.length > 0 || silent) bad += 1;
  const story = left.length === 0 ? 'nothing left' : `LEFT ${JSON.stringify(Object.fromEntries(left))}`;
  const end = victim === 'front-end' ? '' : `, the front end ended with ${String(exitCode)}`;
  process.stdout.write(
    `${victim} after ${delayMs} ms: ${before.processes} processes, ${before.namespaces} namespaces, ${records} records on disk; ${story}${end}\n`,
  );
}

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
