/**
 * The incremental reducer: records in, one after another, and at any moment the live view, or at the end the result.
 * Pure: it looks at no clock but the records' own.
 */
import { partyName, type StepPlan } from '../../plan/plan.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { booksChecks } from '../checks/books.ts';
import { checksOfStep } from '../checks/checks.ts';
import { allDrops } from '../checks/drops.ts';
import { flowResult } from '../flow/flow-result.ts';
import { liveView, type CheckCache, type LiveView } from './live.ts';
import type { Observations } from './observations.ts';
import { beginObservations, observe } from './observe.ts';
import type { FlowCurve } from '../flow/rate-curve.ts';
import type { Check, DataplaneResult, MemoryResult, ProbeResult, Result } from '../result.ts';
import { RESULT_SCHEMA } from '../result-version.ts';
import { Sampling } from './sampling.ts';
import { runDiagnostics } from '../machine/run-diagnostics.ts';
import { SettledSteps } from './settled.ts';
import { TraceContradiction } from './trace-contradiction.ts';
import { verdictOf } from '../checks/verdict.ts';

/** What a result holds that no trace does, so that traces of a virtual clock repeat. */
export interface OutsideFacts {
  readonly bootMs: number | null;
  readonly memory?: MemoryResult | null;
}

export interface Measurement {
  /**
   * Takes the next record of the trace.
   * @throws TraceContradiction when it cannot follow those before it: not a `run` first, a flow that is not in the plan, a cumulative
   *   counter that goes back
   */
  add(record: TraceRecord): void;
  /** What is seen at the newest record; null before the first. */
  snapshot(): LiveView | null;
  /**
   * What the trace means; an unfinished one gives verdict `error`.
   * @throws TraceContradiction without any record
   */
  result(outside: OutsideFacts): Result;
  /** Of one step, as they are at the newest record. @throws TraceContradiction without any record */
  checks(step: StepPlan): readonly Check[];
  /** Rates over time of every flow that began, for charts. */
  curves(): FlowCurve[];
  /** What was seen, by subject, for reports; of steps that are over for good no details. null before the first record. */
  readonly seen: Observations | null;
}

export function createMeasurement(): Measurement {
  const sampling = new Sampling();
  const settled = new SettledSteps();
  const checkCache: CheckCache = new Map();
  let seen: Observations | null = null;
  return {
    add: (record) => {
      if (seen !== null) {
        observe(seen, sampling, record);
        settled.look(seen, sampling, record);
      } else if (record.type === 'run') seen = beginObservations(record);
      else throw new TraceContradiction(`the first record is of type \`${record.type}\`, not \`run\``);
    },
    snapshot: () => seen && liveView(seen, settled, checkCache),
    result: (outside) => {
      if (seen === null) throw new TraceContradiction('an empty trace has no result');
      return resultOf(seen, settled, outside);
    },
    checks: (step) => {
      if (seen === null) throw new TraceContradiction('an empty trace has no checks');
      return settled.checks(step) ?? checksOfStep(seen, step);
    },
    curves: () => (seen === null ? [] : settled.curves(seen)),
    get seen() {
      return seen;
    },
  };
}

function resultOf(seen: Observations, settled: SettledSteps, { bootMs, memory }: OutsideFacts): Result {
  const { plan, kernel } = seen.run;
  // A trace that was cut off judges the steps that were not reached as a finished one does: they are skipped.
  const judged = seen.end === null ? { ...seen, end: { type: 'end', t: seen.t, outcome: 'failed' } as const } : seen;
  const ofSteps = plan.timeline.flatMap((step) => settled.checks(step) ?? checksOfStep(judged, step));
  const checks = [...ofSteps, ...booksChecks(seen)];
  const { verdict, message } = verdictOf(seen.end, checks);
  const { pods, podNs, ns } = seen.build;
  return {
    schema: RESULT_SCHEMA,
    scenario: plan.scenario.name,
    verdict,
    ...(message === null ? {} : { message }),
    kernel: { ...kernel, boot_ms: bootMs },
    memory: memory ?? null,
    build: { pods, ms: ns / 1e6, ms_per_pod: pods === 0 ? 0 : podNs / pods / 1e6 },
    dataplane: dataplaneResult(seen),
    checks,
    flows: [...seen.flows.values()]
      .filter(({ state }) => state !== 'planned')
      .map((flow) => settled.flow(flow)?.result ?? flowResult(seen, flow)),
    probes: probeResults(seen),
    drops: allDrops(seen),
    policy_changes: seen.changes.map(({ step, what, askedNs, compiledNs, effectiveNs, mapUpdates }) => ({
      step: step === null ? null : (plan.timeline[step]?.name ?? null),
      what,
      compile_ms: (compiledNs - askedNs) / 1e6,
      program_ms: (effectiveNs - compiledNs) / 1e6,
      effective_ms: (effectiveNs - askedNs) / 1e6,
      map_updates: mapUpdates,
    })),
    diagnostics: runDiagnostics(seen, checks),
    ...(plan.unmeasured === undefined
      ? {}
      : {
          unmeasured: plan.unmeasured.map(({ of, direction, limitBps, why }) => ({
            of,
            direction,
            limit_bps: limitBps,
            why,
          })),
        }),
  };
}

function dataplaneResult({ dataplane }: Observations): DataplaneResult | null {
  if (dataplane?.programs === undefined) return null;
  return {
    load_ms: dataplane.durationNs / 1e6,
    programs: dataplane.programs.map(({ name, verifiedInsns, insns }) => ({
      name,
      verified_insns: verifiedInsns,
      insns,
    })),
  };
}

function probeResults(seen: Observations): ProbeResult[] {
  return [...seen.probes.values()].map(({ record, probe, step }) => ({
    step: step.name,
    from: partyName(probe.from),
    to: partyName(probe.to),
    protocol: probe.protocol,
    port: probe.port,
    expected: probe.expect === 'predicted' ? record.predicted : probe.expect,
    predicted: record.predicted,
    measured: record.measured,
    rule: record.rule,
    askings: record.askings ?? 1,
  }));
}
