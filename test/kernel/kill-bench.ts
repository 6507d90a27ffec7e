/**
 * `npm run test:kill -- [SEED] [KILLS]`: kill -9 at random moments of what is done with the seed scenario; prints what was there and what
 * was left. Half of the KILLS (40) meet, each in turn, the front end, the guest and the launcher of a `run` in user-mode Linux, a `report`, the
 * front ends of a `matrix` and of a lab that is held; the other half the agent of a lab in the machine's own kernel, the machine being
 * a guest. Ends with 1 when anything was left, or an earlier result is not whole.
 */
import { join } from 'node:path';
import { COMMAND, REPOSITORY } from '../cli/ipvlane.ts';
import { GuestMachine } from './guest-machine.ts';
import { ReportKills } from './kill-report.ts';
import { killAndLook, untilTraffic, type FrontEnd, type Moment, type Remains, type Victim } from './kill.ts';

/** Of each half. */
const KILLS = Math.ceil(Number(process.argv[3] ?? 40) / 2);
/** Moments reach from the first process of the kernel to this long after the first traffic. */
const INTO_TRAFFIC_MS = 2_000;
type Verb = 'run' | 'matrix' | 'hold';
const VICTIMS: readonly (readonly [Verb, Victim] | 'report')[] = [
  ['run', 'front-end'],
  'report',
  ['run', 'uml'],
  ['matrix', 'front-end'],
  ['run', 'launcher'],
  ['hold', 'front-end'],
];

const random = generator(Number(process.argv[2] ?? 1));
/** Every second one falls while there is traffic, the others anywhere between the first process and that. */
const moments = (trafficMs: number): Moment[] =>
  Array.from({ length: KILLS }, (_, kill) =>
    kill % 2 === 0
      ? { after: 'start', ms: Math.floor(random() * trafficMs) }
      : { after: 'traffic', ms: Math.floor(random() * INTO_TRAFFIC_MS) },
  );
let bad = 0;

// Side by side: what one half kills, the other half's guest does not see. Where one fails, the other ends what it began.
for (const half of await Promise.allSettled([killLabsInUml(), killAgentsOnAMachine()])) {
  if (half.status === 'fulfilled') continue;
  bad += 1;
  process.stdout.write(`not gone through with: ${String(half.reason)}\n`);
}

process.stdout.write(`${2 * KILLS} kills, ${bad} left something\n`);
process.exitCode = bad === 0 ? 0 : 1;

async function killLabsInUml(): Promise<void> {
  const trafficMs = await untilTraffic(run('uml'));
  await using reports = await ReportKills.prepare();
  for (const [kill, moment] of moments(trafficMs).entries()) {
    const victim = VICTIMS[kill % VICTIMS.length] ?? 'report';
    if (victim === 'report') {
      const [after, left] = await reports.kill(random());
      if (left.length > 0) bad += 1;
      process.stdout.write(
        `report after ${after} ms: ${left.length === 0 ? 'everything whole' : `LEFT ${left.join(', ')}`}\n`,
      );
      continue;
    }
    const [verb, who] = victim;
    tell(who, moment, await killAndLook(who, moment, run('uml', verb)), verb);
  }
}

async function killAgentsOnAMachine(): Promise<void> {
  await using guest = await GuestMachine.boot();
  const program = await guest.bundle('fixtures/kill-agent.ts');
  const ask = async (victim: Victim | 'nobody', { after, ms }: Moment): Promise<unknown> => {
    const words = [victim, after, String(ms), ...run('host').argv];
    const { code, output } = await guest.run(process.execPath, program, ...words);
    if (code !== 0) throw new Error(output);
    return JSON.parse(output);
  };
  const trafficMs = (await ask('nobody', { after: 'start', ms: 0 })) as number;
  for (const moment of moments(trafficMs)) tell('agent', moment, (await ask('agent', moment)) as Remains);
}

function run(kernel: 'uml' | 'host', verb: Verb = 'run'): FrontEnd {
  const scenario = join(REPOSITORY, 'scenarios/seed');
  const words =
    verb === 'matrix'
      ? ['matrix', scenario, '--kernels', kernel, '-o', 'OUT']
      : ['run', scenario, '--kernel', kernel, '--plain', '-o', 'OUT', ...(verb === 'hold' ? ['--hold'] : [])];
  return { argv: [...COMMAND, ...words] };
}

function tell(
  victim: Victim,
  { after, ms }: Moment,
  { before, exitCode, records, ...remains }: Remains,
  verb: Verb = 'run',
): void {
  const left = Object.entries(remains).filter(([, list]) => list.length > 0);
  // Who is left alive must say that the machine let it down.
  const silent = victim !== 'front-end' && exitCode !== 3;
  if (left.length > 0 || silent) bad += 1;
  const story = left.length === 0 ? 'nothing left' : `LEFT ${JSON.stringify(Object.fromEntries(left))}`;
  const end = victim === 'front-end' ? '' : `, the front end ended with ${String(exitCode)}`;
  process.stdout.write(
    `${verb}, ${victim} ${ms} ms after its ${after}: ${before.processes} processes, ${before.namespaces} namespaces, ${records} records on disk; ${story}${end}\n`,
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
