/** From a run's result to the rows of a matrix: its checks with their numbers, and the numbers that nobody judges. */
import { formatBps } from '../measure/words/format.ts';
import { METRICS, type MetricMeaning } from '../measure/metrics.ts';
import type { Check, DataplaneResult, FlowResult, ProbeResult, Result } from '../measure/result.ts';
import { isOlder } from './kernel-release.ts';
import type { Measure, MetricName } from './matrix.ts';

/** In the order of the timeline; the dataplane's last. */
export function measuresOf(result: Result, release: string | null): Measure[] {
  const steps = [...new Set([...result.checks, ...result.flows].map(({ step }) => step))];
  return [
    ...steps.flatMap((step) => stepMeasures(result, step)),
    ...(result.dataplane === null ? [] : dataplaneMeasures(result.dataplane, release)),
  ];
}

function stepMeasures(result: Result, step: string): Measure[] {
  const checks = result.checks.filter((check) => check.step === step);
  const flows = result.flows.filter((flow) => flow.step === step);
  const probes = result.probes.filter((probe) => probe.step === step);
  return [
    ...flows.flatMap((flow) => flowMeasures(flow, flows.length === 1)),
    ...(probes.length > 0 ? [probesMeasure(step, checks), scoreMeasure(step, probes)] : checks.map(checkMeasure)),
  ];
}

function checkMeasure({ step, name, status, measured, unit, reason }: Check): Measure {
  return { step, name, status, value: measured, unit, metric: null, reason };
}

/** Dozens of rows that all say the same are one. */
function probesMeasure(step: string, checks: readonly Check[]): Measure {
  const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length;
  const failed = checks.filter(({ status }) => status === 'fail');
  const unjudged = checks.find((check) => check.status === 'unjudged');
  const status =
    failed.length > 0 ? 'fail' : unjudged !== undefined ? 'unjudged' : count('pass') === 0 ? 'skip' : 'pass';
  const reason =
    failed.length > 0
      ? failed.map(({ name, measured }) => `${name}: ${measured}`).join('; ')
      : (unjudged?.reason ?? null);
  const value = `${count('pass')} of ${checks.length}`;
  return { step, name: 'probes', status, value, unit: null, metric: null, reason };
}

/** Of the oracle alone: a step may expect otherwise than it predicts, and a check judges that. */
function scoreMeasure(step: string, probes: readonly ProbeResult[]): Measure {
  const right = probes.filter(({ predicted, measured }) => measured === predicted).length;
  const value = (right / probes.length) * 100;
  return { step, name: 'policy score', status: null, value, unit: '%', metric: 'score_pct', reason: null };
}

function flowMeasures(flow: FlowResult, alone: boolean): Measure[] {
  const of = alone ? '' : `${flow.from} -> ${flow.to}: `;
  const number = (name: string, value: number | null, unit: string, metric: MetricName | null): Measure[] =>
    value === null ? [] : [{ step: flow.step, name: of + name, status: null, value, unit, metric, reason: null }];
  const figure = (name: string, { unit, measured }: MetricMeaning, metric: MetricName | null = null): Measure[] =>
    number(name, measured(flow), unit, metric);
  const { configured_bps: limit, mean_configured_bps: mean, bound_by, first_second_bps: first } = flow;
  const bound = bound_by === 'offered' ? flow.predicted_wire_bps : limit;
  const overshoot = bound === null || first === null ? null : ((first - bound) / bound) * 100;
  const held = `${formatBps(bound)}${bound_by === 'offered' ? ' offered' : ''}`;
  return [
    ...(limit === null ? figure('wire rate', METRICS.wire_bps) : []),
    ...figure(`rate against ${mean === undefined ? held : 'limits that changed'}`, METRICS.error_pct, 'error_pct'),
    ...figure('complete after', METRICS.completion_ms),
    ...number('first second', overshoot, '%', 'overshoot_pct'),
    ...figure('round trip p99', METRICS.rtt_p99_us, 'p99_us'),
    ...figure('request p99', METRICS.request_p99_us, 'p99_us'),
    ...figure('connect p99', METRICS.connect_p99_us, 'p99_us'),
    ...figure('one way p99', METRICS.one_way_p99_us, 'p99_us'),
  ];
}

/** Since then bpf_prog_info tells how many instructions the verifier walked through. */
export const VERIFIED_INSNS_SINCE = '5.16';

function dataplaneMeasures({ programs, load_ms }: DataplaneResult, release: string | null): Measure[] {
  const common = { step: null, metric: null, reason: null };
  return [
    ...programs.map(({ name, verified_insns }): Measure => {
      const row = { ...common, name: `${name} verified`, value: verified_insns, unit: 'insns' };
      if (verified_insns !== null) return { ...row, status: null, metric: 'verified_insns' };
      if (release !== null && isOlder(release, VERIFIED_INSNS_SINCE))
        return { ...row, status: 'skip', reason: `this kernel does not tell; Linux ${VERIFIED_INSNS_SINCE} does` };
      return { ...row, status: 'fail', reason: 'the kernel did not tell, though it is new enough' };
    }),
    { ...common, name: 'object loaded in', status: null, value: load_ms, unit: 'ms', metric: 'load_ms' },
  ];
}
