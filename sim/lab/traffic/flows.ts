/** The flows of one traffic step: first all idle round trips, then all flows at once, each with its ping under load. */
import type { FlowPlan, Generator } from '../../plan/plan.ts';
import { partyName } from '../../plan/plan.ts';
import type { Lab, Party } from '../lab.ts';
import { note, partyNamed, wordsOf } from '../lab.ts';
import { generatorOf } from './choose-generator.ts';
import { lookCloselyAtFirstSecond } from './close-look.ts';
import { echoes } from './generator/echoes.ts';
import { generate } from './generator/generate.ts';
import { GroupSenders } from './generator/group-flow.ts';
import { StartGate } from './generator/start-gate.ts';
import { wholeSeconds } from './iperf3-arguments.ts';
import { iperf3 } from './iperf3.ts';
import type { PingSettings } from './ping.ts';
import { ping } from './ping.ts';

const IDLE: PingSettings = { phase: 'idle', intervalMs: 20, count: 50 };
const LOAD_INTERVAL_MS = 50;

/** As iperf3's; with many flows seldom, or the records would cost more than the packets. */
const INTERVAL_NS = 100e6;
const MANY_FLOWS = 32;
const INTERVAL_OF_MANY_NS = 500e6;
const SAME_MOMENT_NS = 20e6;

/**
 * @param refused by flow id: why it does not run (denied.ts)
 * @param counters.sample reads the counters: when flows begin, and after each, before its step can end
 * @param counters.queued packets in the wire's queues and in those of these parties, now
 * @throws Error with the words of every flow that failed
 */
export async function runFlows(
  lab: Lab,
  all: readonly FlowPlan[],
  refused: ReadonlyMap<number, string>,
  { sample, queued }: FlowCounters,
  signal: AbortSignal,
): Promise<void> {
  const flows = all.filter(({ flowId }) => !refused.has(flowId));
  for (const [flowId, message] of refused) {
    lab.record({ type: 'flow-state', t: lab.clock.now(), flowId, state: 'failed', message });
  }
  const sender = (flow: FlowPlan) => partyNamed(lab, partyName(flow.from));
  await Promise.all(flows.filter((flow) => flow.ping).map((flow) => roundTrips(lab, sender(flow), flow, IDLE, signal)));
  if (signal.aborted) return;
  const own = flows.filter((flow) => generatorOf(flow, lab.clockKind) === 'ipvlane').length;
  // The counters are read as the flows begin: what was before them is told apart from what they do.
  const gate = new StartGate(own, sample);
  const intervalNs = flows.length > MANY_FLOWS ? INTERVAL_OF_MANY_NS : INTERVAL_NS;
  const streamsAtOnce = flows.reduce((sum, { streams }) => sum + streams, 0);
  const atEnds = seldom(lab, sample);
  const over = new AbortController();
  const looks: Promise<void>[] = [];
  const onFirst = (): void => {
    if (looks.length > 0 || flows.length > MANY_FLOWS) return;
    looks.push(lookCloselyAtFirstSecond(lab, flows, sample, AbortSignal.any([signal, over.signal])));
  };
  using groups = new GroupSenders(lab);
  const ends = await Promise.allSettled(
    flows.map((flow) =>
      runFlow(lab, flow, { gate, intervalNs, streamsAtOnce, sample: atEnds, queued, onFirst, groups }, signal),
    ),
  );
  over.abort();
  await Promise.all(looks);
  sample();
  const failures = [
    ...refused.values(),
    ...ends.flatMap((end) => (end.status === 'rejected' ? [wordsOf(end.reason)] : [])),
  ];
  if (failures.length > 0) throw new Error(failures.join('; '));
}

/** Hundreds of flows end at one moment, and their counters are the same. */
function seldom(lab: Pick<Lab, 'clock'>, sample: () => void): () => void {
  let lastNs = Number.NEGATIVE_INFINITY;
  return () => {
    if (lab.clock.now() - lastNs < SAME_MOMENT_NS) return;
    sample();
    lastNs = lab.clock.now();
  };
}

export interface FlowCounters {
  readonly sample: () => void;
  readonly queued: (parties: ReadonlySet<string>) => number;
}

interface Together {
  readonly gate: StartGate;
  readonly intervalNs: number;
  readonly streamsAtOnce: number;
  readonly sample: () => void;
  readonly queued: FlowCounters['queued'];
  readonly groups: GroupSenders;
  /** Of our own generator's flows, which begin together. */
  readonly onFirst: () => void;
}

async function runFlow(lab: Lab, flow: FlowPlan, together: Together, signal: AbortSignal): Promise<void> {
  const names = new Set([partyName(flow.from), partyName(flow.to)]);
  const ends = {
    from: partyNamed(lab, partyName(flow.from)),
    to: partyNamed(lab, partyName(flow.to)),
    flow,
    queued: () => together.queued(names),
  };
  const generator = generatorOf(flow, lab.clockKind);
  noteDifferences(lab, flow, generator);
  const durationNs = generator === 'iperf3' ? wholeSeconds(flow.durationNs) * 1e9 : flow.durationNs;
  const failed = new AbortController();
  const over = new AbortController();
  const load: Promise<void>[] = [];
  const onStarted = (): void => {
    const until = AbortSignal.any([signal, failed.signal]);
    if (flow.ping) load.push(roundTrips(lab, ends.from, flow, underLoad(durationNs, over.signal), until));
  };
  try {
    if (generator === 'iperf3') await iperf3(lab, { ...ends, onStarted }, signal);
    else {
      const begun = (): void => {
        together.onFirst();
        onStarted();
      };
      await generate(lab, { ...together, ...ends, onStarted: begun }, signal);
    }
  } catch (error) {
    failed.abort();
    throw error;
  } finally {
    over.abort();
    together.sample();
    // The last requests may still be on their way back through a full queue.
    await Promise.all(load);
  }
}

/** What is done otherwise than it was written. */
function noteDifferences(lab: Lab, flow: FlowPlan, generator: Generator): void {
  const say = (words: string): void => note(lab, 'info', `flow ${flow.flowId}: ${words}`);
  const seconds = wholeSeconds(flow.durationNs);
  if (generator === 'iperf3' && seconds * 1e9 !== flow.durationNs) {
    say(`iperf3 counts whole seconds, so it runs ${seconds} s; \`generator: ipvlane\` is exact`);
  }
  if (flow.generator === 'iperf3' && generator !== 'iperf3') {
    say('iperf3 spins, and a virtual clock stands still meanwhile: ipvlane makes the traffic itself');
  }
}

/**
 * By ping, a process of its own that our other work does not delay; under a virtual clock by our own sockets, and beside a volume, of
 * which nobody knows when it ends: ping cannot stop asking and hear what is still on its way.
 */
function roundTrips(lab: Lab, from: Party, flow: FlowPlan, settings: PingSettings, signal: AbortSignal): Promise<void> {
  return (lab.clockKind === 'virtual' || flow.volume !== undefined ? echoes : ping)(lab, from, flow, settings, signal);
}

function underLoad(durationNs: number, over: AbortSignal): PingSettings {
  return { phase: 'load', over, intervalMs: LOAD_INTERVAL_MS, count: Math.ceil(durationNs / 1e6 / LOAD_INTERVAL_MS) };
}
