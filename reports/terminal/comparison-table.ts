/** Engines side by side, a table a flow. For terminals and logs. */
import { flowTitle, saidColumns } from '../../sim/measure/words/comparison-columns.ts';
import { formatKernelClock } from '../../sim/measure/words/format.ts';
import type { Comparison, FlowComparison } from '../../sim/measure/comparison.ts';
import { columns, hanging, tableWithin, wrapped } from './columns.ts';

/** @param width columns that the lines have */
export function comparisonLines(comparison: Comparison, width: number): string[] {
  const { scenario, kernel, engines, flows, differing_checks } = comparison;
  const marks = engines.map(({ engine, verdict, checks_met, checks_not_met }) => [
    verdict === 'pass' ? '✓' : '✗',
    engine,
    `${checks_met} met, ${checks_not_met} not met`,
  ]);
  return [
    `${scenario} on ${kernel.kind} ${kernel.release}, ${formatKernelClock(kernel)}`,
    '',
    ...columns(['', 'ENGINE', 'CHECKS'], marks),
    ...flows.flatMap((flow) => ['', ...wrapped(flowTitle(flow), width), ...flowTable(flow, width)]),
    ...(differing_checks.length === 0 ? [] : ['', 'Not met by every engine:']),
    ...differing_checks.flatMap(({ step, name, by_engine }) => {
      const failing = by_engine.filter(({ status }) => status !== 'pass').map(({ engine }) => engine);
      const line = `${step}: ${name}: ${failing.join(', ')}`;
      return hanging(line, width, '    ', '  ');
    }),
  ];
}

function flowTable(flow: FlowComparison, width: number): string[] {
  const shown = saidColumns([flow]);
  return tableWithin(
    width,
    ['ENGINE', ...shown.map(({ head }) => head)],
    flow.by_engine.map((engine) => [engine.engine, ...shown.map(({ cell }) => cell(engine))]),
    shown.length,
  );
}
