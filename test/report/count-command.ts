/**
 * Runs a command that is no test run and counts it as one passed or one failed, in the file that IPVLANE_TALLY names:
 * `tsx test/report/count-command.ts COMMAND [ARGUMENT ...]`. What it prints is printed; a failure tells the end of it. Ends with 0
 * either way: the tally says what came of it.
 */
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import type { Tally } from './closing-line.ts';

const LINES_SHOWN = 30;

/** @param also where what it prints goes as well, while it does */
export async function countCommand(
  program: string,
  words: readonly string[],
  also: readonly 'inherit'[] = ['inherit'],
): Promise<Tally> {
  const output = ['pipe', ...also] as const;
  const ended = await execa(program, words, {
    reject: false,
    all: true,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
  });
  if (!ended.failed) return { passed: 1, failed: [], skipped: [] };
  const end = stripVTControlCharacters(ended.all).trimEnd().split('\n').slice(-LINES_SHOWN);
  const how = ended.exitCode === undefined ? ended.shortMessage : `it ended with ${ended.exitCode}`;
  const name = [program, ...words].join(' ');
  return { passed: 0, failed: [{ name, reason: [how, ...end].join('\n  ') }], skipped: [] };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [program = '', ...words] = process.argv.slice(2);
  const tally = JSON.stringify(await countCommand(program, words));
  const file = process.env.IPVLANE_TALLY;
  if (file === undefined) process.stdout.write(`${tally}\n`);
  else appendFileSync(file, `${tally}\n`);
}
