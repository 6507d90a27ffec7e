/** Whom `reach`, `explain`, `probe` and `traffic` ask: the lab that is held, or one that is booted for it. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { chooseKernel } from '../../kernel/choose.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Told } from '../../reach/answers.ts';
import { AskingLab } from '../../reach/asking-lab.ts';
import type { Clock } from '../../trace/record.ts';
import { clockWanted } from '../clock-wanted.ts';
import { namespaceOf } from '../namespace-option.ts';
import type { Environment } from '../environment.ts';
import { onlyHeldLab, runNamed } from '../held-run.ts';
import { loadPlanOrThrow } from '../load-plan.ts';
import { stopSignal, unlessStopped } from '../stop-signal.ts';
import { HeldLab } from './held-lab.ts';

type Options = Readonly<Record<string, unknown>>;

export interface LabToAsk {
  /** Of the manifests; or of the held lab, with its cluster as it stands. */
  readonly plan: Plan;
  /** Null: one is to be booted. */
  readonly held: HeldLab | null;
}

/**
 * `--run NAME` names one. Without it and without a path the one that is held is asked, if there is just one; with a path, or
 * where none is held, the manifests are read.
 * @throws DiagnosticError where several are held and none is named, or none runs by that name
 */
export async function labToAsk(
  environment: Environment,
  paths: readonly string[],
  options: Options,
): Promise<LabToAsk> {
  const folder = typeof options.run === 'string' ? await runNamed(environment.cwd, options.run) : null;
  const chosen = folder ?? (paths.length === 0 ? await onlyHeldLab(environment.cwd) : null);
  if (chosen === null) {
    const { plan } = loadPlanOrThrow(environment, paths.length === 0 ? ['.'] : paths, { withoutTimeline: true });
    refuseUnknownNamespace(plan, namespaceOf(options));
    return { plan, held: null };
  }
  const held = await HeldLab.at(chosen);
  refuseUnknownNamespace(held.plan, namespaceOf(options));
  environment.stderr.write(`asking the lab ${held.who.scenario}, held in ${chosen}\n`);
  return { plan: held.plan, held };
}

/** Where nothing is named that would be looked for in it, nobody else would say so. */
function refuseUnknownNamespace({ namespaces, pods }: Pick<Plan, 'namespaces' | 'pods'>, asked: string | null): void {
  const known = new Set([...namespaces.map(({ name }) => name), ...pods.map(({ namespace }) => namespace), 'default']);
  if (asked === null || known.has(asked)) return;
  const message = `there is no namespace \`${asked}\`, as -n names it`;
  const help = didYouMean(asked, known) ?? `there are ${[...known].sort().join(', ')}`;
  throw new DiagnosticError('input', [{ code: 'E305', severity: 'error', message, help }]);
}

/**
 * The held lab, or one that is booted, in which every pod is there; it ends with `work`.
 * @param foretold under a virtual clock all that will be asked
 * @throws DiagnosticError of kind machine
 */
export async function askIn<T>(
  { plan, held }: LabToAsk,
  options: Options,
  foretold: readonly Told[],
  work: (lab: HeldLab | AskingLab) => Promise<T>,
  choose: (name: string, wanted: Clock | null) => Promise<Chosen> = chooseKernel,
): Promise<T> {
  if (held !== null) return work(held);
  using stop = stopSignal();
  const flows = foretold.some(({ type }) => type === 'flow');
  const { kernel, clock, standIns = false } = await choose(String(options.kernel), clockWanted(options));
  const started = { memoryMiB: Number(options.memory), keepConsole: null, signal: stop.signal, clock, flows };
  return await unlessStopped(stop.signal, async () => {
    await using lab = await AskingLab.start(kernel, plan, started, standIns, foretold);
    return await work(lab);
  });
}

interface Chosen {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly standIns?: boolean;
}
