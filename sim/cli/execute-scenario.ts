/** One run: manifests to verdict, through a kernel. What came of it is a value, which whoever asked tells of (`outcome.ts`). */
import { join } from 'node:path';
import { objectKey } from '../plan/cluster/cluster.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { AgentClient } from '../kernel/agent-client.ts';
import { chooseKernel } from '../kernel/choose.ts';
import { FIRST_SEED, type Kernel, type RunningKernel } from '../kernel/kernel.ts';
import { formatKernelClock } from '../measure/words/format.ts';
import type { Clock } from '../trace/record.ts';
import { refuseSeed, refuseWhatNeedsAnEar } from './virtual-clock.ts';
import { captureFile } from '../plan/capture-file.ts';
import type { Plan } from '../plan/plan.ts';
import { forClock } from '../plan/derived/default-timeline.ts';
import { withEngine } from '../plan/with-engine.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { createMeasurement, type Measurement } from '../measure/observing/reduce.ts';
import { isStarved } from '../measure/machine/run-diagnostics.ts';
import type { MemoryResult, Result } from '../measure/result.ts';
import { resultForPeople } from '../measure/words/short-result.ts';
import type { MachineLoad } from '../measure/machine/machine-load.ts';
import type { RunView } from '../../reports/terminal/view.ts';
import { openControl, type Control } from '../kernel/control/control.ts';
import { CONTROL_SOCKET } from '../kernel/control/socket-path.ts';
import type { Environment } from './environment.ts';
import { exitCodeOfVerdict } from './exit-code.ts';
import { isLabRequest } from './held/lab-request.ts';
import { LiveControl } from './live-control.ts';
import { loadPlanOrThrow } from './load-plan.ts';
import { memoryResult } from './memory-result.ts';
import { refuseEngine } from './engine-asked.ts';
import { refuseNothingToRun } from './nothing-to-run.ts';
import { openView } from './open-view.ts';
import { howItEnded, type Outcome } from './outcome.ts';
import { OutputFolder, outputPath, UNFINISHED } from './output/output-folder.ts';
import { RUN_FILES } from './output/our-folder.ts';
import { stepSecondsOf, writeReports } from './write-reports.ts';
import type { RunSettings } from './run-settings.ts';
import { STALL_LIMITS } from './stall-guard.ts';
import { runSession, type SessionEnd } from './session.ts';
import { type RunFacts, RUN_FACTS_FILE } from './run-facts.ts';
import { watchMachine } from './watch-machine.ts';
import { stopSignal } from './stop-signal.ts';

const SAMPLING_INTERVAL_MS = 100;

/**
 * Where the machine was too busy for the real clock, the run is made once more in virtual time, if kernel and clock were left to us
 * and a kernel for it is here.
 * @throws DiagnosticError where the input is wrong, or the kernel does not start
 */
export async function executeScenario(
  environment: Environment,
  paths: readonly string[],
  settings: RunSettings,
): Promise<Outcome> {
  const ended = await attempt(environment, paths, settings);
  if (ended !== 'starved') return ended;
  const say = settings.json ? environment.stderr : environment.stdout;
  say.write('the machine was too busy for rates on the real clock: the whole run once more, in virtual time\n');
  const exact = await attempt(environment, paths, { ...settings, kernel: VIRTUAL, clock: 'virtual' });
  if (exact === 'starved') throw new Error('virtual time was starved');
  return exact;
}

const VIRTUAL = 'uml-virtual';

async function mayTakeVirtualTime({ kernel, clock, hold }: RunSettings): Promise<boolean> {
  if (kernel !== 'auto' || clock !== null || hold) return false;
  const { kernel: virtual } = await chooseKernel(VIRTUAL, 'virtual');
  return (await virtual.inspect()).usable;
}

async function attempt(
  environment: Environment,
  paths: readonly string[],
  settings: RunSettings,
): Promise<Outcome | 'starved'> {
  const startedAt = environment.now();
  const { plan: planned, live, files } = loadPlanOrThrow(environment, paths, settings);
  // A lab that is held is given its pods by `apply`.
  if (!settings.hold) refuseNothingToRun(planned);
  if (settings.engine !== null) refuseEngine(planned, settings.engine);
  const written = settings.engine === null ? planned : withEngine(planned, settings.engine);
  // Before the folder: a misspelled kernel must not cost the results of an earlier run.
  const chosen = await chooseKernel(settings.kernel, settings.clock);
  const plan = forClock(written, chosen.clock);
  refuseWhatNeedsAnEar(chosen.clock, settings);
  refuseSeed(chosen.clock, settings);
  const captures = settings.pcap ? plan.pods.map((pod) => captureFile(objectKey(pod))) : [];
  const out = outputPath(environment.cwd, settings.out, plan.scenario.name);
  using folder = await OutputFolder.create(out, [...RUN_FILES, ...captures]);
  const measurement = createMeasurement();
  using stop = stopSignal();
  const view = await openView(environment, {
    scenario: plan.scenario.name,
    measurement,
    plain: settings.plain || settings.showCommands,
    fullNames: settings.fullNames,
    json: settings.json,
    onQuit: () => stop.abort(),
  });
  const watched = watchMachine(() => performance.now());
  try {
    const ran = await runInKernel({
      chosen,
      plan,
      live: new LiveControl(live, plan, settings.hold),
      settings,
      folder,
      measurement,
      stop: stop.signal,
      view,
    });
    await view.close();
    if (ran.end.kind === 'completed' && isSpoilt(measurement, plan) && (await mayTakeVirtualTime(settings)))
      return 'starved';
    return await conclude(environment, {
      files,
      settings,
      folder,
      measurement,
      ...ran,
      startedAt,
      machine: watched(),
    });
  } finally {
    await view.close();
  }
}

/** Nothing is unmet, and something could not be measured for want of a processor. */
function isSpoilt(measurement: Measurement, plan: Plan): boolean {
  const { seen } = measurement;
  if (seen === null || measurement.result({ bootMs: null }).verdict !== 'unjudged') return false;
  return plan.timeline.some((step) => isStarved(seen, step, measurement.checks(step)));
}

async function runInKernel(parts: {
  chosen: { readonly kernel: Kernel; readonly clock: Clock };
  plan: Plan;
  live: LiveControl;
  settings: RunSettings;
  folder: OutputFolder;
  measurement: Measurement;
  stop: AbortSignal;
  view: RunView;
}): Promise<{ end: SessionEnd; bootMs: number | null; memory: MemoryResult | null }> {
  const { chosen, plan, live, settings, folder, view, stop } = parts;
  const options = {
    showCommands: settings.showCommands,
    pcap: settings.pcap,
    hold: settings.hold,
    ...(settings.hold ? { forPeople: true } : {}),
    samplingIntervalMs: SAMPLING_INTERVAL_MS,
    askAgain: chosen.clock === 'real',
  };
  const { kind, name } = chosen.kernel;
  const seed = settings.seed ?? FIRST_SEED;
  const seeded = seed === FIRST_SEED ? {} : { seed };
  const script = { type: 'start', plan, options, kernel: { kind, clock: chosen.clock, ...seeded } } as const;
  view.progress(`booting ${name}${chosen.clock === 'virtual' ? ` with a ${formatKernelClock(script.kernel)}` : ''}`);
  try {
    await using kernel = await chosen.kernel.start({
      memoryMiB: settings.memoryMiB,
      keepConsole: (text) => folder.keepConsole(text),
      onProgress: (words) => {
        view.progress(words);
      },
      signal: stop,
      clock: chosen.clock,
      seed,
      script,
    });
    // Not before: a kernel that does not start must not cost what an earlier run has left.
    const place = folder.begin();
    using trace = place.trace();
    view.progress(`${kernel.kind} ${kernel.release} is up after ${(kernel.bootMs / 1000).toFixed(1)} s`);
    await using control = await listen(folder, settings, kernel, live);
    let memory: MemoryResult | null = null;
    const end = await runSession({
      ...parts,
      folder: place,
      agent: new AgentClient(kernel),
      script,
      stallLimits: { ...STALL_LIMITS, silenceMs: settings.stallSeconds * 1000 },
      trace,
      onExec: (message) => control?.deliver(message),
      onMessage: (message) => live.hear(message),
      onMemory: (message) => (memory = memoryResult(message)),
      onHolding: () => {
        view.progress(
          `holding until Ctrl-C here, or \`kill ${process.pid}\` elsewhere; \`ipvlane exec --run ${folder.path} POD -- COMMAND\` works in it`,
        );
      },
    });
    view.progress(`${kernel.kind} shuts down`);
    return { end, bootMs: kernel.bootMs, memory };
  } catch (error) {
    // Ctrl-C while booting: the kernel's complaint about it is no news.
    if (stop.aborted && error instanceof DiagnosticError)
      return { end: { kind: 'interrupted' }, bootMs: null, memory: null };
    throw error;
  }
}

/** Other terminals may look in and change things as soon as the kernel is up; a virtual clock hears nobody. */
async function listen(
  folder: OutputFolder,
  settings: RunSettings,
  kernel: RunningKernel,
  live: LiveControl,
): Promise<Control | null> {
  if (kernel.clock === 'virtual') return null;
  try {
    const onRequest = (body: unknown): Promise<unknown> =>
      isLabRequest(body) ? live.handle(body, kernel) : Promise.reject(new Error('no request that a lab knows'));
    return await openControl(folder.file(CONTROL_SOCKET), kernel, onRequest);
  } catch (error) {
    // A file system without sockets is no reason not to run.
    if (settings.hold) throw error;
    return null;
  }
}

async function conclude(
  environment: Environment,
  parts: {
    files: readonly SourceFile[];
    settings: RunSettings;
    folder: OutputFolder;
    measurement: Measurement;
    bootMs: number | null;
    memory: MemoryResult | null;
    end: SessionEnd;
    startedAt: Date;
    machine: MachineLoad;
  },
): Promise<Outcome> {
  const { folder, settings, end, measurement } = parts;
  const facts: RunFacts = {
    schema: 'ipvlane.run/v1',
    command: ['ipvlane', ...environment.commandLine],
    started_at: parts.startedAt.toISOString(),
    wall_ms: environment.now().getTime() - parts.startedAt.getTime(),
    boot_ms: parts.bootMs,
    memory: parts.memory,
    machine: parts.machine,
    manifests: parts.files.map(({ file, text }) => ({ file, text })),
  };
  // Without a first record nothing was seen, so there is nothing to report but the reason.
  const result = measurement.seen === null ? null : measurement.result({ bootMs: facts.boot_ms, memory: facts.memory });
  const { unwritten, place } = await attemptReports(
    folder,
    end,
    { measurement, result, facts, fullNames: settings.fullNames },
    (words) => environment.stderr.write(`ipvlane: ${words}\n`),
  );
  if (result === null) return { concluded: null, ...howItEnded(end, unwritten, null) };
  const concluded = {
    result,
    shown: settings.fullNames ? result : resultForPeople(measurement, result),
    stepSeconds: stepSecondsOf(measurement),
    machine: parts.machine,
    report: unwritten.length === 0 ? join(place, 'report.html') : null,
  };
  const code = exitCodeOfVerdict(result.verdict, settings.allowUnmeasured);
  return { concluded, ...howItEnded(end, unwritten, { code, trace: join(place, 'trace.ndjson') }) };
}

/**
 * Writes them and puts all in its place. What is on a full disk, or in the way, is said instead, and the numbers are printed all the
 * same.
 * @returns `place`: the folder in which the run is in the end
 */
async function attemptReports(
  folder: OutputFolder,
  end: SessionEnd,
  {
    result,
    facts,
    ...rest
  }: {
    readonly measurement: Measurement;
    readonly result: Result | null;
    readonly facts: RunFacts;
    readonly fullNames: boolean;
  },
  complain: (words: string) => void,
): Promise<{ readonly unwritten: readonly Diagnostic[]; readonly place: string }> {
  const { unfinished } = folder;
  try {
    // Not even a boot, or nothing after it: what an earlier run has left is all there is.
    if (unfinished === null || result === null) {
      folder.discard();
      return { unwritten: [], place: folder.path };
    }
    unfinished.write(RUN_FACTS_FILE, `${JSON.stringify(facts, null, 2)}\n`);
    await writeReports(unfinished, { ...rest, result, facts }, complain);
    const place = folder.publish(end.kind === 'completed');
    if (place !== folder.path) complain(`the run before this one came to its end and stays; this one is in ${place}`);
    return { unwritten: [], place };
  } catch (error) {
    if (error instanceof DiagnosticError) return { unwritten: error.diagnostics, place: join(folder.path, UNFINISHED) };
    throw error;
  }
}
