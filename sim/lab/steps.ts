/** What each kind of step does in a living lab. */
import { reassemblyMemory } from '../linux/network-counters.ts';
import type { ChangeStepPlan, PartyPlan } from '../plan/plan.ts';
import { partyName } from '../plan/plan.ts';
import { longestWayNs } from '../plan/wire/links.ts';
import { runsThoughDenied } from '../plan/flows/denied-flows.ts';
import { sleep } from './clock.ts';
import { injectFrames } from './inject/inject.ts';
import type { Lab } from './lab.ts';
import { note, wordsOf } from './lab.ts';
import type { LiveCluster } from './live-cluster.ts';
import { queuedPackets } from './queued-packets.ts';
import { runProbes } from './probe/probes.ts';
import type { Sampler } from './sampling.ts';
import type { StepRunners } from './timeline.ts';
import type { Topology } from './topology.ts';
import { awaitCalm } from './losses/leftovers.ts';
import { partiesOf } from './losses/step-parties.ts';
import type { Underlay } from './wire/underlay.ts';
import { deniedFlows } from './traffic/denied.ts';
import { closeLookAtChanges } from './traffic/close-look.ts';
import { runFlows } from './traffic/flows.ts';
import { busyNs } from './traffic/processor-time.ts';

export function stepRunners(lab: Lab, topology: Topology, live: LiveCluster, sampler: Sampler): StepRunners {
  const { policies } = topology;
  const sample = (): void => void sampler.sample();
  /** Steps with traffic that go on: beside them nothing falls silent. */
  let flowing = 0;
  const lookClosely = closeLookAtChanges(lab, sample, () => flowing > 0);
  const watchChange = (signal: AbortSignal): void => {
    // On the real clock so many readings would be in the way of what they read.
    if (lab.clockKind !== 'virtual') return;
    lookClosely(signal).catch((error: unknown) => {
      note(lab, 'error', `counters cannot be read any more: ${wordsOf(error)}`);
    });
  };
  const change = async ({ index, name, change }: ChangeStepPlan, signal: AbortSignal): Promise<void> => {
    await live.change(change, { step: index, what: name });
    if (change.limitPods !== undefined) watchChange(signal);
    const unbuilt = (change.createPods ?? []).map((pod) => ({ kind: 'pod', ...pod }) as const);
    await requireReady(topology, unbuilt);
  };
  const calm = (parties: ReadonlySet<string>, signal: AbortSignal): Promise<void> =>
    awaitCalm(
      lab,
      {
        queued: () => queuedPackets(topology, parties),
        reassembly: () =>
          [...parties].flatMap((of) => {
            const party = lab.parties.get(of);
            return party === undefined ? [] : [{ of, ...reassemblyMemory(party.namespace) }];
          }),
      },
      flowing === 0,
      signal,
    );
  return {
    // The timeline begins when every pod has been built or has failed: there is nothing left to wait for.
    wait: ({ pods }) => requireReady(topology, pods),
    traffic: async (step, signal) => {
      await calm(partiesOf(step, lab.plan), signal);
      const later = lab.plan.timeline.slice(step.index + 1).some((one) => 'change' in one);
      const doubtful = step.flows.filter(({ flowId }) => !runsThoughDenied(flowId, step, later));
      const denied = await deniedFlows(lab, doubtful, policies.oracle, signal);
      recordProcessors(lab);
      flowing += 1;
      try {
        await runFlows(lab, step.flows, denied, { sample, queued: (names) => queuedPackets(topology, names) }, signal);
      } finally {
        flowing -= 1;
        recordProcessors(lab);
      }
    },
    inject: async ({ injections }, signal) => {
      // What was dropped before is not this step's.
      sample();
      await injectFrames(lab, topology.dataplane, injections, longestWay(topology), signal);
      sample();
    },
    probe: async (step, signal) => {
      await calm(partiesOf(step, lab.plan), signal);
      await runProbes(lab, step, policies.oracle, signal);
      sample();
    },
    apply: change,
    delete: change,
    restart: change,
    label: change,
    scale: change,
    annotate: change,
    underlay: ({ underlay }, signal) => {
      // What the counters say of a queue that goes must not be lost with it.
      sample();
      wireOf(topology).change(underlay);
      watchChange(signal);
      return Promise.resolve();
    },
    link: ({ node, interface: nic, up }) => {
      wireOf(topology).setCable(`node:${node}`, nic, up);
      return Promise.resolve();
    },
    sleep: ({ durationNs }, signal) => sleep(durationNs, signal),
  };
}

function wireOf({ underlay }: Topology): Underlay {
  if (underlay === null) throw new Error('the pods of this lab are stand-ins, with no wire between their nodes');
  return underlay;
}

/** Nanoseconds from one node to another, at most. */
function longestWay({ underlay }: Topology): number {
  if (underlay === null) return 0;
  return longestWayNs([underlay.now]);
}

function recordProcessors(lab: Lab): void {
  const busy = busyNs();
  if (busy !== null) lab.record({ type: 'cpu', t: lab.clock.now(), busyNs: busy });
}

function requireReady({ failed }: Topology, pods: readonly PartyPlan[]): Promise<void> {
  const words = pods.map(partyName).flatMap((name) => {
    const why = failed.get(name);
    return why === undefined ? [] : [`${name}: ${why}`];
  });
  return words.length === 0 ? Promise.resolve() : Promise.reject(new Error(`not ready: ${words.join('; ')}`));
}
