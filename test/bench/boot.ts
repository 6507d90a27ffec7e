/**
 * From the command to the first packet, kernel by kernel, on the real clock; a kernel that has only a virtual one runs on
 * that, and the wall clock is read all the same.
 *
 *   npm run bench:boot [-- KERNEL…]    prints a table and writes ipvlane-out/bench-boot.json
 *
 * One run each of two pods that ping each other; the first packet is the first echo that came back, and there the run is
 * interrupted. Kernels that are not here are fetched or built before, outside of the time. It prints the machine's load at
 * each kernel, which its figures are to be quoted with.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { RunFacts } from '../../sim/cli/run-facts.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';

const KERNELS = ['uml', 'uml-virtual', '5.10', '6.1', '6.1-rt', '6.12', '6.12-rt', '7.2'].map((name) =>
  name.startsWith('uml') ? name : `debian:${name}`,
);

const SCENARIO = `apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { containers: [ { name: a, image: a } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: b }
spec: { containers: [ { name: b, image: b } ] }
---
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: first-packet }
spec:
  timeline:
    - wait: { timeout: 60s }
    - traffic: [ { from: a, to: b, duration: 1s, ping: true } ]
`;

interface Row {
  readonly kernel: string;
  readonly release: string;
  readonly clock: string;
  /** Seconds of wall time that the kernel took until the agent's first word. */
  readonly boot_s: number;
  /** Seconds of wall time from the command to the first echo that came back. */
  readonly first_packet_s: number;
  /** Of the machine over the last minute, when the command began. */
  readonly load: number;
}

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'dist/ipvlane.js');
const scratch = mkdtempSync(join(tmpdir(), 'ipvlane-bench-'));
const given = process.argv.slice(2);

try {
  const manifest = join(scratch, 'first-packet.yaml');
  writeFileSync(manifest, SCENARIO);
  const rows: Row[] = [];
  process.stdout.write(line('kernel', 'release', 'clock', 'boot, s', 'first packet, s', 'load'));
  for (const kernel of given.length === 0 ? KERNELS : given) {
    await makeSureOf(kernel);
    const row = await firstPacket(kernel, manifest);
    rows.push(row);
    const { release, clock, boot_s, first_packet_s, load } = row;
    process.stdout.write(line(kernel, release, clock, boot_s.toFixed(2), first_packet_s.toFixed(2), load.toFixed(1)));
  }
  mkdirSync(join(root, 'ipvlane-out'), { recursive: true });
  writeFileSync(
    join(root, 'ipvlane-out/bench-boot.json'),
    `${JSON.stringify({ processors: cpus().length, rows }, null, 2)}\n`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function makeSureOf(kernel: string): Promise<void> {
  if (kernel === 'uml-virtual') await execa('node', [cli, 'kernels', 'build', kernel]);
  else if (kernel.includes(':')) await execa('node', [cli, 'kernels', 'pull', kernel]);
}

/** @throws Error when the run ends before a packet came back */
async function firstPacket(kernel: string, manifest: string): Promise<Row> {
  const out = join(scratch, kernel.replaceAll(/[^a-z0-9.-]/g, '-'));
  const [load = NaN] = loadavg();
  const clock = kernel === 'uml-virtual' ? 'virtual' : 'real';
  const words = [cli, 'run', manifest, '--kernel', kernel, '--clock', clock, '--plain', '--out', out];
  const began = performance.now();
  const run = execa('node', words, { reject: false });
  const seen: number[] = [];
  const watch = setInterval(() => {
    if (seen.length > 0 || !echoCame(join(out, 'trace.ndjson'))) return;
    seen.push(performance.now() - began);
    run.kill('SIGINT');
  }, 20);
  const { stderr } = await run;
  clearInterval(watch);
  const [sawMs] = seen;
  if (sawMs === undefined) throw new Error(`${kernel}: no echo came back\n${stderr}`);
  const { boot_ms } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunFacts;
  const { release } = recordsOf(join(out, 'trace.ndjson')).find((record) => record.type === 'run')?.kernel ?? {};
  return {
    kernel,
    release: release ?? '',
    clock,
    load,
    boot_s: (boot_ms ?? NaN) / 1000,
    first_packet_s: sawMs / 1000,
  };
}

function echoCame(trace: string): boolean {
  return recordsOf(trace).some((record) => record.type === 'ping' && record.rttNs !== null);
}

/** The whole lines of a trace that is being written; none while there is no file. */
function recordsOf(trace: string): TraceRecord[] {
  if (!existsSync(trace)) return [];
  const lines = readFileSync(trace, 'utf8').split('\n').slice(0, -1);
  return lines.map((text) => JSON.parse(text) as TraceRecord);
}

function line(...cells: readonly string[]): string {
  const widths = [16, 28, 8, 8, 16, 6];
  const padded = cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
  return `${padded.join(' ').trimEnd()}\n`;
}
