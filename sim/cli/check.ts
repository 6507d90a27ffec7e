import { sortDiagnostics } from '../diagnostics/collector.ts';
import { renderJson } from '../diagnostics/render-json.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { scenarioUnits } from './filenames/scenario-units.ts';
import { loadPlan, sourcesOf, type Loaded } from './load-plan.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** Says all that is wrong with the manifests; one line when nothing is, and of several Scenarios one for each. */
export const check: Action = (environment, paths, options) => {
  const loaded = scenarioUnits(environment.given, paths).map((unit) => loadPlan(environment, unit));
  const diagnostics = sortDiagnostics(loaded.flatMap((each) => each.diagnostics));
  if (options.json === true) {
    environment.stdout.write(renderJson(diagnostics));
  } else {
    const all = options.all === true || options.verbose === true;
    printDiagnostics(environment, diagnostics, sourcesOf(loaded.flatMap(({ files }) => files)), { all });
    for (const each of loaded) {
      const { plan } = each;
      if (plan === null) continue;
      const name = loaded.length > 1 ? `${plan.scenario.name}: ` : '';
      environment.stderr.write(`${name}${whatWasSeen(plan, each)}: no errors\n`);
    }
  }
  return Promise.resolve(loaded.some(({ plan }) => plan === null) ? EXIT.input : EXIT.ok);
};

function whatWasSeen(plan: NonNullable<Loaded['plan']>, { files }: Loaded): string {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  const seen = [
    count(files.length, 'file'),
    count(plan.nodes.length, 'node'),
    count(plan.pods.length, 'pod'),
    count(plan.timeline.length, 'step'),
  ];
  return seen.join(', ');
}
