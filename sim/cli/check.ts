import { sortDiagnostics } from '../diagnostics/collector.ts';
import { renderJson } from '../diagnostics/render-json.ts';
import { formatAmount } from '../measure/words/format.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { scenarioUnits } from './filenames/scenario-units.ts';
import { loadPlan, sourcesOf, type Loaded } from './load-plan.ts';
import { namesTwice } from './names-twice.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** Says all that is wrong with the manifests; one line when nothing is, and of several Scenarios one for each. */
export const check: Action = (environment, paths, options) => {
  const loaded = scenarioUnits(environment.given, paths).map((unit) => loadPlan(environment, unit));
  // As `run` tells them apart.
  const twice = namesTwice(loaded.flatMap(({ plan }) => (plan === null ? [] : [plan.scenario])));
  const diagnostics = sortDiagnostics([...loaded.flatMap((each) => each.diagnostics), ...twice]);
  if (options.json === true) {
    environment.stdout.write(renderJson(diagnostics));
  } else {
    const all = options.all === true || options.verbose === true;
    printDiagnostics(environment, diagnostics, sourcesOf(loaded.flatMap(({ files }) => files)), { all });
    for (const each of twice.length > 0 ? [] : loaded) {
      const { plan } = each;
      if (plan === null) continue;
      const name = loaded.length > 1 ? `${plan.scenario.name}: ` : '';
      environment.stderr.write(`${name}${whatWasSeen(plan, each)}: no errors\n`);
    }
  }
  const isWrong = twice.length > 0 || loaded.some(({ plan }) => plan === null);
  return Promise.resolve(isWrong ? EXIT.input : EXIT.ok);
};

function whatWasSeen(plan: NonNullable<Loaded['plan']>, { files }: Loaded): string {
  const seen = [
    formatAmount(files.length, 'file'),
    formatAmount(plan.nodes.length, 'node'),
    formatAmount(plan.pods.length, 'pod'),
    formatAmount(plan.timeline.length, 'step'),
  ];
  return seen.join(', ');
}
