#!/usr/bin/env node
/** argv -> command table -> exit code. The only place that prints an error or ends the process. */
import { Command, CommanderError } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { diskFiles } from '../manifest/finding/disk-files.ts';
import type { CommandRow } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { wrapped } from '../../reports/terminal/columns.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { type Environment, processEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addFilenameOptions, filenameOptions } from './filenames/filename-options.ts';
import { type Given, NOTHING_GIVEN, readGiven } from './filenames/given.ts';
import { toolsOf } from './filenames/render.ts';
import { splitWords } from './filenames/split-words.ts';
import { standardInput } from './filenames/standard-input.ts';
import { watchOutput } from './lost-output.ts';
import { Interrupted } from './stop-signal.ts';
import packageJson from '../../package.json' with { type: 'json' };

const EXIT_CODES = `
Exit codes: 0 all expectations met; 1 an expectation was not met; 2 the
manifests or the command line are wrong; 3 the machine cannot (what is missing
was said); 4 what could be judged is met, and something could not be measured
here (--allow-unmeasured: 0); 70 a bug of ipvlane; 130 interrupted.`;

const EXAMPLES: CommandRow['examples'] = [
  { line: 'ipvlane demo', what: 'see it work, in about half a minute' },
  { line: 'ipvlane check my-manifests/', what: 'what is wrong with them; runs nothing' },
  { line: 'ipvlane run my-manifests/', what: 'what a real kernel does with them' },
];

async function main(environment: Environment): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('ipvlane')
    .description('See what a real Linux kernel does with your Kubernetes network manifests.')
    .version(packageJson.version)
    .enablePositionalOptions()
    // What each takes is for its own help to say: here there is room for what it does.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(run `ipvlane --help` for the commands and examples)')
    .addHelpText('after', helpText(EXAMPLES));
  for (const row of COMMANDS) {
    program.addCommand(
      commandOf(program, row, async (positional, options) => {
        refuseEmptyOptions(options);
        const action = await row.load();
        const { words, paths } = splitWords(row.manifestsFrom, positional, diskFiles);
        const given = await givenTo(row, environment, paths, options);
        const read = row.manifestsFrom === 'options only' ? [] : given.paths;
        exitCode = await action({ ...environment, given }, [...words, ...read], options);
      }),
    );
  }
  program.exitOverride();
  try {
    await program.parseAsync(asCommander(environment.commandLine), { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, environment);
  }
}

/** `help NAME` is `NAME --help`; a name that no command has is an error with either, and not the help of all of them. */
function asCommander(words: readonly string[]): readonly string[] {
  const [first = '', second = ''] = words;
  const line = first === 'help' && isName(second) ? [second, '--help'] : words;
  const [name = ''] = line;
  const isKnown = name === 'help' || COMMANDS.some((row) => row.name === name);
  return isName(name) && !isKnown ? [name] : line;
}

function isName(word: string): boolean {
  return word !== '' && !word.startsWith('-');
}

/** What an unset variable of a shell becomes: no option means anything by it, and a folder of that name is the current one. */
function refuseEmptyOptions(options: Readonly<Record<string, unknown>>): void {
  const empty = Object.keys(options).find((name) => options[name] === '');
  if (empty === undefined) return;
  const flag = `--${empty.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const help = 'write a value, or leave the option out; a variable of the shell may be unset';
  throw new DiagnosticError('input', [
    { code: 'E124', severity: 'error', message: `${flag} has an empty value`, help },
  ]);
}

function givenTo(
  { name, manifestsFrom }: CommandRow,
  environment: Environment,
  paths: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<Given> {
  if (manifestsFrom === undefined) return Promise.resolve(NOTHING_GIVEN);
  const say = (line: string): void => void environment.stderr.write(`ipvlane: ${line}\n`);
  return readGiven(filenameOptions(paths, options), {
    command: name,
    disk: diskFiles,
    cwd: environment.cwd,
    standardInput: () => standardInput(environment.streams.stdin, say),
    runTool: toolsOf(environment.cwd, environment.variables),
    say,
  });
}

function commandOf(
  program: Command,
  row: CommandRow,
  act: (positional: string[], options: Record<string, unknown>) => Promise<void>,
): Command {
  const command = new Command(row.name)
    .copyInheritedSettings(program)
    .summary(row.summary)
    .description(`${row.name}: ${row.summary}`)
    .exitOverride();
  if (row.positional !== '') command.arguments(row.positional);
  if (row.manifestsFrom !== undefined) addFilenameOptions(command);
  row.configure(command);
  command
    .showSuggestionAfterError()
    .showHelpAfterError(`(run \`ipvlane ${row.name} --help\` for its options and examples)`)
    .addHelpText('after', helpText(row.examples))
    // commander passes (positional..., options, command): `args` on the command has them flat.
    .action(async () => act(command.args, command.opts()));
  return command;
}

const HELP_WIDTH = 80;

function helpText(examples: CommandRow['examples']): string {
  return ['', 'Examples:', ...exampleLines(examples), EXIT_CODES].join('\n');
}

/** What each does beside it, or beneath it where there is no room. */
function exampleLines(examples: CommandRow['examples']): string[] {
  const width = Math.max(...examples.map(({ line }) => line.length));
  const beside = examples.map(({ line, what }) => `  ${line.padEnd(width)}   ${what}`);
  if (beside.every((line) => line.length <= HELP_WIDTH)) return beside;
  return examples.flatMap(({ line, what }) => [
    `  ${line}`,
    ...wrapped(what, HELP_WIDTH - 6).map((part) => `      ${part}`),
  ]);
}

function exitCodeOf(error: unknown, environment: Environment): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.input;
  if (error instanceof DiagnosticError) {
    printDiagnostics(environment, error.diagnostics, new Map());
    return error.kind === 'machine' ? EXIT.machine : EXIT.input;
  }
  if (error instanceof Interrupted) {
    environment.stderr.write(`ipvlane: ${error.message}\n`);
    return EXIT.interrupted;
  }
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  environment.stderr.write(`ipvlane: this is a bug of ipvlane, please report it with what follows\n${story}\n`);
  return EXIT.bug;
}

const environment = processEnvironment();
// A reader that goes away is no error.
const output = watchOutput(environment.streams, () => process.exit(EXIT.ok));
const code = await main(environment);
// What was printed last is told of only now.
process.on('beforeExit', () => (process.exitCode = output.lost ? EXIT.machine : code));
process.exitCode = code;
