/** The table of kernel features against the object that is shipped: what the programs call is what the table says. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KERNEL_FEATURES } from '../../sim/matrix/kernel-features.ts';
import { compileDataplane } from './object.ts';

/** Those of bpf_map_*_elem are as old as maps. */
const MAP_HELPERS = new Set([1, 2]);

/** Helper numbers by program, from the disassembly: labels of a function's blocks begin with `LBB` and its number. */
async function helpersByProgram(): Promise<Map<string, Set<number>>> {
  using object = await compileDataplane();
  const text = execFileSync('llvm-objdump', ['-d', '--no-show-raw-insn', object.path], { encoding: 'utf8' });
  const calls = new Map<string, Set<number>>();
  let program = '';
  for (const line of text.split('\n')) {
    const head = /^[0-9a-f]+ <(ipvlane_\w+)>:/.exec(line);
    program = head?.[1] ?? program;
    const call = /\bcall (\d+)$/.exec(line.trimEnd());
    if (call === null) continue;
    const helper = Number(call[1]);
    if (!MAP_HELPERS.has(helper)) calls.set(program, (calls.get(program) ?? new Set()).add(helper));
  }
  return calls;
}

test('the programs call the helpers that the table names for them, and no others', async () => {
  const said = new Map<string, Set<number>>();
  for (const { helper, programs } of KERNEL_FEATURES)
    if (helper !== undefined)
      for (const program of programs) said.set(program, (said.get(program) ?? new Set()).add(helper));
  const sorted = (calls: Map<string, Set<number>>): unknown =>
    [...calls].map(([program, helpers]) => [program, [...helpers].sort((a, b) => a - b)]).sort();
  expect(sorted(said)).toEqual(sorted(await helpersByProgram()));
});

test('the maps are of the kinds that the table names', () => {
  const source = readFileSync(join(import.meta.dirname, '../../dataplane/bpf/maps.h'), 'utf8');
  const kinds = new Set([...source.matchAll(/BPF_MAP_TYPE_(\w+)/g)].map(([, kind]) => kind));
  expect([...kinds].sort()).toEqual(['ARRAY', 'HASH', 'LPM_TRIE', 'LRU_HASH', 'PERCPU_ARRAY', 'PERCPU_HASH']);
});
