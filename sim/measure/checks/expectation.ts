/**
 * One expectation against one flow's measurement.
 */
import { conditionOf } from '../../manifest/scenario/expectation.ts';
import type { ExpectationPlan, ExpectedValue, Metric } from '../../plan/plan.ts';
import { errorPct } from '../flow/error.ts';
import { formatCount, formatValue } from '../words/format.ts';
import { countDrops, meaningOf, METRICS } from '../metrics.ts';
import type { Check, FlowResult } from '../result.ts';
import { statusOf, UNSPOILT, type Finding, type Spoiling } from './spoiling.ts';
import type { Missed } from './starvation.ts';

/**
 * @param alone false when the step has several flows: the check's name then says which, as it does where the expectation does
 * @param failure why the flow failed; null when it ran
 */
export function checkExpectation(
  expectation: ExpectationPlan,
  flow: FlowResult,
  alone: boolean,
  failure: string | null,
  spoiling: Spoiling = UNSPOILT,
): Check {
  const { comparison, metric } = expectation;
  const measured = failure === null ? meaningOf(metric).measured(flow, expectation.dropReason) : null;
  const expected = resolve(comparison.value, metric, flow);
  const predicted = meaningOf(metric).predicted(flow);
  const unmet =
    unwired(metric, measured, flow) ??
    unforetold(metric, measured, flow) ??
    incomplete(metric, measured, flow) ??
    unconnected(metric, flow) ??
    unnumbered(metric, measured, flow) ??
    missing(measured, expected, comparison.value, metric, flow) ??
    compare(expectation, measured, expected);
  const verdict = failure ?? (unmet === null ? null : unmet + against(metric, measured, flow));
  const unjudged = failure === null && (unmet === null || measured === null) ? tooShortlyOf(metric, flow) : null;
  return {
    step: flow.step,
    name:
      alone && expectation.flowId === null
        ? expectation.text
        : `${flow.from} -> ${flow.to}: ${conditionOf(expectation.text)}`,
    ...remarked(
      unjudged ??
        statusOf(
          failure === null
            ? findingOf(expectation, measured, expected, verdict)
            : { met: false, reason: failure, firm: false },
          spoiling,
        ),
      flow,
    ),
    expected,
    predicted,
    measured,
    unit: meaningOf(metric).unit,
    error_pct: metric === 'error_pct' ? measured : errorPct(measured, predicted),
  };
}

/** An error is that of every limit which stood, or nobody knows. */
function tooShortlyOf(metric: Metric, { unjudged_limits: count }: FlowResult): Pick<Check, 'status' | 'reason'> | null {
  if (metric !== 'error_pct' || count === 0) return null;
  const limits = count === 1 ? 'one limit stood' : `${count} limits stood`;
  return {
    status: 'unjudged',
    reason: `not measurable here: ${limits} for less than 400 ms, too shortly for a rate; those that stood longer are met`,
  };
}

function remarked(status: ReturnType<typeof statusOf>, { remark }: FlowResult): ReturnType<typeof statusOf> {
  const { reason } = status;
  return { ...status, reason: remark === null ? reason : reason === null ? remark : `${reason}; ${remark}` };
}

/** One expectation of `drops` against what was counted in a step without flows. */
export function checkDrops(
  step: string,
  expectation: ExpectationPlan,
  drops: Readonly<Record<string, number>>,
  spoiling: Spoiling = UNSPOILT,
): Check {
  const { comparison, dropReason, text } = expectation;
  const measured = countDrops(drops, dropReason);
  const expected = comparison.value.of === 'number' ? comparison.value.value : null;
  const verdict = compare(expectation, measured, expected);
  return {
    step,
    name: text,
    expected,
    predicted: null,
    measured,
    unit: METRICS.drops.unit,
    error_pct: null,
    ...statusOf(findingOf(expectation, measured, expected, verdict), spoiling),
  };
}

const OF_THE_WIRE: ReadonlySet<Metric> = new Set(['wire_bps', 'first_second_bps', 'error_pct']);

/** What a pod sends to itself stays on its loopback. */
function unwired(metric: Metric, measured: number | null, { from, to }: FlowResult): string | null {
  if (measured !== null || from !== to || !OF_THE_WIRE.has(metric)) return null;
  return 'what a pod sends to itself meets no limit and no wire: expect `goodput_bps`';
}

function unforetold(metric: Metric, measured: number | null, flow: FlowResult): string | null {
  if (metric !== 'error_pct' || measured !== null || flow.bound_by !== 'offered' || flow.wire_bps === null) return null;
  return flow.predicted_wire_bps === null
    ? 'the flow offers less than its limit, and what that takes on the wire cannot be foretold: expect `goodput_bps`'
    : null;
}

/** A volume that is not complete has no time; the flow was neither too short nor uncounted. */
function incomplete(metric: Metric, measured: number | null, { volume, seconds }: FlowResult): string | null {
  if (metric !== 'completion_ms' || measured !== null) return null;
  if (volume === undefined) return 'the flow has no `bytes`, so it completes nothing';
  return `not complete: ${formatCount(volume.received_bytes)} of ${formatCount(volume.bytes)} bytes arrived in ${seconds.toFixed(1)} s, and then its time was over`;
}

/** Where connections stay, none is made for a request. */
function unconnected(metric: Metric, { connections }: FlowResult): string | null {
  if (!metric.startsWith('connect') || connections !== undefined) return null;
  return 'the connections of this flow stay: only `requests` with `connection: new` make new ones';
}

/** What is only known of datagrams. */
function unnumbered(metric: Metric, measured: number | null, { protocol, generator }: FlowResult): string | null {
  if (measured !== null || (metric !== 'jitter_us' && metric !== 'loss_pct' && metric !== 'lost_packets')) return null;
  if (protocol !== 'UDP') return 'it is of UDP alone, and this is a TCP flow';
  if (metric !== 'jitter_us' || generator === null) return null;
  return 'it is not measured of more than 1000 datagrams a second, which are read by the batch, nor of those of iperf3';
}

/** A limit that was not felt is not what the error is of. */
function against(metric: Metric, measured: number | null, flow: FlowResult): string {
  const offered = metric === 'error_pct' && measured !== null && flow.bound_by === 'offered';
  return offered ? '; it is the error of what was offered, which is below the limit' : '';
}

/** @param unmet null where it holds */
function findingOf(
  { comparison: { op }, metric }: ExpectationPlan,
  measured: number | null,
  expected: number | null,
  unmet: string | null,
): Finding {
  const met = unmet === null;
  const { impeded } = meaningOf(metric);
  const missed = missedBy(metric, measured, expected);
  const finding = (firm: boolean): Finding => ({
    met,
    reason: unmet,
    firm,
    ...(missed === null ? {} : { missed }),
  });
  if (measured === null || expected === null) return finding(false);
  // What came close to its limit did so though something was in its way; its error is compared without its sign.
  if (met) return finding(op === 'within' || op === '==' || metric === 'error_pct' || WORSENED[impeded].has(op));
  if (metric === 'error_pct') return finding(measured > 0);
  return finding(impeded === 'lower' ? measured > expected : measured < expected);
}

/** Null for what does not depend on time. */
function missedBy(metric: Metric, measured: number | null, expected: number | null): Missed | null {
  const { timed } = meaningOf(metric);
  if (timed === null || expected === null) return null;
  if (timed !== 'rate') return { kind: timed };
  if (measured === null) return { kind: 'rate', pct: 100 };
  if (metric === 'completion_ms') return { kind: 'rate', pct: (1 - expected / measured) * 100 };
  if (metric === 'error_pct') return { kind: 'rate', pct: -measured };
  return { kind: 'rate', pct: expected === 0 ? 100 : ((expected - measured) / expected) * 100 };
}

/** What such a number still keeps was kept though it was made worse. */
const WORSENED: Readonly<Record<'lower' | 'higher', ReadonlySet<string>>> = {
  lower: new Set(['>', '>=']),
  higher: new Set(['<', '<=']),
};

/** What `predicted` means of other metrics than rates, of which it is the goodput. */
const PREDICTED: Partial<Record<Metric, (flow: FlowResult) => number | null>> = {
  completion_ms: METRICS.completion_ms.predicted,
  connections_per_s: METRICS.connections_per_s.predicted,
};

function resolve(value: ExpectedValue, metric: Metric, flow: FlowResult): number | null {
  if (value.of === 'number') return value.value;
  const predicted = PREDICTED[metric] ?? ((of: FlowResult) => of.predicted_goodput_bps);
  const base =
    value.of === 'limit' ? flow.configured_bps : value.of === 'mean limit' ? meanLimitBps(flow) : predicted(flow);
  return base === null ? null : base * value.times;
}

function meanLimitBps({ configured_bps: limit, mean_configured_bps: mean }: FlowResult): number | null {
  return mean === undefined ? limit : mean;
}

function missing(
  measured: number | null,
  expected: number | null,
  value: ExpectedValue,
  metric: Metric,
  flow: FlowResult,
): string | null {
  if (expected === null && metric === 'completion_ms' && flow.configured_bps !== null)
    return 'how long it takes beside the other flows cannot be foretold, so there is no `predicted` to compare with';
  if (expected === null && value.of === 'mean limit')
    return 'for a part of the time nothing limited it, so there is no `mean limit` to compare with';
  if (expected === null) return `nothing limits this flow, so there is no \`${value.of}\` to compare with`;
  return measured === null ? 'it was not measured: the flow was too short, or nobody counted its bytes' : null;
}

/** null when it holds, else why not. */
function compare(
  { comparison, metric }: ExpectationPlan,
  measured: number | null,
  expected: number | null,
): string | null {
  if (measured === null || expected === null) return null;
  if (comparison.op === 'within') {
    const off = Math.abs(measured - expected);
    if (off <= (comparison.tolerancePct / 100) * Math.abs(expected)) return null;
    const by = expected === 0 ? off.toPrecision(3) : `${((off / Math.abs(expected)) * 100).toFixed(2)} %`;
    return `off by ${by}, allowed are ${comparison.tolerancePct} %`;
  }
  // An error of -4 % is not better than one of 4 %.
  const value = metric === 'error_pct' ? Math.abs(measured) : measured;
  if (HOLDS[comparison.op](value, expected)) return null;
  const { unit } = meaningOf(metric);
  return `${unsigned(value, unit)} is not ${comparison.op} ${unsigned(expected, unit)}`;
}

const HOLDS: Readonly<Record<'<' | '<=' | '>' | '>=' | '==' | '!=', (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

function unsigned(value: number, unit: string): string {
  return formatValue(value, unit).replace(/^\+/, '');
}
