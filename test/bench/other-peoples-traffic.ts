/** Traffic that broke other limits, and once broke ours: ours, HTB with fq_codel and CAKE, in one run of virtual time. A row a demand. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { FlowResult, Result } from '../../sim/measure/result.ts';
import { datagramSizes } from './datagram-sizes.ts';
import { OTHERS } from './engines.ts';
import { measuredPeer, megabits, milliseconds, type Bar, type Figure } from './figure.ts';
import { besideBulk } from './latency-under-load.ts';
import { limitChanges } from './limit-changes.ts';
import { runScenario } from './run-command.ts';

const exact = (name: string) => `scenarios/bandwidth/exact/${name}`;

export async function otherPeoplesTraffic(): Promise<Figure[]> {
  return [
    ...(await changes()),
    ...(await limitChanges()),
    ...(await datagramSizes()),
    ...(await fragments()),
    ...(await calls()),
    ...(await besideBulk(OTHERS, '128 bulk flows at 100M', { p99: { most: 0.11 }, goodput: { least: 95.35 } })),
    ...(await wireQueue()),
    ...(await farAway()),
  ];
}

/** HTB and CAKE do not change a limit while it runs. One super-packet of TCP is 1.2 % of such a window at 50M, 5.8 % at 10M. */
async function changes(): Promise<Figure[]> {
  const { flows } = await runScenario(exact('changes-under-load'), 'uml-virtual');
  return flows.map((flow) => ({
    what: `a limit changes, ${flow.from} -> ${flow.to} ${flow.protocol}: largest error from 100 ms after it on`,
    value: flow.error_pct === null ? null : Math.abs(flow.error_pct),
    unit: '%',
    bar: { most: flow.protocol === 'UDP' ? 0.1 : flow.to === 'default/takes-1m' ? 6 : 2 },
  }));
}

async function fragments(): Promise<Figure[]> {
  const results = await ofEachEngine(exact('fragments'));
  const fits = (flow: FlowResult): Row => ({
    what: 'lost',
    unit: '',
    bar: { most: 0 },
    of: flow,
    value: ({ lost_packets }) => lost_packets,
  });
  const over = (flow: FlowResult): Row => ({
    what: 'goodput',
    unit: 'Mbit/s',
    bar: { least: 0.9 * 9.74 },
    of: flow,
    value: ({ goodput_bps }) => megabits(goodput_bps),
  });
  return results.ours.flows.flatMap((flow) =>
    beside(results, flow.step === 'half of the limit' ? fits(flow) : over(flow)),
  );
}

/** A call waits for two full frames and a millisecond at most, and nobody's small packets wait much longer than with the better of the others. */
async function calls(): Promise<Figure[]> {
  const results = await ofEachEngine(exact('calls-beside-floods'));
  return results.ours.flows.flatMap((flow) => {
    if (flow.request_us !== null) {
      const p99 = ({ request_us }: FlowResult) => milliseconds(request_us?.p99);
      const row: Row = { what: 'request p99', unit: 'ms', bar: { most: 1 }, of: flow, value: p99 };
      return [...beside(results, row), besideTheBetter(results, row)];
    }
    if (flow.to !== 'default/hears-calls') return [];
    const twoFramesMs = (2 * FRAME_BYTES * 8e3) / (flow.configured_bps ?? NaN);
    const p99: Row = {
      what: 'one way p99',
      unit: 'ms',
      bar: { most: twoFramesMs + 1 },
      of: flow,
      value: ({ one_way_us }) => milliseconds(one_way_us?.p99),
    };
    const lost: Row = {
      what: 'lost',
      unit: '',
      bar: { most: 0 },
      of: flow,
      value: ({ lost_packets }) => lost_packets,
    };
    return [...beside(results, p99), besideTheBetter(results, p99), ...beside(results, lost)];
  });
}

const FRAME_BYTES = 1514;

/** No pod has a limit there, so that there is nothing for another engine to do. */
async function wireQueue(): Promise<Figure[]> {
  const { flows } = await runScenario(exact('wire-queue'), 'uml-virtual');
  const of = (step: string) => flows.find((flow) => flow.step === step);
  const udp = of('UDP above the rate is lost');
  const filled = milliseconds(of('one TCP flow fills the queue')?.rtt_us?.p99);
  return [
    ...['CUBIC', 'Reno', 'BBR'].map((name): Figure => ({
      what: `${name} over a trace of 2.1265M: goodput of 2.034M`,
      unit: '%',
      bar: { least: 97, most: 103 },
      value: percentOf(of(`${name} over a trace`)?.goodput_bps, 2.034e6),
    })),
    {
      what: '10M, 20 ms, 256 KiB, one TCP flow: round trip p99 of 249.7 ms',
      unit: '%',
      value: percentOf(filled, 249.7),
      bar: { least: 95, most: 105 },
    },
    {
      what: 'UDP of 12M over that wire, 5 s: lost, of the 842 that do not fit',
      unit: '',
      value: udp?.lost_packets ?? null,
      bar: { least: 841, most: 843 },
    },
    {
      what: "of those counted as the wire's",
      unit: '',
      bar: { least: 841, most: 843 },
      value: udp?.drops['WIRE_QUEUE'] ?? null,
    },
  ];
}

async function farAway(): Promise<Figure[]> {
  const { flows } = await runScenario(exact('far-away'), 'uml-virtual');
  return ['40', '80', '200'].map((ms) => {
    const flow = flows.find(({ step }) => step === `the first second, ${ms} ms away`);
    return {
      what: `the first second, ${ms} ms one way, of what is offered`,
      unit: '%',
      bar: { least: 99, most: 101 },
      value: percentOf(flow?.first_second_bps, flow?.predicted_first_second_bps),
    };
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
      what: `${of.step}, ${of.from} -> ${of.to}: ${what}, beside ${name}`,
      value: value(of),
      unit,
      bar,
      peer: measuredPeer(name, theirs),
    };
  });
}

/** What the better of the others has is the bar, and a tenth more. */
function besideTheBetter({ others }: OfEachEngine, { what, unit, of, value }: Row): Figure {
  const theirs = others.flatMap(({ result }) => {
    const same = result.flows.find(({ flow_id }) => flow_id === of.flow_id);
    return (same && value(same)) ?? [];
  });
  return {
    what: `${of.step}, ${of.from} -> ${of.to}: ${what}, beside the better of the others`,
    value: value(of),
    unit,
    bar: theirs.length === 0 ? null : { most: Number((1.1 * Math.min(...theirs)).toPrecision(4)) },
  };
}

function percentOf(value: number | null | undefined, whole: number | null | undefined): number | null {
  return value == null || whole == null ? null : (value / whole) * 100;
}
