import { renderJson } from '../diagnostics/render-json.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { loadPlan, sourcesOf } from './load-plan.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** Says all that is wrong with the manifests; one line when nothing is. */
export const check: Action = (environment, paths, options) => {
  const { plan, diagnostics, files } = loadPlan(environment, paths);
  if (options.json === true) {
    environment.stdout.write(renderJson(diagnostics));
  } else {
    printDiagnostics(environment, diagnostics, sourcesOf(files));
    if (plan !== null) {
      const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
      const seen = [
        count(files.length, 'file'),
        count(plan.nodes.length, 'node'),
        count(plan.pods.length, 'pod'),
        count(plan.timeline.length, 'step'),
      ];
      environment.stderr.write(`${seen.join(', ')}: no errors\n`);
    }
  }
  return Promise.resolve(plan === null ? EXIT.input : EXIT.ok);
};
