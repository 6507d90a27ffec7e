import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { conformanceLines } from '../../reports/terminal/conformance.ts';
import { allSaid, labPlan, replay, type Replay } from '../conformance/replay.ts';
import type { Score } from '../conformance/score.ts';
import { parseTruthTables, type TruthTableCase } from '../conformance/truth-table.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { chooseKernel } from '../kernel/choose.ts';
import { AskingLab } from '../reach/asking-lab.ts';
import type { Mode } from '../reach/reachability.ts';
import type { Action } from './command.ts';
import { clockWanted } from './clock-wanted.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { stopSignal, unlessStopped } from './stop-signal.ts';

/** Truth tables against oracle, programs and wire. Exit code 1 when a cell off the diagonal differs. */
export const conformance: Action = async (environment, [file = ''], options) => {
  const cases = chosen(read(environment, file), options.case);
  const modes = MODES[String(options.mode)] ?? ALL;
  const say = progress(environment);
  const asking = { cases, modes, timeoutNs: Number(options.timeout) * 1e6 };
  const begun = environment.now().getTime();
  using stop = stopSignal();
  const [score, asked] = await unlessStopped(stop.signal, async () => {
    await using lab = modes.some((mode) => mode !== 'oracle') ? await start(asking, options, stop.signal) : null;
    return [await replay({ ...asking, lab, onStep: say }), lab?.kernel ?? null] as const;
  });
  const steps = cases.reduce((sum, table) => sum + table.steps.length, 0);
  const seconds = ((environment.now().getTime() - begun) / 1000).toFixed(1);
  const where = asked === null ? '' : ` in ${asked.kind} ${asked.release}, ${asked.clock} clock`;
  const summary = `${cases.length} cases, ${steps} steps${where}: ${seconds} s`;
  if (options.json === true) environment.stdout.write(`${JSON.stringify(asJson(score), null, 2)}\n`);
  else environment.stdout.write(`${[...conformanceLines(score, modes), '', summary].join('\n')}\n`);
  return score.differences.length === 0 ? EXIT.ok : EXIT.expectation;
};

const ALL: readonly Mode[] = ['oracle', 'verdict', 'wire'];
const MODES: Readonly<Record<string, readonly Mode[]>> = {
  oracle: ['oracle'],
  verdict: ['verdict'],
  wire: ['wire'],
  all: ALL,
};

function read(environment: Environment, file: string): TruthTableCase[] {
  let text: string;
  try {
    text = readFileSync(resolve(environment.cwd, file), 'utf8');
  } catch (error) {
    return refuse('E102', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseTruthTables(file, text);
}

function chosen(cases: readonly TruthTableCase[], ids: unknown): readonly TruthTableCase[] {
  const wanted = new Set(Array.isArray(ids) ? ids.map(Number) : cases.map(({ id }) => id));
  const found = cases.filter(({ id }) => wanted.has(id));
  return found.length > 0 ? found : refuse('E305', `the file has no case ${[...wanted].join(', ')}`);
}

function refuse(code: string, message: string): never {
  throw new DiagnosticError('input', [{ code, severity: 'error', message, help: 'name a file of truth tables' }]);
}

async function start(
  asking: Pick<Replay, 'cases' | 'modes' | 'timeoutNs'>,
  options: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<AskingLab> {
  const { kernel, clock } = await chooseKernel(String(options.kernel), clockWanted(options));
  const settings = { memoryMiB: Number(options.memory), keepConsole: null, signal, clock };
  return AskingLab.start(kernel, labPlan(asking.cases), settings, false, clock === 'virtual' ? allSaid(asking) : []);
}

/** On a terminal one line that is written over; nothing in a log. */
function progress({ stderr }: Environment): (done: number, all: number) => void {
  return (done, all) => {
    if (stderr.isTTY) stderr.write(done === all ? '\r\u001b[K' : `\rstep ${done + 1} of ${all}`);
  };
}

function asJson({ all, byProtocol, byTag, diagonal, differences, late }: Score): unknown {
  const groups = (map: typeof byTag) => Object.fromEntries([...map].map(([name, t]) => [name, Object.fromEntries(t)]));
  return {
    all: Object.fromEntries(all),
    by_protocol: groups(byProtocol),
    by_tag: groups(byTag),
    diagonal: Object.fromEntries(diagonal),
    differences,
    late_answers: late,
  };
}
