/**
 * What a step had to show, and whether it did: one check an expectation and flow, one a probe, one a wait.
 */
import { partyName, probeName, type ExpectationPlan, type ProbePlan, type StepPlan } from '../../plan/plan.ts';
import type { ProbeRecord } from '../../trace/record.ts';
import { dropsAt } from './drops.ts';
import { checkDrops, checkExpectation } from './expectation.ts';
import { flowResult } from '../flow/flow-result.ts';
import { partOf, sumOf, type FlowAndResult } from './part-result.ts';
import { flowsOfStep, type FlowSeen, type Observations, type StepSeen } from '../observing/observations.ts';
import type { Check } from '../result.ts';
import { spoilingOf, statusOf, type Spoiling } from './spoiling.ts';

/** The checks of one step; all `skip` when the run ended before it began, none while it has not ended. */
export function checksOfStep(seen: Observations, step: StepPlan): Check[] {
  const state = seen.steps.get(step.index);
  const over = seen.end !== null;
  if (state === undefined) return over ? notReached(step) : [];
  if (state.state === 'started' && !over) return [];
  switch (step.kind) {
    case 'wait':
      return [waitCheck(step, state)];
    case 'traffic':
      return trafficChecks(seen, step, state);
    case 'inject':
      return injectionChecks(seen, step, state);
    case 'probe':
      return [
        ...step.probes.map((probe) => probeCheck(seen, step, probe, spoilingOf(seen, step))),
        ...failureOf(step, state),
      ];
    case 'apply':
    case 'delete':
    case 'restart':
    case 'label':
    case 'scale':
    case 'annotate':
    case 'underlay':
    case 'link':
    case 'sleep':
      return failureOf(step, state);
  }
}

function waitCheck(step: StepPlan & { kind: 'wait' }, state: StepSeen): Check {
  const seconds = state.endedNs === null ? null : (state.endedNs - state.startedNs) / 1e9;
  return {
    ...blank(step, step.pods.length === 1 ? '1 pod is ready' : `${step.pods.length} pods are ready`),
    status: state.state === 'finished' ? 'pass' : 'fail',
    expected: step.timeoutNs / 1e9,
    measured: seconds,
    unit: 's',
    reason: state.state === 'finished' ? null : (state.message ?? 'the run ended before they were'),
  };
}

function trafficChecks(seen: Observations, step: StepPlan & { kind: 'traffic' }, state: StepSeen): Check[] {
  const flows = flowsOfStep(seen, step).map((flow) => ({ flow, result: flowResult(seen, flow) }));
  const spoiling = spoilingOf(seen, step);
  const checks = flows.flatMap(({ flow, result }) => {
    const failure = flowFailure(flow, state);
    const asked = step.expect.filter(
      ({ flowId, sumOf }) => sumOf === undefined && (flowId === null || flowId === flow.plan.flowId),
    );
    const all = asked.map((expectation) => {
      const about = expectation.between === undefined ? result : partOf(seen, { flow, result }, expectation.between);
      return checkExpectation(expectation, about, flows.length === 1, failure, spoiling);
    });
    if (all.length > 0 || failure === null) return all;
    const ran = blank(step, `${result.from} -> ${result.to}: traffic flows`);
    return [{ ...ran, ...statusOf({ met: false, reason: failure, firm: false }, spoiling) }];
  });
  checks.push(...step.expect.flatMap((expectation) => sumCheck(seen, flows, state, expectation, spoiling)));
  const told = checks.some(({ status }) => status === 'fail' || status === 'unjudged');
  return told ? checks : [...checks, ...failureOf(step, state)];
}

/** Of flows together; it fails where one of them does. */
function sumCheck(
  seen: Observations,
  ofStep: readonly FlowAndResult[],
  state: StepSeen,
  expectation: ExpectationPlan,
  spoiling: Spoiling,
): Check[] {
  const { sumOf: ids, between } = expectation;
  if (ids === undefined) return [];
  const flows = ofStep.filter(({ flow }) => ids.includes(flow.plan.flowId));
  if (flows.length === 0) return [];
  const failures = flows.flatMap(({ flow }) => flowFailure(flow, state) ?? []);
  const failure = failures.length === 0 ? null : [...new Set(failures)].join('; ');
  return [checkExpectation(expectation, sumOf(seen, flows, between), true, failure, spoiling)];
}

function injectionChecks(seen: Observations, step: StepPlan & { kind: 'inject' }, state: StepSeen): Check[] {
  const failed = failureOf(step, state);
  if (failed.length > 0) return failed;
  const ends = new Set(step.injections.flatMap(({ from, to }) => [partyName(from), partyName(to)]));
  const drops = dropsAt(seen, ends, state.startedNs, state.endedNs ?? seen.t);
  const spoiling = spoilingOf(seen, step);
  return step.expect.map((expectation) => checkDrops(step.name, expectation, drops, spoiling));
}

function flowFailure(flow: FlowSeen, step: StepSeen): string | null {
  if (flow.state === 'finished') return null;
  if (flow.state === 'failed') return flow.message ?? 'the flow failed';
  return step.message ?? 'the run ended before the flow did';
}

function probeCheck(
  seen: Observations,
  step: StepPlan & { kind: 'probe' },
  probe: ProbePlan,
  spoiling: Spoiling,
): Check {
  const name = probeName(probe);
  const record = seen.probes.get(probe.probeId)?.record;
  if (record === undefined) {
    const reason = 'the run ended before the probe was decided';
    return { ...blank(step, name), ...statusOf({ met: false, reason, firm: false }, spoiling) };
  }
  const expected = probe.expect === 'predicted' ? record.predicted : probe.expect;
  const met = record.measured === expected;
  const surprise = record.predicted === record.measured ? null : `${record.predicted} was predicted (${record.rule})`;
  const reason = met
    ? (surprise ?? lateness(record))
    : `${record.measured}: ${record.evidence}; ${surprise ?? record.rule}`;
  return {
    ...blank(step, name),
    // What arrived has arrived; what did not may have met a full table.
    ...statusOf({ met, reason, firm: record.measured === 'allowed' }, spoiling),
    expected,
    predicted: record.predicted,
    measured: record.measured,
  };
}

function lateness({ askings = 1 }: ProbeRecord): string | null {
  return askings > 1 ? `answered only when asked ${askings} times: a packet was lost, or late` : null;
}

function failureOf(step: StepPlan, state: StepSeen): Check[] {
  if (state.state === 'finished') return [];
  const reason = state.message ?? 'the run ended before the step did';
  return [{ ...blank(step, `the step \`${step.kind}\` completes`), status: 'fail', reason }];
}

function notReached(step: StepPlan): Check[] {
  const skip = (name: string): Check => ({ ...blank(step, name), reason: 'the run ended before this step' });
  switch (step.kind) {
    case 'traffic':
    case 'inject':
      return step.expect.map(({ text }) => skip(text));
    case 'probe':
      return step.probes.map((probe) => skip(probeName(probe)));
    case 'wait':
    case 'apply':
    case 'delete':
    case 'restart':
    case 'label':
    case 'scale':
    case 'annotate':
    case 'underlay':
    case 'link':
    case 'sleep':
      return [skip(`the step \`${step.kind}\` completes`)];
  }
}

function blank(step: StepPlan, name: string): Check {
  return {
    step: step.name,
    name,
    status: 'skip',
    expected: null,
    predicted: null,
    measured: null,
    unit: null,
    error_pct: null,
    reason: null,
  };
}
