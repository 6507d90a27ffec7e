import { describe, expect, it } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { planOf, podOf } from '../../test/lab/plans.ts';
import { clusterAtStart, policyWorld } from '../plan/cluster/cluster.ts';
import { questionOf } from './question.ts';
import { agrees, answerOf, cellsOf, type Reachability } from './reachability.ts';
import { differingCells, tallyTarget } from './tally.ts';

/** Six pods in a question of two ports, where every mark of every mode meets every mark of the others. */
function found(): Reachability {
  const pods = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => podOf(index + 1, name, 'n1'));
  const plan = { ...planOf({ pods }), hosts: [] };
  const question = questionOf(plan, { from: [], to: [], ports: ['TCP/80', 'UDP/53'] });
  const marksOf = (alphabet: string, stride: number) =>
    question.targets.map(({ to }, target) =>
      question.from.map((_, row) =>
        to
          .map((__, column) => alphabet[Math.floor((target * 36 + row * 6 + column) / stride) % alphabet.length])
          .join(''),
      ),
    );
  return {
    question,
    oracle: prepareOracle(policyWorld(clusterAtStart(plan))),
    marks: { oracle: marksOf('.X-', 1), verdict: marksOf('.ei-', 3), wire: marksOf('.?Xru-', 6) },
  };
}

describe('pairs counted from their marks', () => {
  const reach = found();
  const cells = [...cellsOf(reach)];

  it('are as many, and say the same, as the cells one by one', () => {
    for (const [index, target] of reach.question.targets.entries()) {
      const own = cells.filter(({ port }) => port.port === target.port);
      const { whole } = tallyTarget(reach, target, index, ({ name }) => name);
      expect(whole).toEqual({
        all: 30,
        allowed: own.filter((cell) => answerOf(cell) === 'allowed').length,
        denied: own.filter((cell) => answerOf(cell) === 'denied').length,
        unjudged: own.filter(({ unjudged }) => unjudged).length,
        wrong: own.filter((cell) => !agrees(cell)).length,
      });
      expect(whole.wrong).toBeGreaterThan(0);
      expect(whole.allowed).toBeGreaterThan(0);
      expect(whole.unjudged).toBeGreaterThan(0);
      expect(whole.denied).toBeGreaterThan(0);
    }
  });

  it('are put together by group, in the order of the first of each', () => {
    const [target] = reach.question.targets;
    if (target === undefined) throw new Error('no target');
    const half = ({ name }: { readonly name: string }) => (name < 'default/c' ? 'first two' : 'last four');
    const { senders, receivers, between } = tallyTarget(reach, target, 0, half);
    expect([senders, receivers]).toEqual([
      ['first two', 'last four'],
      ['first two', 'last four'],
    ]);
    expect(between.map((row) => row.map(({ all }) => all))).toEqual([
      [2, 8],
      [8, 12],
    ]);
    const denied = cells.filter(
      (cell) => cell.port.port === 80 && half(cell.from) === 'first two' && half(cell.to) === 'last four',
    );
    expect(between[0]?.[1]?.denied).toBe(denied.filter((cell) => answerOf(cell) === 'denied').length);
  });

  it('that differ are given as cells up to a number, and counted beyond it', () => {
    const differing = cells.filter((cell) => !agrees(cell));
    expect(differingCells(reach, 3)).toEqual({ first: differing.slice(0, 3), count: differing.length });
    expect(differing.length).toBeGreaterThan(3);
  });
});
