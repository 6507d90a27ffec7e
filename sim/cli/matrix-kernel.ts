/**
 * Some scenarios on one kernel. On the real clock they share a boot, one lab after the other; under a virtual clock,
 * where nothing may come into a running guest, each has its own, and so its numbers are the same whatever else runs.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { AgentClient } from '../kernel/agent-client.ts';
import type { Kernel, RunningKernel } from '../kernel/kernel.ts';
import type { StartCommand } from '../lab/protocol.ts';
import type { SourceFile } from '../manifest/manifests.ts';
import { classify, type Seen } from '../matrix/classify.ts';
import { differencesOn, type KernelFeature, skipReason, tooOldFor } from '../matrix/kernel-features.ts';
import { type Cell, UNFINISHED } from '../matrix/matrix.ts';
import { measuresOf } from '../matrix/measures.ts';
import { createMeasurement } from '../measure/observing/reduce.ts';
import type { MemoryResult } from '../measure/result.ts';
import { forClock } from '../plan/derived/default-timeline.ts';
import type { Plan } from '../plan/plan.ts';
import type { Clock } from '../trace/record.ts';
import { cellFolder, keepCell } from './matrix-cell.ts';
import { memoryResult } from './memory-result.ts';
import type { OurFolder } from './output/our-folder.ts';
import { runSession, type SessionEnd } from './session.ts';
import type { StallLimits } from './stall-guard.ts';

export interface MatrixScenario {
  readonly name: string;
  readonly plan: Plan;
  readonly files: readonly SourceFile[];
}

export interface MatrixKernel {
  /** As the command line named it. */
  readonly name: string;
  readonly kernel: Kernel;
  readonly clock: Clock;
}

export interface MatrixSetting {
  readonly memoryMiB: number;
  /** Cells have folders in it. */
  readonly out: OurFolder;
  readonly stop: AbortSignal;
  /** How often a cell is run again that did not come to its end; 0 when left out. */
  readonly retries?: number;
  /** Told when a cell is done. */
  readonly onCell?: () => void;
  /** Told of a cell when all that it leaves is on the disk; of one that is run again, each time. */
  readonly onKept?: (cell: Cell) => void;
  /** STALL_LIMITS when left out. */
  readonly stallLimits?: StallLimits;
  /** KERNEL_FEATURES when left out. */
  readonly features?: readonly KernelFeature[];
  readonly commandLine: readonly string[];
  readonly now: () => Date;
  /** What goes on, for people; with the kernel's name before it. */
  readonly onProgress: (words: string) => void;
}

const OPTIONS = { showCommands: false, pcap: false, hold: false, samplingIntervalMs: 100 } as const;

/**
 * @returns a cell for each scenario, in order; fewer only after `stop`
 * @throws DiagnosticError when the output folder cannot be written
 */
export async function runOnKernel(
  on: MatrixKernel,
  scenarios: readonly MatrixScenario[],
  setting: MatrixSetting,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  let tried = 0;
  while (cells.length < scenarios.length && !setting.stop.aborted) {
    const rest = scenarios.slice(cells.length);
    const got = await oneBoot(on, on.clock === 'virtual' ? rest.slice(0, 1) : rest, setting);
    const unfinished = got.findIndex(({ status }) => UNFINISHED.has(status));
    // What came before it in the same boot stands; it and what follows have another.
    const finished = unfinished < 0 ? got : got.slice(0, unfinished);
    if (finished.length > 0) tried = 0;
    const again = unfinished >= 0 && tried < (setting.retries ?? 0) && !setting.stop.aborted;
    const kept = again || unfinished < 0 ? finished : got.slice(0, unfinished + 1);
    if (again) {
      tried += 1;
      const name = got[unfinished]?.scenario ?? '';
      setting.onProgress(`${name}: did not come to its end, once more (${tried} of ${setting.retries ?? 0})`);
    } else tried = 0;
    for (const cell of kept) {
      cells.push(cell);
      setting.onCell?.();
    }
  }
  return cells;
}

/** Everything of `scenarios` that one boot gave, at least one; what it could not give more of wants another boot. */
async function oneBoot(
  on: MatrixKernel,
  scenarios: readonly MatrixScenario[],
  setting: MatrixSetting,
): Promise<Cell[]> {
  const { onProgress, stop } = setting;
  const log = new KernelLog();
  const [first] = scenarios;
  if (first === undefined) return [];
  let kernel: RunningKernel;
  onProgress(`booting, for ${scenarios.map(({ name }) => name).join(', ')}`);
  try {
    kernel = await on.kernel.start({
      memoryMiB: setting.memoryMiB,
      keepConsole: null,
      signal: stop,
      clock: on.clock,
      onProgress,
      script: startOf(on, first, false),
      onConsole: (text) => log.add(text),
    });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    if (stop.aborted) return [];
    // One that lacks what a lab needs has failed; of one that did not come up nobody knows.
    const lacks = error.diagnostics.some(({ code }) => code === 'E522');
    const end = lacks ? 'machine' : 'unbooted';
    const seen: Seen = { end, message: error.message, console: log.take(), result: null };
    // Whoever does not boot for the first will not for the others.
    return scenarios.map((scenario) => {
      using folder = freshFolder(on, scenario, setting);
      folder.write('console.log', `${seen.console}\n${error.message}\n`);
      return cellOf(on, scenario, null, seen, setting);
    });
  }
  try {
    onProgress(`${kernel.release} is up after ${(kernel.bootMs / 1000).toFixed(1)} s`);
    return await runAll(on, kernel, scenarios, log, setting);
  } finally {
    await kernel[Symbol.asyncDispose]();
  }
}

async function runAll(
  on: MatrixKernel,
  kernel: RunningKernel,
  scenarios: readonly MatrixScenario[],
  log: KernelLog,
  setting: MatrixSetting,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const agent = new AgentClient(kernel);
  for (const scenario of scenarios) {
    const missing = tooOldFor(scenario.plan, kernel.release, setting.features);
    if (missing.length > 0) {
      cells.push(skipped(on, scenario, kernel.release, skipReason(missing), setting));
      continue;
    }
    const isLast = scenario === scenarios.at(-1);
    const cell = await runOne(on, agent, scenario, isLast, log, setting);
    if (cell === null) break;
    cells.push(cell);
    setting.onKept?.(cell);
    if (!agent.open) break;
  }
  return cells;
}

async function runOne(
  on: MatrixKernel,
  agent: AgentClient,
  scenario: MatrixScenario,
  isLast: boolean,
  log: KernelLog,
  setting: MatrixSetting,
): Promise<Cell | null> {
  const { onProgress, stop, now } = setting;
  const { kernel } = agent;
  using folder = freshFolder(on, scenario, setting);
  const startedAt = now();
  const measurement = createMeasurement();
  let end: SessionEnd;
  let memory: MemoryResult | null = null;
  {
    using trace = folder.trace();
    end = await runSession({
      agent,
      trace,
      measurement,
      folder,
      stop,
      script: startOf(on, scenario, !isLast),
      view: { progress: onProgress, add: () => undefined, close: () => Promise.resolve() },
      ...(setting.stallLimits === undefined ? {} : { stallLimits: setting.stallLimits }),
      onMemory: (message) => (memory = memoryResult(message)),
      onHolding: () => undefined,
      onExec: () => undefined,
    });
  }
  // A session that broke off leaves a lab of which nobody knows what it does.
  if (!agent.open && !agent.ended) await agent.end();
  const how = agent.open ? null : await kernel.ended;
  // The console comes another way than the messages, and what was said at the end may be a moment behind them.
  if (how === null) await new Promise((resolve) => setTimeout(resolve, CONSOLE_LAG_MS));
  if (stop.aborted && end.kind === 'interrupted') return null;
  const result = measurement.seen === null ? null : measurement.result({ bootMs: kernel.bootMs, memory });
  const console = log.take();
  const lost = end.kind === 'machine' && how?.how === 'died';
  const seen: Seen = {
    end: lost ? 'lost' : end.kind,
    message: 'message' in end ? end.message : null,
    console,
    result,
  };
  const cell = cellOf(on, scenario, kernel.release, seen, setting);
  const wallMs = now().getTime() - startedAt.getTime();
  await keepCell(folder, { measurement, result, console, cell, scenario, wallMs, startedAt, kernel, setting });
  const seconds = (wallMs / 1000).toFixed(1);
  onProgress(`${scenario.name}: ${cell.status.toUpperCase()}${firstLine(cell.reason)}, after ${seconds} s`);
  return cell;
}

/** Whatever an attempt before has left in it is gone. */
function freshFolder(on: MatrixKernel, { name }: MatrixScenario, { out }: MatrixSetting): OurFolder {
  const folder = cellFolder(on.name, name);
  out.inside(folder)?.clear();
  return out.make(folder);
}

const CONSOLE_LAG_MS = 200;

function firstLine(reason: string | null): string {
  return reason === null ? '' : ` (${reason.split('\n')[0] ?? ''})`;
}

function startOf({ kernel, clock }: MatrixKernel, { plan }: MatrixScenario, more: boolean): StartCommand {
  return {
    type: 'start',
    plan: forClock(plan, clock),
    options: { ...OPTIONS, askAgain: clock === 'real' },
    kernel: { kind: kernel.kind, clock },
    ...(more ? { more } : {}),
  };
}

function cellOf(
  on: MatrixKernel,
  { name, plan }: MatrixScenario,
  release: string | null,
  seen: Seen,
  setting: MatrixSetting,
): Cell {
  const differences = release === null ? [] : differencesOn(plan, release);
  const measures = seen.result === null ? [] : measuresOf(seen.result, release);
  const where = { kernel: on.name, scenario: name, folder: cellFolder(on.name, name) };
  if (release === null) setting.onProgress(`did not boot: ${seen.message ?? ''}`);
  const meant = differences.length === 0 ? {} : { differences };
  return { ...where, ...classify(seen), release, clock: on.clock, measures, ...meant };
}

function skipped(
  on: MatrixKernel,
  { name }: MatrixScenario,
  release: string,
  reason: string,
  { onProgress }: MatrixSetting,
): Cell {
  onProgress(`${name}: SKIP (${reason})`);
  const where = { kernel: on.name, scenario: name, folder: cellFolder(on.name, name) };
  return { ...where, status: 'skip', release, clock: on.clock, reason, quote: [], measures: [] };
}

/** What a kernel has said on its console since the last time somebody asked. */
class KernelLog {
  #text = '';

  add(text: string): void {
    this.#text += text;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
