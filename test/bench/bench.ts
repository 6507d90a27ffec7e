/**
 * Every figure of docs/measurement.md by one command, as a table with the bar and the peer beside each, and as JSON.
 *
 *   npm run bench -- [--only NAME,...] [--quick] [--json FILE] [--compare FILE] [--docs]
 *
 * `--quick` leaves out what takes more than a minute; an unknown name lists the parts. `--docs` puts the tables into
 * docs/measurement.md.
 *
 * A part that cannot run here (no kernel, not root) gives a figure without a value and the reason; the others go on. Ends with
 * 1 when a bar was missed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { figuresOf, type BenchPart, type BenchReport } from './bench-report.ts';
import { withTables } from './docs-tables.ts';
import { figureTable, standing, type Figure } from './figure.ts';
import { root } from './run-command.ts';

/** In the order they run: what wants a quiet machine first. Each is read only when its turn comes. */
const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'main-job': async () => (await import('./main-job.ts')).mainJob(),
  throughput: async () => (await import('./throughput.ts')).throughput(),
  build: async () => (await import('./native-build.ts')).nativeBuild(),
  stages: async () => (await import('./dataplane-stages.ts')).dataplaneStages(),
  'policy-cost': async () => (await import('./scripts.ts')).policyCost(),
  'policy-compile': async () => (await import('./scripts.ts')).policyCompile(),
  boot: async () => (await import('./scripts.ts')).boot(),
  'real-rates': async () => (await import('./rates.ts')).ratesOnTheRealClock(),
  latency: async () => (await import('./latency-under-load.ts')).latencyUnderLoad(),
  ingress: async () => (await import('./ingress-20m.ts')).ingress20M(),
  'other-peoples-traffic': async () => (await import('./other-peoples-traffic.ts')).otherPeoplesTraffic(),
  rates: async () => (await import('./rates.ts')).ratesInVirtualTime(),
};

/** Minutes each, at least on a busy machine. */
const LONG: ReadonlySet<string> = new Set([
  'main-job',
  'throughput',
  'build',
  'real-rates',
  'rates',
  'other-peoples-traffic',
]);

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    json: { type: 'string' },
    compare: { type: 'string' },
    docs: { type: 'boolean' },
  },
});
const names = values.only?.split(',') ?? Object.keys(PARTS).filter((name) => values.quick !== true || !LONG.has(name));
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  process.stderr.write(`no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
const before = values.compare === undefined ? null : figuresOf(values.compare);
const began = new Date().toISOString();
const parts: BenchPart[] = [];
for (const name of names) {
  process.stderr.write(`${name} ... `);
  const start = performance.now();
  const load = loadavg()[0] ?? NaN;
  const figures = await measured(name);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  process.stderr.write(`${seconds} s\n`);
  parts.push({ name, seconds, load_before: load, figures });
  process.stdout.write(`\n${name}: ${seconds} s, load ${load.toFixed(1)}\n\n${figureTable(figures, before)}\n`);
  save();
}
if (values.docs === true) {
  const file = join(root, 'docs/measurement.md');
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), report()));
}
const missed = parts.flatMap(({ figures }) => figures).filter((figure) => standing(figure) === 'missed');
process.stdout.write(`\n${missed.length} bars missed${missed.map(({ what }) => `\n  ${what}`).join('')}\n`);
process.exitCode = missed.length > 0 ? 1 : 0;

async function measured(name: string): Promise<readonly Figure[]> {
  try {
    return (await PARTS[name]?.()) ?? [];
  } catch (error) {
    const note = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return [{ what: name, value: null, unit: '', bar: null, note }];
  }
}

function report(): BenchReport {
  const cpu = cpus();
  return {
    schema: 'ipvlane.bench/v1',
    commit: commit(),
    began,
    parts,
    machine: { kernel: release(), cpu: cpu[0]?.model ?? '', cpus: cpu.length, node: process.version },
  };
}

/** After every part: an interrupted run keeps what it has. */
function save(): void {
  const file = values.json ?? 'ipvlane-out/bench.json';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report(), null, 2)}\n`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
