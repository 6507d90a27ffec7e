/**
 * The twelve questions of docs/policy.md, asked again, of one lab that is held and one of them of a lab of its own: stages, rules and
 * places are what the document shows, letter by letter, and the kernel's evidence is, but for how many packets a closing connection takes.
 */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';
import { holdLab } from './held-lab.ts';
import { cannotRun } from './run-in-uml.ts';

const root = new URL('../../', import.meta.url).pathname;
const shown = readFileSync(join(root, 'docs/policy.md'), 'utf8')
  .split(/^```/m)
  .flatMap((block) => {
    const [, question = '', answer = ''] = /^\n?\$ ipvlane explain (.*)\n([^]*)$/.exec(block) ?? [];
    return question === '' ? [] : [{ question, answer }];
  });

describe.skipIf(cannotRun)(`explain${skipped(cannotRun)}`, () => {
  const desk = new Desk();
  let lab: AsyncDisposable;
  beforeAll(async () => {
    cpSync(join(root, 'scenarios/policy/shop'), join(desk.path, 'shop'), { recursive: true });
    const scenario = readFileSync(join(desk.path, 'shop/scenario.yaml'), 'utf8');
    // What it asks by itself is asked in test/scenarios.
    desk.write('shop/scenario.yaml', scenario.slice(0, scenario.indexOf('timeline:')));
    lab = await holdLab(desk, ['shop']);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    desk[Symbol.dispose]();
  });

  const answers = async (words: readonly string[], answer: string): Promise<void> => {
    const { exitCode, stdout, stderr } = await desk.ipvlane(['explain', ...words]);
    expect(comparable(stdout), stderr).toEqual(comparable(answer));
    expect(exitCode).toBe(0);
  };

  it('answers what twelve newcomers asked', () => {
    expect(shown).toHaveLength(12);
  });

  it.each(shown)('$question', async ({ question, answer }) => {
    const words = question.split(' ');
    expect(words.pop()).toBe('shop');
    await answers(words, answer);
  });

  it('does not count for its own what the question before left behind', async () => {
    const [fromNode, denied] = [/^node:node-a /, /^shop\/db shop\/backend 9090/].map((words) =>
      shown.find(({ question }) => words.test(question)),
    );
    for (const { question, answer } of [fromNode!, denied!]) await answers(question.split(' ').slice(0, -1), answer);
  });

  it('answers the same of manifests, in a lab of its own', async () => {
    const [{ question, answer }] = shown as [(typeof shown)[0]];
    await answers([...question.split(' '), '--kernel', 'uml'], answer);
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
