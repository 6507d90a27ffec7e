/** A request beside 128 bulk TCP flows behind a limit of 100M, ours and the others' in one run of virtual time. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import { measuredPeer, megabits, milliseconds, type Bar, type Figure } from './figure.ts';
import { compareEngines, runScenario } from './run-command.ts';

export async function latencyUnderLoad(): Promise<Figure[]> {
  const bars = { p99: { most: 1 }, goodput: { least: 94 } };
  return [...(await besideBulk(['edt', 'htb', 'cake'], '100M, 128 flows', bars)), ...(await ecnAndFairness())];
}

/** @throws Error as compareEngines */
export async function besideBulk(
  others: readonly EngineName[],
  what: string,
  bars: { readonly p99: Bar; readonly goodput: Bar },
): Promise<Figure[]> {
  const engines = ['ipvlane', ...others];
  const { flows } = await compareEngines('scenarios/pitfalls/fifo-behind-the-limit', 'uml-virtual', engines);
  const bulk = flows.find(({ streams }) => streams === 128)?.by_engine ?? [];
  const asking = flows.find(({ streams }) => streams === 1)?.by_engine ?? [];
  const p99 = (name: EngineName) => milliseconds(asking.find(({ engine }) => engine === name)?.request_us?.p99);
  const goodput = (name: EngineName) => megabits(bulk.find(({ engine }) => engine === name)?.goodput_bps);
  return others.flatMap((name): Figure[] => [
    {
      what: `${what}: request p99, beside ${name}`,
      value: p99('ipvlane'),
      unit: 'ms',
      bar: bars.p99,
      peer: measuredPeer(name, p99(name)),
    },
    {
      what: `${what}: goodput, beside ${name}`,
      value: goodput('ipvlane'),
      unit: 'Mbit/s',
      bar: bars.goodput,
      peer: measuredPeer(name, goodput(name)),
    },
  ]);
}

async function ecnAndFairness(): Promise<Figure[]> {
  const { flows } = await runScenario('scenarios/bandwidth/exact/latency-under-load', 'uml-virtual');
  const ofEcn = flows.filter(({ step }) => step === 'the same with ECN');
  const plain = flows.filter(({ step }) => step === '128 bulk flows and a request');
  const asked = [...plain, ...ofEcn].filter(({ request_us }) => request_us !== null);
  const eight = flows.find(({ streams }) => streams === 8);
  const lost = asked.length === 0 ? null : asked.reduce((sum, { request_us }) => sum + (request_us?.lost ?? 0), 0);
  const pinged = plain.find(({ streams }) => streams === 128);
  return [
    {
      what: 'the same with ECN: request p99',
      unit: 'ms',
      bar: { most: 1 },
      value: milliseconds(ofEcn.find(({ request_us }) => request_us !== null)?.request_us?.p99),
    },
    {
      what: 'the same with ECN: goodput',
      unit: 'Mbit/s',
      bar: { least: 94 },
      value: megabits(ofEcn.find(({ streams }) => streams === 128)?.goodput_bps),
    },
    {
      what: '100M, 128 flows: ping p99',
      unit: 'ms',
      bar: { most: 1 },
      value: milliseconds(pinged?.rtt_us?.p99),
      peer: { name: 'Cilium, plain EDT (cilium 33220)', value: 2247, source: 'published' },
    },
    { what: 'requests lost, with ECN and without', value: lost, unit: '', bar: { most: 0 } },
    { what: 'Jain index of 8 bulk flows', value: eight?.fairness ?? null, unit: '', bar: { least: 0.99 } },
  ];
}
