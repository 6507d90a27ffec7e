/** The same scenario under several engines, side by side: `comparison.json`, schema `ipvlane.comparison/v1`. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { Check, FlowResult, Result } from './result.ts';

export const COMPARISON_SCHEMA = 'ipvlane.comparison/v1';

export interface EngineResult {
  readonly engine: EngineName;
  readonly result: Result;
}

export interface Comparison {
  readonly schema: typeof COMPARISON_SCHEMA;
  readonly scenario: string;
  readonly kernel: Pick<Result['kernel'], 'kind' | 'release' | 'clock'>;
  /** In the order they were asked for. */
  readonly engines: readonly {
    readonly engine: EngineName;
    readonly verdict: Result['verdict'];
    readonly checks_met: number;
    readonly checks_not_met: number;
  }[];
  readonly flows: readonly FlowComparison[];
  /** Only what not every engine met. */
  readonly differing_checks: readonly {
    readonly step: string;
    readonly name: string;
    readonly by_engine: readonly (Pick<Check, 'status' | 'measured' | 'unit'> & { readonly engine: EngineName })[];
  }[];
}

export interface FlowComparison extends Pick<
  FlowResult,
  'flow_id' | 'step' | 'from' | 'to' | 'protocol' | 'streams' | 'configured_bps' | 'offered_bps'
> {
  readonly by_engine: readonly EngineFlow[];
}

export interface EngineFlow extends Pick<
  FlowResult,
  | 'wire_bps'
  | 'goodput_bps'
  | 'error_pct'
  | 'first_second_bps'
  | 'volume'
  | 'retransmits'
  | 'rtt_us'
  | 'request_us'
  | 'connections'
  | 'fairness'
  | 'cpu_s_per_gbit'
  | 'drops'
> {
  readonly engine: EngineName;
}

/** @throws RangeError when there is nothing to compare, or the results are of different scenarios */
export function compareResults(results: readonly EngineResult[]): Comparison {
  const [first] = results;
  if (first === undefined) throw new RangeError('nothing to compare');
  const other = results.find(({ result }) => result.scenario !== first.result.scenario);
  if (other !== undefined)
    throw new RangeError(`${first.result.scenario} and ${other.result.scenario} are two scenarios`);
  const { kind, release, clock, seed } = first.result.kernel;
  return {
    schema: COMPARISON_SCHEMA,
    scenario: first.result.scenario,
    kernel: { kind, release, clock, ...(seed === undefined ? {} : { seed }) },
    engines: results.map(({ engine, result: { verdict, checks } }) => ({
      engine,
      verdict,
      checks_met: checks.filter(({ status }) => status === 'pass').length,
      checks_not_met: checks.filter(({ status }) => status === 'fail').length,
    })),
    flows: first.result.flows.map((flow) => flowComparison(flow, results)),
    differing_checks: differingChecks(first.result.checks, results),
  };
}

function flowComparison(flow: FlowResult, results: readonly EngineResult[]): FlowComparison {
  const { flow_id, step, from, to, protocol, streams, configured_bps, offered_bps } = flow;
  const by_engine = results.flatMap(({ engine, result }): EngineFlow[] => {
    const same = result.flows.find((each) => each.flow_id === flow_id);
    if (same === undefined) return [];
    const { wire_bps, goodput_bps, error_pct, first_second_bps, retransmits } = same;
    const { volume, connections, rtt_us, request_us, fairness, cpu_s_per_gbit, drops } = same;
    return [
      {
        engine,
        wire_bps,
        goodput_bps,
        error_pct,
        first_second_bps,
        retransmits,
        rtt_us,
        request_us,
        fairness,
        cpu_s_per_gbit,
        drops,
        ...(volume === undefined ? {} : { volume }),
        ...(connections === undefined ? {} : { connections }),
      },
    ];
  });
  return { flow_id, step, from, to, protocol, streams, configured_bps, offered_bps, by_engine };
}

function differingChecks(checks: readonly Check[], results: readonly EngineResult[]): Comparison['differing_checks'] {
  return checks
    .map(({ step, name }, index) => ({
      step,
      name,
      by_engine: results.flatMap(({ engine, result }) => {
        const check = result.checks[index];
        if (check?.step !== step || check.name !== name) return [];
        return [{ engine, status: check.status, measured: check.measured, unit: check.unit }];
      }),
    }))
    .filter(({ by_engine }) => by_engine.some(({ status }) => status !== 'pass'));
}
