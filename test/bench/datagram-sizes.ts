/** Datagrams of one byte to 65,507 at half of a limit, each behind a limit of its own: none is lost. Ours, HTB with fq_codel and CAKE. */
import { udpWireBytes } from '../../sim/plan/flows/goodput.ts';
import type { FlowResult, Result } from '../../sim/measure/result.ts';
import { OTHERS } from './engines.ts';
import type { Figure } from './figure.ts';
import { madeScenario, type MadePod } from './made-scenario.ts';
import { runScenario } from './run-command.ts';

const SIZES = [1, 100, 1400, 8000, 65_507];
const LIMITS = ['1M', '10M', '100M', '1G'] as const;
const BPS: Readonly<Record<(typeof LIMITS)[number], number>> = { '1M': 1e6, '10M': 10e6, '100M': 100e6, '1G': 1e9 };

/** @throws Error as runScenario */
export async function datagramSizes(): Promise<Figure[]> {
  const flows = (['egress', 'ingress'] as const).flatMap((way) =>
    LIMITS.flatMap((limit) => SIZES.map((size) => flowOf(way, limit, size))),
  );
  const path = madeScenario(
    'datagram-sizes',
    flows.flatMap(({ pods }) => pods),
    ['- traffic:', ...flows.map(({ line }) => `  - ${line}`)],
  );
  const ours = lostBy(await runScenario(path, 'uml-virtual'));
  const others: { name: string; lost: ReadonlyMap<string, number> }[] = [];
  for (const name of OTHERS)
    others.push({ name, lost: lostBy(await runScenario(path, 'uml-virtual', ['--engine', name])) });
  return others.flatMap(({ name, lost }) =>
    [...ours].map(([what, value]) => ({
      what: `${what}, beside ${name}`,
      value,
      unit: '',
      bar: { most: 0 },
      peer: { name, value: lost.get(what) ?? NaN, source: 'measured' as const },
    })),
  );
}

function flowOf(way: 'egress' | 'ingress', limit: (typeof LIMITS)[number], size: number) {
  const name = `${way}-${limit.toLowerCase()}-${size}`;
  const egress = way === 'egress';
  const limited: MadePod = egress ? { name, node: 'node-a', egress: limit } : { name, node: 'node-b', ingress: limit };
  const other: MadePod = { name: `${name}-peer`, node: egress ? 'node-b' : 'node-a' };
  const [from, to] = egress ? [name, other.name] : [other.name, name];
  const wireBytes = udpWireBytes(4, 1500, size);
  const perSecond = BPS[limit] / 2 / (8 * wireBytes);
  const framesPerSecond = perSecond * Math.ceil(wireBytes / 1514);
  const seconds = Math.min(4, Math.max(0.1, MOST_FRAMES / framesPerSecond));
  const rate = Math.floor(perSecond * size * 8);
  return {
    pods: [limited, other],
    line: `{ from: ${from}, to: ${to}, protocol: UDP, rate: ${rate}, datagram: ${size}, duration: ${Math.round(seconds * 1000)}ms }`,
  };
}

/** So many frames of a flow tell whether it loses any, and take seconds. */
const MOST_FRAMES = 10_000;

/** By way and limit: of all sizes together. */
function lostBy({ flows }: Result): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const flow of flows) {
    const [way, limit] = limitedEnd(flow).split('-');
    const what = `half of a limit of ${way} of ${limit?.toUpperCase()}, datagrams of 1 to 65,507 bytes: lost`;
    sums.set(what, (sums.get(what) ?? 0) + (flow.lost_packets ?? NaN));
  }
  return sums;
}

function limitedEnd({ from, to }: FlowResult): string {
  const end = from.endsWith('-peer') ? to : from;
  return end.slice(end.indexOf('/') + 1);
}
