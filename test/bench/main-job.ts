/**
 * The numbers of docs/measurement.md that concern the main job, from one command:
 *
 *   npm run bench:main                 prints a table and writes ipvlane-out/bench-main.json
 *
 * Needs User-mode Linux. Wall-clock numbers are medians of RUNS runs; quote them with the machine's load in mind.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Result } from '../../sim/measure/result.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';

const RUNS = 3;
const root = new URL('../../', import.meta.url).pathname;
const cli = join(root, 'dist/ipvlane.js');
const scratch = mkdtempSync(join(tmpdir(), 'ipvlane-bench-'));

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: string;
}

try {
  const rows = [...(await commands()), ...(await seed()), ...(await build(100)), ...(await build(1000))];
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const { what, value, unit, bar } of rows)
    process.stdout.write(`${what.padEnd(width)}  ${value.toFixed(2).padStart(9)} ${unit.padEnd(6)} ${bar}\n`);
  mkdirSync(join(root, 'ipvlane-out'), { recursive: true });
  writeFileSync(join(root, 'ipvlane-out/bench-main.json'), `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function commands(): Promise<Row[]> {
  const time = async (...args: string[]): Promise<number> => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now();
      await execa('node', [cli, ...args], { cwd: root });
      times.push(performance.now() - began);
    }
    return median(times);
  };
  return [
    { what: 'ipvlane --help', value: await time('--help'), unit: 'ms', bar: '<= 200' },
    { what: 'ipvlane check scenarios/seed', value: await time('check', 'scenarios/seed'), unit: 'ms', bar: '<= 500' },
  ];
}

/** First packet: the first echo reply in the trace, counted from the start of the command. */
async function seed(): Promise<Row[]> {
  const walls: number[] = [];
  const firsts: number[] = [];
  const flows: Result['flows'][number][] = [];
  for (let run = 0; run < RUNS; run++) {
    const out = join(scratch, `seed-${run}`);
    const began = performance.now();
    let sawPacket = 0;
    const child = execa('node', [cli, 'run', 'scenarios/seed', '--kernel', 'uml', '--plain', '--out', out], {
      cwd: root,
    });
    const trace = join(out, 'trace.ndjson');
    const watch = setInterval(() => {
      if (sawPacket === 0 && readOrEmpty(trace).includes('"type":"ping"')) sawPacket = performance.now();
    }, 20);
    await child;
    clearInterval(watch);
    walls.push((performance.now() - began) / 1000);
    firsts.push((sawPacket - began) / 1000);
    flows.push(...(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result).flows);
  }
  const worst = (of: (flow: Result['flows'][number]) => number): number => Math.max(...flows.map(of));
  const wires = `worst of ${flows.length} flows`;
  return [
    { what: 'seed: command to first packet', value: median(firsts), unit: 's', bar: '<= 6' },
    { what: 'seed: whole run', value: median(walls), unit: 's', bar: '<= 60' },
    {
      what: `seed: |error_pct|, ${wires}`,
      value: worst((f) => Math.abs(f.error_pct ?? Infinity)),
      unit: '%',
      bar: '<= 3',
    },
    {
      what: `seed: first second of the limit, ${wires}`,
      value: worst((f) => ((f.first_second_bps ?? Infinity) / (f.configured_bps ?? 1)) * 100),
      unit: '%',
      bar: '<= 110',
    },
    {
      what: `seed: goodput of the predicted, ${wires}`,
      value: Math.min(...flows.map((f) => ((f.goodput_bps ?? 0) / (f.predicted_goodput_bps ?? 1)) * 100)),
      unit: '%',
      bar: '97..103',
    },
    { what: `seed: EDT horizon drops, ${wires}`, value: worst((f) => f.drops['EDT_HORIZON'] ?? 0), unit: '', bar: '0' },
  ];
}

async function build(pods: number): Promise<Row[]> {
  const folder = join(scratch, `pods-${pods}`);
  mkdirSync(folder);
  const limits = '{ kubernetes.io/ingress-bandwidth: 10M, kubernetes.io/egress-bandwidth: 10M }';
  writeFileSync(
    join(folder, 'app.yaml'),
    `apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: ${pods}
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app }, annotations: ${limits} }
    spec: { containers: [ { name: app, image: app } ] }
---
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: pods-${pods} }
spec:
  timeline: [ { wait: { timeout: 120s } } ]
`,
  );
  const out = join(scratch, `out-${pods}`);
  const file = join(folder, 'app.yaml');
  await execa('node', [cli, 'run', file, '--kernel', 'uml', '--plain', '--out', out], { cwd: root });
  const { build: built } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
  const records = readFileSync(join(out, 'trace.ndjson'), 'utf8').trimEnd().split('\n');
  const each = records
    .map((line) => JSON.parse(line) as TraceRecord)
    .flatMap((record) => (record.type === 'build' && record.what === 'pod' ? [record.durationNs / 1e6] : []));
  return [
    {
      what: `${pods} pods, limited both ways: each`,
      value: built.ms_per_pod,
      unit: 'ms',
      bar: pods === 100 ? '<= 15' : '',
    },
    { what: `${pods} pods: the last fifty, each`, value: mean(each.slice(-50)), unit: 'ms', bar: '' },
    { what: `${pods} pods: all, with nodes and dataplane`, value: built.ms / 1000, unit: 's', bar: '' },
  ];
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
