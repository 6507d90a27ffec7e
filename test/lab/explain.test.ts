/**
 * The twelve questions of docs/policy.md, asked again: stages, rules and places are what the document shows, letter by letter, and
 * the kernel's evidence is, but for the kernel's name and how many packets a closing connection takes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { skipped } from '../report/skipped.ts';

const root = new URL('../../', import.meta.url).pathname;
const reason = builtUmlVirtual().release === null ? 'uml-virtual is not built: ipvlane kernels says how' : null;
const shown = readFileSync(join(root, 'docs/policy.md'), 'utf8')
  .split(/^```/m)
  .flatMap((block) => {
    const [, question = '', answer = ''] = /^\n?\$ ipvlane explain (.*)\n([^]*)$/.exec(block) ?? [];
    return question === '' ? [] : [{ question, answer }];
  });

describe.skipIf(reason !== null)(`explain${skipped(reason)}`, () => {
  it('answers what twelve newcomers asked', () => {
    expect(shown).toHaveLength(12);
  });

  it.concurrent.each(shown)('$question', async ({ question, answer }) => {
    const args = [join(root, 'dist/ipvlane.js'), 'explain', ...question.split(' '), '--kernel', 'uml-virtual'];
    const { exitCode, stdout } = await execa('node', args, { cwd: join(root, 'scenarios/policy'), reject: false });
    expect(comparable(stdout)).toEqual(comparable(answer));
    expect(exitCode).toBe(0);
  });
});

function comparable(answer: string): string[] {
  const [stages = '', evidence = ''] = answer.split(/^asked in [^:]*: /m);
  return [
    ...stages.trimEnd().split('\n'),
    // Where its first line goes on depends on the name of the kernel.
    ...evidence
      .trimEnd()
      .replaceAll(/\n {4}/g, ' ')
      .replace(/\d+(?= packets|,| passed| dropped)/g, 'N')
      .split('\n'),
  ];
}
