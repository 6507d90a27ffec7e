/**
 * Exact scenarios under several seeds of virtual time: how much of each tolerance was used, the most used first. A check that holds for
 * one draw of the kernel's random numbers and not for another fails on somebody's machine.
 *
 *   npm run bench:seeds                                     all of them, seeds 2 to 4
 *   npm run bench:seeds -- --seeds 2,7 bandwidth/exact/rates/scenario.yaml
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import type { Check, Result } from '../../sim/measure/result.ts';
import { REPOSITORY } from '../cli/ipvlane.ts';
import { exact } from '../scenarios/shipped.ts';

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '2,3,4' } },
  allowPositionals: true,
});
const SHOWN_FROM = 0.5;

interface Row {
  readonly scenario: string;
  readonly seed: string;
  readonly check: Check;
  readonly used: number;
}

/** The share of its tolerance that a met check has used; null of one whose value is one alone (`== 0`) or a word. */
function toleranceUsed({ name, measured, expected }: Check): number | null {
  if (typeof measured !== 'number' || typeof expected !== 'number') return null;
  const around = / within ([0-9.]+)%? of /.exec(name);
  if (around !== null)
    return (
      Math.abs(measured - expected) / (name.includes('% of') ? (expected * Number(around[1])) / 100 : Number(around[1]))
    );
  if (/ within [0-9.]+$/.test(name)) return Math.abs(measured) / expected;
  if (/ <=? /.test(name)) return expected === 0 ? null : measured / expected;
  if (/ >=? /.test(name)) return measured === 0 ? null : expected / measured;
  return null;
}

async function checksOf(scenario: string, seed: string, out: string): Promise<readonly Check[]> {
  const on = ['--kernel', 'uml-virtual', '--seed', seed];
  const words = ['run', join('scenarios', scenario), ...on, '--json', '--out', join(out, scenario, seed)];
  const { stdout, stderr } = await execa('node', ['dist/ipvlane.js', ...words], { cwd: REPOSITORY, reject: false });
  if (stdout === '') throw new Error(`${scenario}, seed ${seed}: ${stderr}`);
  return (JSON.parse(stdout) as Result).checks;
}

const out = mkdtempSync(join(tmpdir(), 'ipvlane-seeds-'));
const rows: Row[] = [];
try {
  for (const scenario of positionals.length === 0 ? exact : positionals)
    for (const seed of values.seeds.split(',')) {
      process.stderr.write(`${scenario}, seed ${seed}\n`);
      for (const check of await checksOf(scenario, seed, out)) {
        const used = check.status === 'pass' ? toleranceUsed(check) : Infinity;
        if (used !== null && used >= SHOWN_FROM) rows.push({ scenario, seed, check, used });
      }
    }
} finally {
  rmSync(out, { recursive: true, force: true });
}
rows.sort((a, b) => b.used - a.used);
for (const { scenario, seed, check, used } of rows) {
  const share = used === Infinity ? check.status : `${(100 * used).toFixed(0)} %`;
  process.stdout.write(
    `${share.padStart(8)}  ${scenario}, seed ${seed}: ${check.step}: ${check.name}: ${check.measured}\n`,
  );
}
process.exitCode = rows.some(({ used }) => used === Infinity) ? 1 : 0;
