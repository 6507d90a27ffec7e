/**
 * The seed scenario on every release that must work: the programs load, the limits hold, the policy cuts. Under the virtual
 * clock where the kernel has one, so that no rate depends on how busy the machine is; User-mode Linux from packages has the
 * real one, and is asked for what no clock can change.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { PROGRAM_NAMES } from '../../dataplane/bpf/program-name.ts';
import type { Result } from '../../sim/measure/result.ts';
import { COMMAND, Desk } from '../cli/ipvlane.ts';
import { VERIFIER_ROOM } from '../dataplane/verifier-room.ts';

interface Ran {
  readonly exitCode: number | undefined;
  readonly said: string;
  readonly result: Result;
}

async function runSeed(kernel: string, clock: 'real' | 'virtual'): Promise<Ran> {
  using desk = new Desk();
  desk.seed();
  const [program, entry] = COMMAND;
  const run = await execa(
    program,
    [entry, 'run', 'seed', '--kernel', kernel, '--clock', clock, '--out', 'out', '--plain'],
    { cwd: desk.path, reject: false, stdin: 'ignore', timeout: 600_000, env: { NO_COLOR: '1', FORCE_COLOR: '' } },
  );
  const said = `${run.stdout}\n${run.stderr}`;
  const file = join(desk.path, 'out/result.json');
  return { exitCode: run.exitCode, said, result: JSON.parse(readFileSync(file, 'utf8')) as Result };
}

/** 5.10 does not say what its verifier walked. */
function expectVerifierRoom({ kernel, dataplane }: Result): void {
  const walked = (dataplane?.programs ?? []).map(({ verified_insns }) => verified_insns);
  expect(walked).toHaveLength(PROGRAM_NAMES.length);
  if (kernel.release.startsWith('5.10')) expect(walked).toEqual(PROGRAM_NAMES.map(() => null));
  else expect(walked.reduce<number>((sum, one) => sum + (one ?? Infinity), 0)).toBeLessThanOrEqual(VERIFIER_ROOM);
}

// No machine is too busy for virtual time: two share the processors.
test.concurrent.each(['debian:5.10', 'debian:6.1', 'debian:6.1-rt', 'debian:6.12', 'debian:6.12-rt', 'debian:7.2'])(
  'the seed scenario passes on %s in QEMU',
  async (kernel) => {
    const { exitCode, said, result } = await runSeed(kernel, 'virtual');
    expect(result.kernel.release.startsWith(kernel.replace(/^debian:|-rt$/g, '')), said).toBe(true);
    expect({ exitCode, failed: result.checks.filter(({ status }) => status !== 'pass') }, said).toEqual({
      exitCode: 0,
      failed: [],
    });
    expectVerifierRoom(result);
  },
);

test.concurrent.each(['uml:5.10', 'uml:6.1'])('%s loads the programs and answers as predicted', async (kernel) => {
  const { said, result } = await runSeed(kernel, 'real');
  expect(result.kernel.release.startsWith(kernel.replace('uml:', '')), said).toBe(true);
  expectVerifierRoom(result);
  expect(result.probes.length, said).toBeGreaterThan(0);
  expect(result.probes.filter(({ predicted, measured }) => predicted !== measured)).toEqual([]);
  // A limit that holds is a bound that a busy machine cannot break.
  for (const { from, wire_bps, configured_bps } of result.flows)
    expect(wire_bps, `${from}: ${said}`).toBeLessThanOrEqual(1.03 * (configured_bps ?? 0));
});
