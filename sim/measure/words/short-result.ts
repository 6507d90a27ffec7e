/**
 * A result for people: every party by its short name (sim/plan/cluster/short-names.ts). Steps keep the names that the Scenario gave them,
 * and result.json keeps the full names.
 */
import { shortNames, type ShortNames } from '../../plan/cluster/short-names.ts';
import type { Measurement } from '../observing/reduce.ts';
import type { Check, DropResult, Result } from '../result.ts';

/** As people read the result of a measurement. */
export function resultForPeople({ seen }: Pick<Measurement, 'seen'>, result: Result): Result {
  return seen === null ? result : withShortNames(result, shortNames(seen.run.plan));
}

export function withShortNames(result: Result, short: ShortNames): Result {
  return {
    ...result,
    ...(result.message === undefined ? {} : { message: short(result.message) }),
    ...(result.unmeasured === undefined
      ? {}
      : { unmeasured: result.unmeasured.map((limit) => ({ ...limit, of: short(limit.of), why: short(limit.why) })) }),
    checks: result.checks.map((check) => shortCheck(check, short)),
    flows: result.flows.map((flow) => ({
      ...flow,
      from: short(flow.from),
      to: short(flow.to),
      ...(flow.measures === undefined ? {} : { measures: { ...flow.measures, of: short(flow.measures.of) } }),
      remark: flow.remark === null ? null : short(flow.remark),
    })),
    probes: result.probes.map((probe) => ({
      ...probe,
      from: short(probe.from),
      to: short(probe.to),
      rule: short(probe.rule),
    })),
    drops: result.drops.map((drop) => shortDrop(drop, short)),
    policy_changes: result.policy_changes.map((change) => ({ ...change, what: short(change.what) })),
  };
}

export function shortCheck(check: Check, short: ShortNames): Check {
  return { ...check, name: short(check.name), reason: check.reason === null ? null : short(check.reason) };
}

export function shortDrop(drop: DropResult, short: ShortNames): DropResult {
  return { ...drop, endpoint: short(drop.endpoint), rule: short(drop.rule) };
}
