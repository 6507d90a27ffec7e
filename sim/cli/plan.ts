import { planTables } from '../../reports/terminal/plan-tables.ts';
import type { Action } from './command.ts';
import { widthOf } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { loadPlanOrThrow } from './load-plan.ts';

const INDENT = '  ';

export const plan: Action = (environment, paths, options) => {
  const { plan } = loadPlanOrThrow(environment, paths);
  if (options.json === true) {
    environment.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
  } else {
    const text = planTables(plan, widthOf(environment.stdout) - INDENT.length).map(({ title, lines }) =>
      [title.toUpperCase(), ...lines.map((line) => INDENT + line)].join('\n'),
    );
    environment.stdout.write(`${text.join('\n\n')}\n`);
  }
  return Promise.resolve(EXIT.ok);
};
