import { describe, expect, test } from 'vitest';
import { EMPTY_POLICY, compilePolicy } from '../../dataplane/policy/compile.ts';
import { policyDelta } from '../../dataplane/policy/delta.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { PolicyMaps } from '../../dataplane/policy/policy-maps.ts';
import { PROTOCOL_NUMBER } from '../../dataplane/policy/ports.ts';
import { findTruthTables, readTruthTables, score } from './truth-table.ts';
import type { Cell, Score } from './truth-table.ts';
import { skipped } from '../report/skipped.ts';

const path = findTruthTables();
const absent = path === null ? '../shared/conformance/cyclonus-truth-tables.json is not there' : null;

describe.skipIf(path === null)(`the cyclonus truth tables${skipped(absent)}`, () => {
  const cases = path === null ? [] : readTruthTables(path);

  test('are all there: 230 cases, 256 steps, 123669 cells', () => {
    expect(cases.length).toBe(230);
    expect(cases.reduce((steps, table) => steps + table.steps.length, 0)).toBe(256);
    const { offDiagonal, diagonal } = score(cases, () => () => 'allowed');
    expect([offDiagonal.cells, diagonal.cells]).toEqual([109_956, 13_713]);
    expect(offDiagonal.wrong.length).toBeGreaterThan(10_000);
  });

  test('the oracle agrees with every cell off the diagonal', () => {
    const { offDiagonal, diagonal } = score(cases, ({ world }) => {
      const oracle = prepareOracle(world);
      return ({ from, to, protocol, port }) => oracle.judge({ from, to, protocol, port }).verdict;
    });
    expectPerfect(offDiagonal);
    expectSelfAllowed(diagonal);
  });

  test('the compiled entries agree with every cell off the diagonal', () => {
    const { offDiagonal, diagonal } = score(cases, ({ world }) => answers(PolicyMaps.of(compilePolicy(world))));
    expectPerfect(offDiagonal);
    expectSelfAllowed(diagonal);
  });

  test('so do maps that live through all steps of all cases as changes, never built anew', () => {
    let inForce = EMPTY_POLICY;
    const maps = PolicyMaps.of(inForce);
    const { offDiagonal } = score(cases, ({ world }) => {
      const next = compilePolicy(world, inForce);
      for (const operation of policyDelta(inForce, next)) maps.apply(operation);
      inForce = next;
      return answers(maps);
    });
    expectPerfect(offDiagonal);
    expect(maps.dump()).toEqual(PolicyMaps.of(inForce).dump());
  });
});

function answers(maps: PolicyMaps): (cell: Cell) => 'allowed' | 'denied' {
  return ({ from, to, protocol, port }) =>
    maps.evaluate({
      from: { endpointId: from.endpointId, address: from.addresses[0]! },
      to: { endpointId: to.endpointId, address: to.addresses[0]! },
      protocol: PROTOCOL_NUMBER[protocol],
      port,
    }).verdict;
}

function expectPerfect({ cells, wrong }: Score): void {
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(cells - wrong.length).toBe(109_956);
}

/** Kubernetes leaves it undefined; the table blocks 1554 of them, the kernel's loopback none. */
function expectSelfAllowed({ cells, wrong }: Score): void {
  expect([cells, wrong.length]).toEqual([13_713, 1_554]);
  expect(wrong.every((cell) => cell.endsWith('expected denied'))).toBe(true);
}
