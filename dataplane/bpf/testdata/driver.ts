/** Compiles driver.c with gcc and the sanitizers, and asks it; one process answers any number of questions. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Driver extends Disposable {
  /** One answer, split into words, for each question. @throws when the program died: `stderr` is in the message */
  ask(questions: readonly string[]): readonly (readonly string[])[];
}

export function compileDriver(): Driver {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-headers-'));
  const program = join(folder, 'driver');
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const source = join(import.meta.dirname, 'driver.c');
  execFileSync('gcc', ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O1', '-g', ...sanitizers, '-o', program, source]);
  return {
    ask(questions) {
      const input = questions.map((question) => `${question}\n`).join('');
      const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
      const answers = output.trimEnd().split('\n');
      if (answers.length !== questions.length)
        throw new Error(`${questions.length} questions, ${answers.length} answers`);
      return answers.map((answer) => answer.trim().split(' '));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
