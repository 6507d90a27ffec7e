/**
 * `result.json`: the result with its keys always in the order of the contract, so that two results can be compared
 * line by line.
 */
import type { Result } from '../../sim/measure/result.ts';

/** Indented JSON with a newline at its end. Rates keep a tenth of a bit per second, percents a ten-thousandth. */
export function renderResultJson(result: Result): string {
  return `${JSON.stringify(orderedResult(result), rounded, 2)}\n`;
}

/** With its keys in the order of the contract. */
export function orderedResult(result: Result): unknown {
  return ordered(result, ORDER);
}

/** Keys by object, in the contract's order; a key that is missing here comes after these, by name. */
interface Order {
  readonly keys: readonly string[];
  readonly of?: Readonly<Record<string, Order>>;
}

const ORDER: Order = {
  keys: [
    'schema',
    'scenario',
    'verdict',
    'message',
    'kernel',
    'memory',
    'build',
    'dataplane',
    'checks',
    'flows',
    'probes',
    'drops',
    'policy_changes',
    'diagnostics',
    'unmeasured',
  ],
  of: {
    kernel: { keys: ['kind', 'release', 'clock', 'seed', 'boot_ms'] },
    memory: {
      keys: ['agent_bytes', 'agent_peak_bytes', 'maps_bytes', 'maps'],
      of: { maps: { keys: ['name', 'bytes'] } },
    },
    build: { keys: ['pods', 'ms', 'ms_per_pod'] },
    dataplane: { keys: ['load_ms', 'programs'], of: { programs: { keys: ['name', 'verified_insns', 'insns'] } } },
    checks: {
      keys: ['step', 'name', 'status', 'expected', 'predicted', 'measured', 'unit', 'error_pct', 'reason'],
    },
    flows: {
      keys: [
        'flow_id',
        'step',
        'from',
        'to',
        'protocol',
        'streams',
        'generator',
        'seconds',
        'configured_bps',
        'mean_configured_bps',
        'wire_bps',
        'goodput_bps',
        'predicted_goodput_bps',
        'error_pct',
        'flows_behind_limit',
        'first_second_bps',
        'volume',
        'retransmits',
        'lost_packets',
        'loss_pct',
        'rtt_us',
        'request_us',
        'connections',
        'one_way_us',
        'jitter_us',
        'fairness',
        'cpu_s_per_gbit',
        'drops',
        'measures',
      ],
      of: {
        measures: { keys: ['of', 'direction', 'limit_bps', 'replicas'] },
        volume: { keys: ['bytes', 'received_bytes', 'completion_ms', 'predicted_completion_ms'] },
        rtt_us: { keys: ['idle_p50', 'p50', 'p95', 'p99', 'lost'] },
        request_us: { keys: ['p50', 'p95', 'p99', 'max', 'answered', 'lost'] },
        connections: {
          keys: ['connect_p50_us', 'connect_p99_us', 'made', 'failed', 'per_s', 'predicted_per_s'],
        },
        one_way_us: { keys: ['p50', 'p95', 'p99', 'max'] },
      },
    },
    probes: { keys: ['step', 'from', 'to', 'protocol', 'port', 'expected', 'predicted', 'measured', 'rule'] },
    drops: { keys: ['endpoint', 'direction', 'reason', 'rule', 'packets', 'bytes'] },
    diagnostics: { keys: ['code', 'severity', 'message', 'help'] },
    policy_changes: { keys: ['step', 'what', 'compile_ms', 'program_ms', 'effective_ms', 'map_updates'] },
    unmeasured: { keys: ['of', 'direction', 'limit_bps', 'why'] },
  },
};

function ordered(value: unknown, order: Order): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Record<string, unknown>;
  const known = order.keys.filter((key) => key in source);
  const others = Object.keys(source)
    .filter((key) => !order.keys.includes(key))
    .sort();
  return Object.fromEntries(
    [...known, ...others].map((key) => [key, ordered(source[key], order.of?.[key] ?? { keys: [] })]),
  );
}

/** A replacer of JSON.stringify. */
export function rounded(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  const digits = key.endsWith('_bps') ? 1 : 4;
  return Number(value.toFixed(digits));
}
