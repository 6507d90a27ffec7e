import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { reachJson } from '../../reports/json/reach-json.ts';
import { reachLines } from '../../reports/terminal/reach-table.ts';
import { chooseKernel } from '../kernel/choose.ts';
import { hostKernel } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { inNamespace } from '../manifest/objects/object-name.ts';
import type { Plan } from '../plan/plan.ts';
import type { Clock } from '../trace/record.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { askLab, asking, type Asked } from '../reach/ask-lab.ts';
import { clusterAtStart, policyWorld } from '../plan/cluster/cluster.ts';
import { questionOf, refuseNobody, type Question } from '../reach/question.ts';
import { oracleMarks, UNJUDGED, type Marks, type Mode, type Reachability } from '../reach/reachability.ts';
import { differingCells } from '../reach/tally.ts';
import type { Action } from './command.ts';
import { type Environment, widthOf } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { diagnosticsOf } from './held/said-meanwhile.ts';
import { askIn, labToAsk, type LabToAsk } from './held/lab-to-ask.ts';
import { namespaceOf } from './namespace-option.ts';
import { attempt } from './output/unwritable.ts';

/** Who reaches whom: asked of the policies, of the loaded programs, of the wire. Exit code 1 where they disagree. */
export const reach: Action = async (environment, paths, options) => {
  const lab = await labToAsk(environment, paths, options);
  const { plan } = lab;
  const words = (name: string): readonly string[] => (Array.isArray(options[name]) ? (options[name] as string[]) : []);
  const parties = (name: string): readonly string[] =>
    words(name).map((text) => inNamespace(text, namespaceOf(options)));
  const question = questionOf(plan, { from: parties('from'), to: parties('to'), ports: words('port') });
  refuseNobody(question);
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
  const modes = MODES[String(options.mode)] ?? ALL;
  const marks: Partial<Record<Mode, Marks>> = {};
  if (modes.includes('oracle')) marks.oracle = oracleMarks(oracle, question);
  const ofLab = modes.filter((mode) => mode !== 'oracle');
  if (ofLab.length > 0) Object.assign(marks, await askKernel(environment, lab, question, ofLab, options));
  const found: Reachability = { question, oracle, marks };
  if (typeof options.html === 'string') await writePage(environment, options.html, plan, found);
  if (options.json === true) for (const piece of reachJson(found)) environment.stdout.write(piece);
  else environment.stdout.write(`${reachLines(found, widthOf(environment.stdout)).join('\n')}\n`);
  if (differingCells(found, 0).count > 0) return EXIT.expectation;
  return isSpoilt(found) ? EXIT.unjudged : EXIT.ok;
};

function isSpoilt({ marks: { wire = [] } }: Reachability): boolean {
  return wire.some((rows) => rows.some((row) => row.includes(UNJUDGED)));
}

const ALL: readonly Mode[] = ['oracle', 'verdict', 'wire'];
const MODES: Readonly<Record<string, readonly Mode[]>> = {
  oracle: ['oracle'],
  verdict: ['oracle', 'verdict'],
  wire: ['oracle', 'wire'],
  all: ALL,
};

async function askKernel(
  environment: Environment,
  lab: LabToAsk,
  question: Question,
  modes: readonly ('verdict' | 'wire')[],
  options: Readonly<Record<string, unknown>>,
): Promise<Partial<Record<Mode, Marks>>> {
  const say = (words: string): void => void environment.stderr.write(`${words}\n`);
  const foretold = modes.map((mode) => asking(mode, question));
  const ask = async (asked: Asked): Promise<Partial<Record<Mode, Marks>>> => {
    const marks: Partial<Record<Mode, Marks>> = {};
    const { kind, release, clock } = asked.kernel;
    for (const mode of modes) {
      const { rows, durationNs, operations, records } = await askLab(asked, mode, question);
      marks[mode] = rows;
      printDiagnostics(environment, records.flatMap(diagnosticsOf), new Map());
      const what = mode === 'verdict' ? 'program runs' : 'probes';
      const time = clock === 'virtual' ? ' of virtual time' : '';
      say(`${mode}: ${operations} ${what} in ${(durationNs / 1e9).toFixed(2)} s${time}, ${kind} ${release}`);
    }
    return marks;
  };
  return askIn(lab, options, foretold, ask, (name, wanted) => kernelFor(modes, name, wanted));
}

/** The programs alone can be asked in the machine's own kernel, with its JIT, though it holds no lab. */
async function kernelFor(
  modes: readonly ('verdict' | 'wire')[],
  name: string,
  wanted: Clock | null,
): Promise<{ readonly kernel: Kernel; readonly clock: Clock; readonly standIns: boolean }> {
  const programs = hostKernel({ purpose: 'programs' });
  const enough = !modes.includes('wire') && wanted !== 'virtual';
  if (enough && (name === 'host' || (name === 'auto' && (await programs.inspect()).usable)))
    return { kernel: programs, clock: 'real', standIns: true };
  return { ...(await chooseKernel(name, wanted)), standIns: false };
}

async function writePage(environment: Environment, name: string, plan: Plan, found: Reachability): Promise<void> {
  const { reachPage } = await import('../../reports/html/reach-page.ts');
  const file = resolve(environment.cwd, name);
  attempt(file, () => writeFileSync(file, reachPage(plan.scenario.name, found)), name, '--html');
  environment.stderr.write(`heat map: ${file}\n`);
}
