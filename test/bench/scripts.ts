/**
 * Benches that are also scripts with tables of their own, as figures: each is run as it stands, and what it prints is read back.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Figure } from './figure.ts';
import { root } from './run-command.ts';

/** What a packet costs under 10, 1,000 and 10,000 policies. */
export async function policyCost(): Promise<Figure[]> {
  const rows = (await printed('policy-cost.ts')).map((line) => line.trim().split(/\s+/).map(Number));
  return rows
    .filter(([policies = NaN]) => !Number.isNaN(policies))
    .flatMap(([policies = NaN, , , allowed = NaN, denied = NaN]) => [
      { what: `a packet under ${policies} policies, allowed`, value: allowed, unit: 'ns', bar: null },
      { what: `a packet under ${policies} policies, denied`, value: denied, unit: 'ns', bar: null },
    ]);
}

/** How long 10,000 policies of 1,000 pods take to compile, to change by one, and to judge all pairs. */
export async function policyCompile(): Promise<Figure[]> {
  const lines = await printed('policy-compile.ts');
  return lines.flatMap((line) => {
    const [, what, ms] = /^(.+): (\d+) ms$/.exec(line) ?? [];
    return what === undefined ? [] : [{ what: `10,000 policies: ${what}`, value: Number(ms), unit: 'ms', bar: null }];
  });
}

/** From the command to the first packet, on the kernels that need no emulated processor. */
export async function boot(): Promise<Figure[]> {
  await printed('boot.ts', 'uml', 'uml-virtual');
  const { rows } = JSON.parse(readFileSync(join(root, 'ipvlane-out/bench-boot.json'), 'utf8')) as {
    readonly rows: readonly { readonly kernel: string; readonly boot_s: number; readonly first_packet_s: number }[];
  };
  return rows.flatMap(({ kernel, boot_s, first_packet_s }) => [
    { what: `${kernel}: boot`, value: boot_s, unit: 's', bar: null },
    { what: `${kernel}: command to first packet`, value: first_packet_s, unit: 's', bar: null },
  ]);
}

/** @throws Error with the script's own words when it fails */
async function printed(script: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('npx', ['tsx', join(root, 'test/bench', script), ...args], { cwd: root });
  return stdout.split('\n');
}
