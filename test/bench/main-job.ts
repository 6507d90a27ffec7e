/** The figures that concern the main job: the command, the seed, and building pods in User-mode Linux. Wall clock: medians of RUNS. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Result } from '../../sim/measure/result.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';
import { median, type Figure } from './figure.ts';
import { cli, root, scratch } from './run-command.ts';

const RUNS = 3;

export async function mainJob(): Promise<Figure[]> {
  return [...(await commands()), ...(await seed()), ...(await build(100)), ...(await build(1000))];
}

async function commands(): Promise<Figure[]> {
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
    { what: 'ipvlane --help', value: await time('--help'), unit: 'ms', bar: { most: 200 } },
    {
      what: 'ipvlane check scenarios/seed',
      value: await time('check', 'scenarios/seed'),
      unit: 'ms',
      bar: { most: 500 },
    },
  ];
}

/** First packet: the first echo reply in the trace, counted from the start of the command. */
async function seed(): Promise<Figure[]> {
  const walls: number[] = [];
  const firsts: number[] = [];
  const flows: Result['flows'][number][] = [];
  for (let run = 0; run < RUNS; run++) {
    const out = join(scratch, `seed-${run}`);
    const began = performance.now();
    let sawPacket = 0;
    const child = execa('node', [cli, 'run', 'scenarios/seed', '--kernel', 'uml', '--plain', '--out', out], {
      cwd: root,
      // A run that misses its expectations is a figure, too.
      reject: false,
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
    { what: 'seed: command to first packet', value: median(firsts), unit: 's', bar: { most: 6 } },
    { what: 'seed: whole run', value: median(walls), unit: 's', bar: { most: 60 } },
    {
      what: `seed: error, either way, ${wires}`,
      value: worst((f) => Math.abs(f.error_pct ?? Infinity)),
      unit: '%',
      bar: { most: 3 },
    },
    {
      what: `seed: first second of the limit, ${wires}`,
      value: worst((f) => ((f.first_second_bps ?? Infinity) / (f.configured_bps ?? 1)) * 100),
      unit: '%',
      bar: { most: 110 },
    },
    {
      what: `seed: goodput of the predicted, ${wires}`,
      value: Math.min(...flows.map((f) => ((f.goodput_bps ?? 0) / (f.predicted_goodput_bps ?? 1)) * 100)),
      unit: '%',
      bar: { least: 97, most: 103 },
    },
    {
      what: `seed: EDT horizon drops, ${wires}`,
      value: worst((f) => f.drops['EDT_HORIZON'] ?? 0),
      unit: '',
      bar: { most: 0 },
    },
  ];
}

async function build(pods: number): Promise<Figure[]> {
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
      bar: { most: 15 },
    },
    { what: `${pods} pods: the last fifty, each`, value: mean(each.slice(-50)), unit: 'ms', bar: null },
    { what: `${pods} pods: all, with nodes and dataplane`, value: built.ms / 1000, unit: 's', bar: null },
  ];
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
