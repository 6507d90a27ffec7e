/**
 * Limits that change under what fills them, by a decade up and down: whether the new one is in force after a tenth of a second, and the most
 * that passes in any ten milliseconds. Read off the counters behind the limit, a millisecond apart.
 */
import { readFileSync } from 'node:fs';
import type { TraceRecord } from '../../sim/trace/record.ts';
import type { Figure } from './figure.ts';
import { madeScenario, type MadePod } from './made-scenario.ts';
import { runForTrace } from './run-command.ts';

const DECADES = [
  ['100k', '1M'],
  ['1M', '10M'],
  ['10M', '100M'],
  ['100M', '1G'],
] as const;

interface Change {
  readonly way: 'egress' | 'ingress';
  readonly protocol: 'UDP' | 'TCP';
  readonly low: string;
  readonly high: string;
  readonly limited: MadePod;
  readonly from: string;
  readonly to: string;
}

/** @throws Error as runScenario */
export async function limitChanges(): Promise<Figure[]> {
  const changes = (['egress', 'ingress'] as const).flatMap((way) =>
    (['UDP', 'TCP'] as const).flatMap((protocol) => DECADES.map(([low, high]) => changeOf(way, protocol, low, high))),
  );
  const others = changes.map(({ way, from, to }): MadePod =>
    way === 'egress' ? { name: to, node: 'node-b' } : { name: from, node: 'node-a' },
  );
  const annotate = (limit: (change: Change) => string): string[] => [
    '- annotate:',
    ...changes.map(
      (change) =>
        `  - { pod: ${change.limited.name}, annotations: { kubernetes.io/${change.way}-bandwidth: ${limit(change)} } }`,
    ),
  ];
  const path = madeScenario(
    'limit-changes',
    [...changes.map(({ limited }) => limited), ...others],
    [
      '- traffic:',
      ...changes.map(({ from, to, protocol, high }) => {
        const udp = protocol === 'UDP' ? `, protocol: UDP, rate: ${bps(high) * 1.2}, datagram: 1400` : '';
        return `  - { from: ${from}, to: ${to}${udp}, duration: 2s }`;
      }),
      '  background: true',
      '- sleep: 1s',
      ...annotate(({ high }) => high),
      '- sleep: 500ms',
      ...annotate(({ low }) => low),
      '- sleep: 400ms',
    ],
  );
  const { trace } = await runForTrace(path, 'uml-virtual');
  const records = readFileSync(trace, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TraceRecord);
  const moments = records.flatMap((record) => (record.type === 'change' ? [record.effectiveNs] : []));
  return (['egress', 'ingress'] as const).flatMap((way) =>
    (['UDP', 'TCP'] as const).flatMap((protocol) => {
      const seen = changes
        .filter((change) => change.way === way && change.protocol === protocol)
        .flatMap((change) => {
          const series = counterOf(records, change);
          const [up = 0, down = 0] = moments;
          return [
            standing(series, up, bps(change.low), bps(change.high), protocol),
            standing(series, down, bps(change.high), bps(change.low), protocol),
          ];
        });
      const what = `a limit of ${way} changes by a decade, 100k to 1G and back, ${protocol}, worst of ${seen.length}`;
      const least = Math.min(...seen.map(({ inForce }) => inForce));
      const most = Math.max(...seen.map(({ highest }) => highest));
      return [
        { what: `${what}: of the new limit after 100 ms`, value: least * 100, unit: '%', bar: { least: 99 } },
        { what: `${what}: highest 10 ms, of the limit`, value: most * 100, unit: '%', bar: { most: 101 } },
      ];
    }),
  );
}

function changeOf(way: Change['way'], protocol: Change['protocol'], low: string, high: string): Change {
  const name = `${way}-${protocol}-${low}`.toLowerCase();
  const limited: MadePod =
    way === 'egress' ? { name, node: 'node-a', egress: low } : { name, node: 'node-b', ingress: low };
  const other = `${name}-peer`;
  return {
    way,
    protocol,
    low,
    high,
    limited,
    from: way === 'egress' ? name : other,
    to: way === 'egress' ? other : name,
  };
}

interface Standing {
  /** What passed from 100 to 290 ms after the change, and a packet more, of what the new limit lets pass. */
  readonly inForce: number;
  /** The most that passed in 10 ms, less one super-packet, of the limit; in the first 100 ms of the higher of both. */
  readonly highest: number;
}

/** A step function: what a counter showed at each sampling. */
type Series = readonly (readonly [t: number, bytes: number])[];

function standing(series: Series, changedNs: number, before: number, after: number, protocol: 'UDP' | 'TCP'): Standing {
  const packet = protocol === 'UDP' ? FRAME_BYTES : SUPER_PACKET_BYTES;
  const settledNs = changedNs + 100 * MS;
  const looks = series.filter(([t]) => t >= changedNs && t <= changedNs + LOOKED_AT_MS * MS);
  let highest = 0;
  for (const [i, [t, bytes]] of looks.entries()) {
    // Readings are a millisecond apart, and late where the processor had to do: a window is as long as they are apart.
    const end = looks.slice(i).find(([later]) => later >= t + WINDOW_MS * MS);
    if (end === undefined) break;
    const limit = t < settledNs ? Math.max(before, after) : after;
    highest = Math.max(highest, (end[1] - bytes - SUPER_PACKET_BYTES) / allowed(limit, end[0] - t));
  }
  const settled = looks.filter(([t]) => t >= settledNs);
  const [first, last] = [settled[0], settled.at(-1)];
  // Of a slow limit nothing passes between two packets: then it is what passed until then.
  const inForce =
    first === undefined || last === undefined || first === last
      ? 1
      : (last[1] - first[1] + packet) / allowed(after, last[0] - first[0]);
  return { inForce, highest };
}

function allowed(limitBps: number, ns: number): number {
  return (limitBps / 8) * (ns / 1e9);
}

const MS = 1e6;
const WINDOW_MS = 10;
/** So long the counters are read every millisecond (sim/lab/traffic/close-look.ts). */
const LOOKED_AT_MS = 290;
const FRAME_BYTES = 1442;
/** With the headers of its frames. */
const SUPER_PACKET_BYTES = 65_536 + 45 * 66;

/** What passed behind the limit: out of the IFB, or in at the receiver. */
function counterOf(records: readonly TraceRecord[], { way, to }: Change): Series {
  const run = records.find((record) => record.type === 'run');
  const id = run?.plan.pods.find(({ name }) => name === to)?.endpointId;
  return records.flatMap((record) => {
    if (way === 'ingress')
      return record.type === 'qdisc' && record.where === `default/${to}` && record.direction === 'ingress'
        ? [[record.t, record.bytes] as const]
        : [];
    return record.type === 'endpoint' && record.endpointId === id && record.direction === 'ingress'
      ? [[record.t, record.offered.bytes] as const]
      : [];
  });
}

function bps(quantity: string): number {
  const unit = { k: 1e3, M: 1e6, G: 1e9 }[quantity.at(-1) ?? ''] ?? 1;
  return parseFloat(quantity) * unit;
}
