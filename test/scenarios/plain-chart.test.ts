/** A rendered chart, without a Scenario or anything else written for ipvlane: `ipvlane run my-chart/rendered` just works. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';

const root = join(import.meta.dirname, '../..');

describe('a folder of plain manifests', () => {
  const out = mkdtempSync(join(tmpdir(), 'ipvlane-chart-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  let result: Result;
  let said: string;

  beforeAll(async () => {
    const argv = ['dist/ipvlane.js', 'run', 'test/scenarios/plain-chart', '--kernel', 'uml', '--json', '--out', out];
    const { exitCode, stdout, stderr } = await execa('node', argv, { cwd: root, reject: false, timeout: 120_000 });
    expect(exitCode, stderr).toBe(0);
    result = JSON.parse(stdout) as Result;
    said = stderr;
  });

  it('tells in one line what has no part in the network, and of the rest what is lost', () => {
    const told = said.match(/warning\[W30[13]\]: .*/g)?.map((line) => line.replace(/^warning\[(W\d+)\]: /, '$1 '));
    expect(told?.filter((line) => line.startsWith('W301'))).toEqual([
      'W301 6 objects of 6 kinds: no part in the network (Certificate 1, ConfigMap 1, PodDisruptionBudget 1, Secret 1, ServiceAccount 1, ServiceMonitor 1)',
    ]);
    expect(told?.filter((line) => line.startsWith('W303')).map((line) => line.split(': ')[0])).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^W303 Ingress/),
        expect.stringMatching(/^W303 HorizontalPodAutoscaler/),
        'W303 2 objects of kind Service',
      ]),
    );
  });

  it('has every pod up', () => {
    expect(result).toMatchObject({ verdict: 'pass', build: { pods: 4 } });
  });

  it('has every declared container port measured, and found as the policy says', () => {
    const asked = new Set(
      result.probes.map(({ to, protocol, port }) => `${to.replace(/-[^-]+-[^-]+$/, '')} ${protocol}/${port}`),
    );
    expect([...asked].sort()).toEqual(
      [
        'default/release-shop-api TCP/9000',
        'default/release-shop-api TCP/9100',
        'default/release-shop-api UDP/5353',
        'default/release-shop ICMP/0',
        'default/release-shop-web TCP/8080',
      ].sort(),
    );
    const toApi = result.probes.filter(({ to }) => to.includes('-api-'));
    const allowed = toApi.filter(({ measured }) => measured === 'allowed');
    expect(allowed.map(({ from, port }) => [from.includes('-web-'), port])).toEqual([
      [true, 9000],
      [true, 9000],
    ]);
    expect(toApi).toHaveLength(9);
  });
});
