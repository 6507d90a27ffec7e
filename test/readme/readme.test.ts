/**
 * The README's commands do what it says. Every line after `$ ` in a `console` block is run, in order, in the clone;
 * what the README shows beneath is compared as far as it is stable: a line of `...` stands for any lines, and numbers
 * that depend on the machine are compared by their shape. What a `yaml PATH` block holds is written there first, and gone afterwards. A fence `console not-run: REASON` is not run, and the reason is listed.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipped } from '../report/skipped.ts';

const root = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');

interface Shown {
  readonly command: string;
  readonly output: readonly string[];
  readonly reason: string | null;
}

/** Files that a reader is asked to write: fences `yaml PATH`. */
const files = [...readme.matchAll(/^```yaml (\S+)\n([^]*?)^```$/gm)].map(([, path = '', text = '']) => ({
  path,
  text,
}));

const commands: Shown[] = [...readme.matchAll(/^```console(?: not-run: (.*))?\n([^]*?)^```$/gm)].flatMap(
  ([, reason, body = '']) =>
    body
      .split(/^\$ /m)
      .slice(1)
      .map((piece) => {
        const [command = '', ...output] = piece.trimEnd().split('\n');
        return { command, output, reason: reason ?? null };
      }),
);

describe('the README', () => {
  it('shows the two commands that do all the set-up', () => {
    expect(commands.map((c) => c.command)).toEqual(expect.arrayContaining(['npm run demo', 'npm test']));
  });

  beforeAll(() => {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { flag: 'wx' });
    }
  });
  afterAll(() => {
    for (const { path } of files) rmSync(dirname(join(root, path)), { recursive: true });
  });

  for (const { command, output, reason } of commands) {
    it.skipIf(reason !== null)(`\`${command}\` does what it shows${skipped(reason)}`, async () => {
      const { exitCode, all } = await execa('sh', ['-c', command], {
        cwd: root,
        all: true,
        reject: false,
        timeout: 170_000,
      });
      expect(exitCode, all).toBe(expectedExitCode(output));
      for (const line of output.filter((l) => l.trim() !== '' && l.trim() !== '...' && !/^# exit code/.test(l))) {
        expect(all.split('\n').map(shape), `a line like «${line}»`).toContainEqual(shape(line));
      }
    });
  }
});

/** A last line `# exit code 2` in a block says that the command above is meant to fail. */
function expectedExitCode(output: readonly string[]): number {
  const said = output.findLast((line) => line.startsWith('# exit code '));
  return said === undefined ? 0 : Number(said.slice('# exit code '.length));
}

/** Numbers depend on the machine and blanks on their width; words do not. */
function shape(line: string): string {
  return line
    .replace(/[-+−]?\d+(\.\d+)?( [kMGTµmn]?(bit\/s|B|s)\b)?/g, '0')
    .replace(/\s+/g, ' ')
    .trim();
}
