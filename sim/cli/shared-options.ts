/** Options that several commands have: said once, read alike. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { oneOf } from './one-of.ts';

export const kernelOption = (): Option =>
  new Option(
    '--kernel <name>',
    'where the lab runs: auto, host, uml, uml-virtual, a name such as debian:6.12, or qemu:VMLINUZ',
  ).default('auto');

export const positiveInteger = (text: string): number => {
  if (!/^[1-9][0-9]*$/.test(text)) throw new InvalidArgumentError('it must be a whole number above 0.');
  return Number(text);
};

export const memoryOption = (): Option =>
  new Option('--memory <MiB>', 'memory of a guest kernel').argParser(positiveInteger).default(2048);

export const stallOption = (): Option =>
  new Option('--stall-timeout <seconds>', 'end a run of which nothing is heard for so long')
    .argParser(positiveInteger)
    .default(120);

/** Of commands that boot a lab. */
export function bootOptions(command: Command): Command {
  return command.addOption(kernelOption()).addOption(clockOption()).addOption(memoryOption());
}

/** Of commands that work in a lab that runs; `--out` is where something is written. */
export const runningLabOption = (): Option =>
  new Option('--run <name>', 'the lab that runs in ipvlane-out/NAME, or in that folder (default: the one that runs)');

export const fullNamesOption = (): Option =>
  new Option('--full-names', '`default/test-5cd8b7c9f-x7k2p` where it would say `test[0]`');

/** Of commands that ask a lab: without it and without a path they ask the one that `run --hold` keeps. */
export const heldOption = (): Option =>
  new Option('--run <name>', 'ask the lab that runs in ipvlane-out/NAME, or in that folder (default: the one held)');

export const clockOption = (): Option =>
  oneOf(new Option('--clock <clock>', 'virtual: exact and repeatable, whatever else the machine does'), [
    'real',
    'virtual',
  ]);

/** A guest draws as many random numbers before it begins. */
const LARGEST_SEED = 1000;

export const seedOption = (): Option =>
  new Option(
    '--seed <n>',
    'under a virtual clock: other random numbers of the kernel (ports, hash keys, losses of the wire), so another run that repeats',
  ).argParser((text) => {
    const seed = positiveInteger(text);
    if (seed > LARGEST_SEED) throw new InvalidArgumentError(`it must be at most ${LARGEST_SEED}.`);
    return seed;
  });

export const namespaceOption = (): Option =>
  new Option('-n, --namespace <name>', 'where a name without one is (default: default)');

export const wholeNumber = (text: string): number => {
  if (!/^[0-9]{1,5}$/.test(text)) throw new InvalidArgumentError('it must be a whole number.');
  return Number(text);
};
