/** Traffic that broke other limits, and once broke ours: ours, HTB with fq_codel and CAKE, in one run of virtual time. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { FlowResult, Result } from '../../sim/measure/result.ts';
import type { Bar, Figure } from './figure.ts';
import { runScenario } from './run-command.ts';

const OTHERS: readonly EngineName[] = ['htb', 'cake'];
const exact = (name: string) => `scenarios/bandwidth/exact/${name}`;

export async function otherPeoplesTraffic(): Promise<Figure[]> {
  return [...(await changes()), ...(await fragments()), ...(await calls())];
}

/** HTB and CAKE do not change a limit while it runs. One super-packet of TCP is 1.2 % of such a window at 50M, 5.8 % at 10M. */
async function changes(): Promise<Figure[]> {
  const { flows } = await runScenario(exact('changes-under-load'), 'uml-virtual');
  return flows.map((flow) => ({
    what: `a limit changes, ${flow.from} -> ${flow.to} ${flow.protocol}: largest error from 100 ms after it on`,
    ...{ value: flow.error_pct === null ? null : Math.abs(flow.error_pct), unit: '%' },
    bar: { most: flow.protocol === 'UDP' ? 0.1 : flow.to === 'default/takes-1m' ? 6 : 2 },
  }));
}

async function fragments(): Promise<Figure[]> {
  const results = await ofEachEngine(exact('fragments'));
  const fits = (flow: FlowResult): Row => ({
    ...{ what: 'lost', unit: '', bar: { most: 0 }, of: flow, value: ({ lost_packets }) => lost_packets },
  });
  const over = (flow: FlowResult): Row => ({
    ...{ what: 'goodput', unit: 'Mbit/s', bar: { least: 0.9 * 9.74 }, of: flow },
    value: ({ goodput_bps }) => goodput_bps && goodput_bps / 1e6,
  });
  return results.ours.flows.flatMap((flow) =>
    beside(results, flow.step === 'half of the limit' ? fits(flow) : over(flow)),
  );
}

async function calls(): Promise<Figure[]> {
  const results = await ofEachEngine(exact('calls-beside-floods'));
  return results.ours.flows.flatMap((flow) => {
    if (flow.request_us !== null)
      return beside(results, {
        ...{ what: 'request p99', unit: 'ms', bar: { most: 1 }, of: flow },
        value: ({ request_us }) => milliseconds(request_us?.p99),
      });
    if (flow.to !== 'default/hears-calls') return [];
    const p99: Row = {
      ...{ what: 'one way p99', unit: 'ms', bar: { most: 25 }, of: flow },
      value: ({ one_way_us }) => milliseconds(one_way_us?.p99),
    };
    const lost: Row = {
      ...{ what: 'lost', unit: '', bar: { most: 0 }, of: flow, value: ({ lost_packets }) => lost_packets },
    };
    return [...beside(results, p99), ...beside(results, lost)];
  });
}

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly bar: Bar;
  readonly of: FlowResult;
  readonly value: (flow: FlowResult) => number | null;
}

interface OfEachEngine {
  readonly ours: Result;
  readonly others: readonly { readonly name: EngineName; readonly result: Result }[];
}

async function ofEachEngine(path: string): Promise<OfEachEngine> {
  const ours = await runScenario(path, 'uml-virtual');
  const others: { name: EngineName; result: Result }[] = [];
  for (const name of OTHERS) others.push({ name, result: await runScenario(path, 'uml-virtual', ['--engine', name]) });
  return { ours, others };
}

/** One figure for each of the others. */
function beside({ others }: OfEachEngine, { what, unit, bar, of, value }: Row): Figure[] {
  return others.map(({ name, result }) => {
    const same = result.flows.find(({ flow_id }) => flow_id === of.flow_id);
    const theirs = same === undefined ? null : value(same);
    return {
      ...{ what: `${of.step}, ${of.from} -> ${of.to}: ${what}, beside ${name}`, value: value(of), unit, bar },
      peer: theirs === null ? null : { name, value: theirs, source: 'measured' },
    };
  });
}

function milliseconds(us: number | null | undefined): number | null {
  return us == null ? null : us / 1e3;
}
