/** The rows of the command table that are about many kernels at once. */
import { oneOf } from './one-of.ts';
import { Option, type Command } from 'commander';
import type { CommandRow } from './command.ts';
import { memoryOption, positiveInteger, stallOption, wholeNumber } from './shared-options.ts';

function outputOptions(command: Command): void {
  command
    .option('--baseline <file>', 'an earlier matrix.json: fail where this one is worse')
    .option(
      '--tolerance <list>',
      'how much worse a number may be: error_pct=0.5,overshoot_pct=5 (points), p99_us=100,verified_insns=10,load_ms=200 (%)',
    )
    .option('-o, --out <folder>', 'where the matrix goes (default: ipvlane-out/matrix)')
    .option('--json', 'print matrix.json on standard output; the table goes to standard error');
}

export const MATRIX_COMMANDS: readonly CommandRow[] = [
  {
    name: 'matrix',
    summary: 'run scenarios on many kernels: one table, verdict and number in each cell',
    positional: '[path...]',
    manifestsFrom: 0,
    examples: [
      { line: 'ipvlane matrix scenarios/* --kernels uml,debian:5.10,debian:6.12', what: 'each scenario on each' },
      { line: 'ipvlane matrix scenarios/seed --kernels debian:6.1,debian:6.1-rt --clock virtual', what: 'exact' },
      { line: 'ipvlane matrix scenarios/* --kernels uml,debian:6.12 --baseline main.json', what: 'nothing got worse?' },
      { line: 'ipvlane matrix scenarios/* --kernels uml,debian:6.12 --shard 2/4', what: 'a quarter; then `merge`' },
      { line: 'ipvlane matrix scenarios/* --kernels qemu:vmlinuz --retries 1 --stall-timeout 300', what: 'patience' },
    ],
    configure: (command) => {
      command
        .requiredOption(
          '--kernels <list>',
          'kernels by name, with commas between them; `ipvlane kernels list` has them',
        )
        .addOption(
          oneOf(new Option('--clock <clock>', 'real or virtual (default: each kernel its own)'), ['real', 'virtual']),
        )
        .option(
          '--jobs <n>',
          'kernels at a time (default: half the processors; all under --clock virtual)',
          positiveInteger,
        )
        .addOption(stallOption())
        .option(
          '--retries <n>',
          'run a cell again that timed out, or whose guest was lost, at most so often',
          wholeNumber,
          0,
        )
        .option('--shard <i/n>', 'only part i of n, from 1; job/n takes i from JOB_COMPLETION_INDEX')
        .addOption(memoryOption());
      outputOptions(command);
    },
    load: async () => (await import('./matrix.ts')).matrix,
  },
  {
    name: 'merge',
    summary: 'put the shards of a matrix together: the page that one machine would have made',
    positional: '<folder...>',
    examples: [
      { line: 'ipvlane merge shard-1 shard-2 shard-3', what: 'folders that `ipvlane matrix --shard` wrote' },
      { line: 'ipvlane merge shards/* --out all --baseline main.json', what: 'and compare' },
    ],
    configure: outputOptions,
    load: async () => (await import('./merge.ts')).merge,
  },
];
