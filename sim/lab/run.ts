/** One lab from `start` to its end: build, timeline, hold, undo. */
import { execFile } from 'node:child_process';
import { release } from 'node:os';
import type { Plan, StepPlan } from '../plan/plan.ts';
import type { EndRecord, RunRecord, TraceRecord } from '../trace/record.ts';
import { TRACE_SCHEMA } from '../trace/names.ts';
import { startCapture } from './capture.ts';
import { ExpiredConnections } from './connections.ts';
import { HeldComforts } from './held/comforts.ts';
import { LabClock } from './clock.ts';
import type { Lab, Party } from './lab.ts';
import { ExhaustionWatch } from './exhaustion/exhaustion-watch.ts';
import { Books } from './losses/books.ts';
import { LossWatch } from './losses/loss-watch.ts';
import { partiesOf } from './losses/step-parties.ts';
import { LiveCluster } from './live-cluster.ts';
import { FIRST_OTHER_IFINDEX, FIRST_POD_IFINDEX } from '../plan/wire/ifindexes.ts';
import { IfindexPool, note, wordsOf } from './lab.ts';
import type { Line } from './line.ts';
import type { AgentMessage, RunOptions } from './protocol.ts';
import { EchoIdentifiers } from './probe/echo-asker.ts';
import type { Questions } from './questions.ts';
import { memoryMessage } from './memory.ts';
import { createSampler } from './sampling.ts';
import { showCommands } from './shown-commands.ts';
import type { Sampler } from './sampling.ts';
import { SamplingPace } from './sampling-pace.ts';
import { stepRunners } from './steps.ts';
import { FlowListeners } from './traffic/generator/flow-listeners.ts';
import { RequestServers } from './traffic/generator/request-server.ts';
import { PortPool, writtenPorts } from './traffic/generator/port-pool.ts';
import { runTimeline } from './timeline.ts';
import { requireTools, toolsNeeded } from './tools.ts';
import type { Topology } from './topology.ts';
import { buildTopology } from './topology.ts';
import { Undo } from './undo.ts';
import { buildStandIns } from './verdict/stand-ins.ts';

export interface RunSetting {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly kernel: Omit<RunRecord['kernel'], 'release'>;
  readonly line: Line<unknown, AgentMessage>;
  /** Filled as the lab comes up; `exec` looks its parties up here. */
  readonly parties: Map<string, Party>;
  /** The cluster has come up, and may be changed by others than the steps. */
  readonly onLive: (cluster: LiveCluster) => void;
  /** A pod is about to go: what was started in it must end. */
  readonly onPartyGone: (party: string) => void;
  /** Says that a step is over; resolves with the answer, or with false when the lab is to end. */
  readonly askAgain: (step: number) => Promise<boolean>;
  /** Given the lab when it stands. */
  readonly questions: Questions;
  readonly objectPath: string;
  /** As ExhaustionOptions has it. */
  readonly firstNamespace: string;
  /** Modules that the kernel was built without. */
  readonly missingModules: readonly string[];
  /** Ends the lab in order. */
  readonly stop: AbortSignal;
}

/**
 * Sends every record. Resolves when everything is undone.
 * @throws what the lab could not go on after, once everything is undone and the `end` record is sent
 */
export async function runLab(setting: RunSetting): Promise<void> {
  const { plan, options, line, parties } = setting;
  const clock = new LabClock();
  const record = (record: TraceRecord): void => line.send({ type: 'trace', record });
  record(await runRecord(setting));
  let end: Pick<EndRecord, 'outcome' | 'message'>;
  let failure: Error | null = null;
  using shown = options.showCommands ? showCommands(clock) : null;
  const takeCommands: Lab['takeCommands'] = () => shown?.take() ?? {};
  try {
    await using undo = new Undo((what, error) =>
      note({ record, clock }, 'warning', `${what} could not be undone: ${wordsOf(error)}`),
    );
    const indexes = {
      podIfindexes: new IfindexPool(FIRST_POD_IFINDEX),
      ifindexes: new IfindexPool(FIRST_OTHER_IFINDEX),
    };
    const pools = {
      ...indexes,
      echoIdentifiers: new EchoIdentifiers(),
      ports: new PortPool(writtenPorts(plan)),
      flowListeners: new FlowListeners(),
      requestServers: new RequestServers(),
    };
    const exhaustion = new ExhaustionWatch(
      { clock, record, undo },
      {
        firstNamespace: setting.firstNamespace,
        mostNeighbours: options.mostNeighbours ?? null,
      },
    );
    const common = { plan, options, clock, clockKind: setting.kernel.clock, undo, record, takeCommands, parties };
    const lab: Lab = { ...common, exhaustion, ...pools };
    beginSignsOfLife(lab, line);
    if (lab.clockKind === 'virtual') beginCollections(lab);
    end = { outcome: await live(lab, setting) };
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error), { cause: error });
    end = { outcome: 'failed', message: wordsOf(error) };
  }
  record({ type: 'end', t: clock.now(), ...end, ...takeCommands() });
  if (failure !== null) throw failure;
}

async function live(lab: Lab, setting: RunSetting): Promise<EndRecord['outcome']> {
  const { plan, options, line, stop, missingModules } = setting;
  requireTools(toolsNeeded(plan, options, lab.clockKind));
  if (missingModules.length > 0) note(lab, 'info', `this kernel has no module ${missingModules.join(', ')}`);
  if (options.standIns !== true) lab.exhaustion.makeRoom(plan, plan.pods);
  const topology =
    options.standIns === true
      ? buildStandIns(lab, setting.objectPath)
      : await buildTopology(lab, setting.objectPath, stop);
  if (stop.aborted) return 'interrupted';
  beginSweeps(lab, topology.dataplane);
  const { sampler, begin } = beginSampling(lab, topology, setting);
  if (options.pcap) await beginCaptures(lab, line);
  const losses = new LossWatch(lab, topology.wires, lab.exhaustion.first);
  const books = new Books(lab, topology.dataplane.maps.counters, topology.endpoints);
  const lookForLosses = (parties: Iterable<string>): void => {
    losses.look(parties);
    books.look(parties);
  };
  const comforts = new HeldComforts(lab, () => cluster.cluster);
  const events = {
    beforeChange: () => sampler.sample(),
    beforeGone: (party: string) => {
      comforts.leave(party);
      // Afterwards nobody can be asked what was lost there.
      lookForLosses([party]);
      setting.onPartyGone(party);
    },
    afterChange: () => comforts.follow(),
  };
  const cluster: LiveCluster = new LiveCluster(lab, topology, events, stop);
  if (options.forPeople === true) comforts.name();
  setting.onLive(cluster);
  const sample = (): void => void sampler.sample();
  const { objectPath } = setting;
  setting.questions.open({ lab, topology, cluster, objectPath, comforts, sample, lookForLosses, signal: stop });
  const runners = stepRunners(lab, topology, cluster, sampler);
  topology.underlay?.begin();
  const onBegin = (step: StepPlan): void => {
    lab.exhaustion.look();
    lookForLosses(partiesOf(step, lab.plan));
    begin(step);
  };
  const onEnd = (step: StepPlan): void => {
    lab.exhaustion.look();
    lookForLosses(partiesOf(step, lab.plan));
  };
  const onPause = (): void => begin({ kind: 'sleep' });
  const again = (step: StepPlan): Promise<boolean> =>
    options.askAgain === true && step.kind === 'traffic' ? setting.askAgain(step.index) : Promise.resolve(false);
  const onLate = ({ name }: StepPlan, lateNs: number): void => {
    const ms = (lateNs / 1e6).toFixed(0);
    note(lab, 'warning', `${name} begins ${ms} ms later than \`every\` says: what came before took longer`);
  };
  const outcome = await runTimeline(lab, plan.timeline, runners, stop, { onBegin, onEnd, onPause, onLate, again });
  sampler.sample();
  if (options.standIns !== true) books.look();
  line.send(memoryMessage(topology.dataplane));
  if (options.hold && outcome === 'completed') {
    if (options.forPeople === true) comforts.listen();
    line.send({ type: 'holding' });
    await aborted(stop);
    return 'completed';
  }
  return outcome;
}

/** Whoever watches tells a lab in which nothing happens from one that hangs. */
function beginSignsOfLife(lab: Lab, line: Line<unknown, AgentMessage>): void {
  const timer = setInterval(() => line.send({ type: 'alive', t: lab.clock.now() }), ALIVE_INTERVAL_MS);
  lab.undo.defer('signs of life', () => clearInterval(timer));
}

const ALIVE_INTERVAL_MS = 10_000;

/**
 * By itself V8 leaves what has grown old and died until the heap has grown by many MiB; over a day that looks like an agent that grows. A
 * virtual clock stands still while it is collected. Where the agent is started without `--expose-gc`, V8 has its way.
 */
function beginCollections(lab: Lab): void {
  const timer = setInterval(() => globalThis.gc?.(), COLLECT_INTERVAL_MS);
  lab.undo.defer('collections', () => clearInterval(timer));
}

const COLLECT_INTERVAL_MS = 600_000;

/**
 * What has expired counts for nothing, but takes the room of what lives: a map full of it forgets a connection before its first reply.
 * Cilium's agent collects such entries as well, from every 10 s on.
 */
function beginSweeps(lab: Lab, { maps }: Topology['dataplane']): void {
  const expired = new ExpiredConnections(maps.conntrack, lab.clock);
  const timer = setInterval(() => {
    try {
      expired.forget();
    } catch (error) {
      note(lab, 'warning', `expired connections cannot be forgotten: ${wordsOf(error)}`);
    }
  }, SWEEP_INTERVAL_MS);
  lab.undo.defer('sweeps', () => clearInterval(timer));
}

const SWEEP_INTERVAL_MS = 20_000;

interface Sampling {
  readonly sampler: Sampler;
  /** A step begins: its first sample comes an interval later. */
  readonly begin: (step: Pick<StepPlan, 'kind'>) => void;
}

/**
 * Samples at every interval until the lab is undone; under a virtual clock less often while nothing happens. While the
 * line does not keep up, what was to be said waits.
 */
function beginSampling(lab: Lab, topology: Topology, { line, kernel }: RunSetting): Sampling {
  const { dataplane, endpoints, wires, policies } = topology;
  const sampler = createSampler(lab, dataplane, endpoints, wires, (id, way) => policies.isolatedBy(id, way));
  const intervalMs = lab.options.samplingIntervalMs;
  const pace = kernel.clock === 'virtual' ? new SamplingPace(intervalMs) : null;
  let timer: NodeJS.Timeout;
  const sampleIn = (ms: number): void => {
    timer = setTimeout(() => {
      try {
        const moved = line.congested || sampler.sample();
        sampleIn(pace?.after(moved) ?? intervalMs);
      } catch (error) {
        note(lab, 'error', `counters cannot be read any more: ${wordsOf(error)}`);
      }
    }, ms);
  };
  sampleIn(intervalMs);
  lab.undo.defer('sampling', () => clearTimeout(timer));
  return {
    sampler,
    begin: (step) => {
      if (pace === null) return;
      pace.begin(step);
      clearTimeout(timer);
      sampleIn(intervalMs);
    },
  };
}

async function beginCaptures(lab: Lab, line: Line<unknown, AgentMessage>): Promise<void> {
  const captures = await Promise.all(
    lab.plan.pods.flatMap((pod) => {
      const party = lab.parties.get(`${pod.namespace}/${pod.name}`);
      const device = pod.interfaces[0]?.name;
      return party === undefined || device === undefined ? [] : [startCapture(lab, line, party, device)];
    }),
  );
  lab.undo.defer('captures', async () => {
    await Promise.all(captures.map((capture) => capture.end()));
  });
}

async function runRecord({ plan, options, kernel }: RunSetting): Promise<RunRecord> {
  const versions: Record<string, string> = { ipvlane: process.env.IPVLANE_BUILD ?? 'source', node: process.version };
  if (toolsNeeded(plan, options, kernel.clock).includes('iperf3')) versions.iperf3 = await iperf3Version();
  return { type: 'run', t: 0, schema: TRACE_SCHEMA, plan, kernel: { ...kernel, release: release() }, versions };
}

/** `iperf 3.12 (cJSON 1.7.15)` -> `3.12`. */
function iperf3Version(): Promise<string> {
  return new Promise((resolve) => {
    execFile('iperf3', ['--version'], (error, stdout) => {
      resolve(error === null ? (/^iperf (\S+)/.exec(stdout)?.[1] ?? 'unknown') : 'missing');
    });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
