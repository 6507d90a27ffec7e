/** The rows of the command table that ask a lab one thing: the lab that `run --hold` keeps, or one booted for it. */
import { Option, type Command } from 'commander';
import type { CommandRow } from '../command.ts';
import { oneOf } from '../one-of.ts';
import { bootOptions, heldOption, namespaceOption, positiveInteger } from '../shared-options.ts';

const ANSWERS = ['allowed', 'denied'] as const;

function labOptions(command: Command): Command {
  return bootOptions(command.addOption(namespaceOption()).addOption(heldOption()));
}

export const ASKING_COMMANDS: readonly CommandRow[] = [
  {
    name: 'probe',
    summary: 'ask one question by real packets: does FROM reach TO?',
    positional: '<from> <to[:port]> [path...]',
    manifestsFrom: 2,
    examples: [
      {
        line: 'ipvlane probe client web:80',
        what: 'in the lab that `run --hold` keeps; exit code 1: not as predicted',
      },
      { line: 'ipvlane probe client web:UDP/53 --expect denied', what: 'exit code 1 unless it is denied' },
      { line: 'ipvlane probe host:outside shop/web', what: 'every port that it declares, or ICMP' },
      { line: 'ipvlane probe client web:80 my-manifests/', what: 'in a lab that is booted for it' },
    ],
    configure: (command) => {
      labOptions(command)
        .addOption(
          oneOf(new Option('--expect <answer>', 'what must come out (default: what the policies say)'), ANSWERS),
        )
        .option('--json', 'a JSON array, as of `reach`');
    },
    load: async () => (await import('./probe.ts')).probe,
  },
  {
    name: 'traffic',
    summary: 'send one flow and print its measured rate beside the limit',
    positional: '<from> <to[:port]> [path...]',
    manifestsFrom: 2,
    examples: [
      { line: 'ipvlane traffic client web', what: 'TCP for 5 s, as fast as it goes, in the lab that is held' },
      { line: 'ipvlane traffic client web:80', what: 'to that port, where policies admit only some' },
      { line: 'ipvlane traffic client web --protocol udp --rate 20M --seconds 10', what: 'UDP, offered at 20 Mbit/s' },
      {
        line: 'ipvlane traffic client web my-manifests/ --clock virtual',
        what: 'exact, in a lab that is booted for it',
      },
      { line: 'ipvlane traffic client web --json | jq .wire_bps', what: 'the flow of result.json, for machines' },
    ],
    configure: (command) => {
      labOptions(command)
        .addOption(oneOf(new Option('--protocol <name>', 'tcp or udp').default('tcp'), ['tcp', 'udp']))
        .option('--seconds <n>', 'how long it sends', positiveInteger, 5)
        .option('--rate <rate>', 'offered, such as 10M (default: TCP as fast as it goes, UDP a tenth above the limit)')
        .option('--json', 'the flow as in result.json');
    },
    load: async () => (await import('./traffic.ts')).traffic,
  },
];
