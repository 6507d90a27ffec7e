/** The limits of scenarios/bandwidth/exact/rates: exact in virtual time, and what real clocks carry. */
import type { Figure } from './figure.ts';
import { runScenario } from './run-command.ts';

const SCENARIO = 'scenarios/bandwidth/exact/rates';
/** Published: Carousel holds its rate to 0.5 %, the others it measured to 6 %. */
const CAROUSEL = { name: 'Carousel', value: 0.5, source: 'published' } as const;

export async function ratesInVirtualTime(): Promise<Figure[]> {
  const { flows } = await runScenario(SCENARIO, 'uml-virtual');
  return flows.flatMap(({ step, error_pct, first_second_bps, configured_bps }): Figure[] => [
    {
      what: `virtual clock, ${step}: error, either way`,
      value: error_pct === null ? null : Math.abs(error_pct),
      unit: '%',
      bar: { most: 0.2 },
      peer: CAROUSEL,
    },
    {
      what: `virtual clock, ${step}: first second of the limit`,
      unit: '%',
      bar: { most: 101 },
      value: first_second_bps === null || configured_bps === null ? null : (first_second_bps / configured_bps) * 100,
    },
  ]);
}

/** A stock kernel stands for all: QEMU's emulated processor is what bounds it. */
const REAL_CLOCKS = [
  { kernel: 'uml', name: 'UML' },
  { kernel: 'debian:6.12', name: 'QEMU' },
];

export async function ratesOnTheRealClock(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { kernel, name } of REAL_CLOCKS) figures.push(...(await realRates(kernel, name)));
  return figures;
}

async function realRates(kernel: string, name: string): Promise<Figure[]> {
  const { flows } = await runScenario(SCENARIO, kernel, ['--clock', 'real']);
  return flows.map(({ step, error_pct, configured_bps }): Figure => {
    const carried = (configured_bps ?? 0) < 1e9;
    return {
      what: `real clock in ${name}, ${step}: error, either way`,
      value: error_pct === null ? null : Math.abs(error_pct),
      unit: '%',
      bar: carried ? { most: 2 } : null,
      ...(carried ? {} : { note: 'what two cores carry' }),
    };
  });
}
