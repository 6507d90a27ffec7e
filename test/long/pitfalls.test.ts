/** The famous field failures: each scenario holds with our engine and fails with the one that is known for it, in virtual time. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import type { Result } from '../../sim/measure/result.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = 'scenarios/pitfalls';
const out = mkdtempSync(join(tmpdir(), 'ipvlane-pitfalls-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Pitfall {
  readonly engine: EngineName;
  /** The expectation that it is known to break. */
  readonly breaks: string;
  /**
   * Why the bad engine needs a stock kernel in QEMU: between pods of one node nothing limits the bad engine, so the processor must, and that of
   * uml-virtual is infinitely fast; and uml-virtual is built without CONFIG_IPVLAN_L3S. null: either will do.
   */
  readonly stock: 'one node' | 'L3S' | null;
}

const pitfalls: Readonly<Record<string, Pitfall>> = {
  'bits-taken-for-bytes': { engine: 'bits-as-bytes', breaks: 'wire_bps <= 10.3M', stock: null },
  'default-burst': { engine: 'cni-bandwidth', breaks: 'first_second_bps <= 1.1 limit', stock: null },
  'edt-without-fq': { engine: 'edt-no-fq', breaks: 'first_second_bps <= 1.1 limit', stock: null },
  'fifo-behind-the-limit': { engine: 'edt', breaks: 'request_p99_us < 1000', stock: null },
  'fq-on-the-wrong-device': { engine: 'fq-on-master', breaks: 'first_second_bps <= 1.1 limit', stock: 'one node' },
  'past-the-ingress-hook': { engine: 'l3s', breaks: 'goodput_bps <= 20M', stock: 'L3S' },
  'policer-retransmits': { engine: 'policer', breaks: 'first_second_bps <= 1.1 limit', stock: null },
  'same-node-bypass': { engine: 'master-only', breaks: 'wire_bps <= 1.1 limit', stock: 'one node' },
};

const fastest = builtUmlVirtual().release === null ? 'debian:6.12' : 'uml-virtual';

async function run(name: string, engine: EngineName): Promise<Result> {
  const stock = engine === 'ipvlane' ? null : (pitfalls[name]?.stock ?? null);
  const kernel = stock === null ? fastest : 'debian:6.12';
  const { stdout, stderr } = await execa(
    'node',
    [
      ...['dist/ipvlane.js', 'run', join(folder, name), '--engine', engine, '--kernel', kernel, '--clock', 'virtual'],
      ...['--json', '--out', join(out, name, engine)],
    ],
    { cwd: root, reject: false, timeout: 600_000 },
  );
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout) as Result;
}

const unmet = ({ checks }: Result): string[] =>
  checks.filter(({ status }) => status !== 'pass').map(({ name }) => name);

describe('the pitfalls', () => {
  it('are all here', () => {
    const found = readdirSync(join(root, folder)).filter((name) => !name.endsWith('.yaml'));
    expect(found.sort()).toEqual(Object.keys(pitfalls));
  });

  describe.each(Object.entries(pitfalls))('%s', (name, { engine, breaks }) => {
    it('is none with our engine', async () => {
      expect(unmet(await run(name, 'ipvlane'))).toEqual([]);
    });

    it(`is one with ${engine}`, async () => {
      const result = await run(name, engine);
      expect(result.verdict).toBe('fail');
      expect(unmet(result)).toEqual(expect.arrayContaining([expect.stringContaining(breaks)]));
    });
  });
});
