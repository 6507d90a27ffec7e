import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import { compileBpf } from '../../sim/linux/testdata/compile.ts';
import { noBpf } from '../../sim/linux/testdata/machine.ts';
import { ask, bootEcho, drain } from './echo-lab.ts';
import { skipped } from '../report/skipped.ts';

interface Report {
  readonly release: string;
  readonly msAPod: number;
  readonly slave: string;
  readonly qdiscs: readonly { kind: string; ifindex: number }[];
  readonly tcp: number;
  readonly tcp6: number;
  readonly echo: readonly unknown[];
  readonly modes: readonly string[];
  readonly delayedMs: number;
  readonly fq: { readonly drops: number; readonly horizonDrops: number; readonly throttled: number };
  readonly netem: string;
  readonly roundTripMs: number;
  readonly redirect: string;
  readonly police: string;
  readonly policeAndRedirect: string;
  readonly cake: string;
  readonly throughIfb: number;
}

const inspected = await umlKernel().inspect();
const missing = inspected.requirements.filter(({ met }) => !met).map(({ name, detail }) => `${name}: ${detail}`);
const reason = noBpf() ?? (missing.length > 0 ? missing.join('; ') : null);

describe.skipIf(reason)(`sim/linux in user-mode Linux${skipped(reason)}`, () => {
  let folder: string | undefined;
  let seen: Report;

  beforeAll(async () => {
    // Below the project, where the guest can read it and find koffi.
    const dist = join(import.meta.dirname, '../../dist');
    mkdirSync(dist, { recursive: true });
    folder = mkdtempSync(join(dist, 'linux-checks-'));
    const script = join(folder, 'checks.cjs');
    const entryPoints = [join(import.meta.dirname, 'fixtures/linux-checks.ts')];
    await build({
      entryPoints,
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['koffi'],
      logLevel: 'silent',
    });
    using object = compileBpf('probe.bpf.c', folder);
    await using kernel = await bootEcho({ shown: [join(import.meta.dirname, '../..')] });
    const messages = kernel.messages[Symbol.asyncIterator]();
    const { code, output } = await ask(kernel, messages, process.execPath, script, object.path);
    kernel.send({ type: 'stop' });
    await drain(messages);
    if (code !== 0) throw new Error(`the checks ended with ${code}: ${output}`);
    seen = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Report;
  });
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it('makes an ipvlan slave with its index, in its pod, in one message', () => {
    expect(seen.slave).toMatch(/^2000: eth0@if1000: .*ipvlan +mode l2 bridge/);
    expect(seen.qdiscs).toEqual([
      { kind: 'fq', ifindex: 2000 },
      { kind: 'clsact', ifindex: 2000 },
    ]);
  });

  it('makes a hundred pods that all answer the first, by TCP over IPv4 and IPv6 and by echo', () => {
    expect(seen.tcp).toBe(99);
    expect(seen.tcp6).toBe(99);
    expect(seen.echo).toEqual([
      { id: 9, sequence: 1, from: '172.51.1.7' },
      { id: 9, sequence: 1, from: 'fd00:51::7' },
    ]);
  });

  it('knows the modes l3 and l3s, private and vepa', () => {
    expect(seen.modes[0]).toMatch(/ipvlan +mode l3 private/);
    expect(seen.modes[1]).toMatch(/ipvlan +mode l3s vepa/);
  });

  it('reads what fq did with departure times: kept 200 ms, five beyond the horizon of 2 s dropped', () => {
    expect(seen.delayedMs).toBeGreaterThanOrEqual(200);
    expect(seen.delayedMs).toBeLessThan(1000);
    expect(seen.fq.drops).toBe(5);
    expect(seen.fq.horizonDrops).toBe(5);
    expect(seen.fq.throttled).toBeGreaterThanOrEqual(1);
  });

  it('gives a wire the delay, loss and rate asked for', () => {
    expect(seen.netem).toMatch(/netem .*limit 5000 delay 30ms loss 0\.5% rate 10Gbit/);
    expect(seen.roundTripMs).toBeGreaterThanOrEqual(30);
  });

  it('redirects what arrives into an IFB and its token bucket', () => {
    expect(seen.redirect).toMatch(/mirred \(Egress Redirect to device ifb0\) stolen/);
    expect(seen.throughIfb).toBeGreaterThanOrEqual(1);
  });

  it('polices, alone and before a redirection, and shapes by CAKE', () => {
    expect(seen.police).toMatch(/police .* rate 20Mbit burst \d+K?b mtu .* action drop\/continue/);
    expect(seen.policeAndRedirect).toMatch(/rate 8Mbit .* action drop\/pipe[\s\S]*Egress Redirect to device ifb1/);
    expect(seen.cake).toMatch(/qdisc cake .* bandwidth 50Mbit/);
  });
});
