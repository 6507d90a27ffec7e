/** One flow that somebody asked for: every figure on a line of its own, the measured rate beside the limit. */
import { flowFigures } from '../../../sim/measure/words/flow-figures.ts';
import { formatDuration, NOT_MEASURED } from '../../../sim/measure/words/format.ts';
import type { Check, FlowResult } from '../../../sim/measure/result.ts';
import { partyName, type FlowPlan } from '../../../sim/plan/plan.ts';

/** @param failed why it did not run to its end, or what it does not keep; null when it ran and keeps all */
export function flowLines(flow: FlowPlan, measured: FlowResult | null, failed: Check | null): string[] {
  const by = flow.configuredBy === null ? 'no limit on the way' : LIMITS[flow.configuredBy](flow);
  const head = `${partyName(flow.from)} -> ${partyName(flow.to)} ${flow.protocol}, ${formatDuration(flow.durationNs)}; ${by}`;
  const figures = (measured === null ? [] : flowFigures([measured]))
    .map(({ title, of }) => [title, measured === null ? NOT_MEASURED : of(measured)] as const)
    .filter(([, value]) => value !== NOT_MEASURED);
  const width = Math.max(0, ...figures.map(([title]) => title.length));
  return [
    head,
    ...figures.map(([title, value]) => `  ${title.padEnd(width)}  ${value}`),
    ...(failed === null ? [] : [failureLine(failed)]),
  ];
}

function failureLine({ name, measured, reason }: Check): string {
  return measured === null ? `  failed: ${reason ?? name}` : `  not met: ${name}: ${reason ?? ''}`;
}

const LIMITS: Readonly<Record<NonNullable<FlowPlan['configuredBy']>, (flow: FlowPlan) => string>> = {
  egress: ({ from }) => `the egress limit of ${partyName(from)} bounds it`,
  ingress: ({ to }) => `the ingress limit of ${partyName(to)} bounds it`,
  underlay: () => 'the wire bounds it',
};
