import { describe, expect, test } from 'vitest';
import { EMPTY_POLICY, compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { policyDelta } from '../../dataplane/policy/compile/delta.ts';
import { PolicyMaps } from '../../dataplane/policy/compile/policy-maps.ts';
import { PROTOCOL_NUMBER } from '../../dataplane/policy/ports.ts';
import { replay } from '../../sim/conformance/replay.ts';
import { addAnswers, emptyScore, type Answers, type Score } from '../../sim/conformance/score.ts';
import type { TruthTableStep } from '../../sim/conformance/truth-table.ts';
import { changeBetween } from '../../sim/plan/cluster/change-between.ts';
import { changeCluster, policyWorld, type Cluster } from '../../sim/plan/cluster/cluster.ts';
import { findTruthTables, readTruthTables, TRUTH_TABLES } from './truth-table-file.ts';

const path = findTruthTables();
const where = path === null ? ` (skipped: ${TRUTH_TABLES} is not there)` : '';

describe.skipIf(path === null)(`the cyclonus truth tables${where}`, () => {
  const cases = path === null ? [] : readTruthTables(path);
  const steps = cases.flatMap((table) => table.steps);

  test('are all there: 230 cases, 256 steps, 123669 cells', () => {
    expect([cases.length, steps.length]).toEqual([230, 256]);
    const allAllowed = scored(({ order, tables }) => tables.map(() => order.map(() => '.'.repeat(order.length))));
    expect(allAllowed.all.get('oracle')?.cells).toBe(109_956);
    expect(allAllowed.diagonal.get('oracle')?.cells).toBe(13_713);
    expect(allAllowed.differences.length).toBeGreaterThan(10_000);
  });

  test('the oracle agrees with every cell off the diagonal', async () => {
    const score = await replay({ cases, modes: ['oracle'], lab: null, timeoutNs: 0 });
    expectPerfect(score);
    // The table blocks 1554 pods from themselves, the kernel's loopback none.
    expect(score.diagonal.get('oracle')).toEqual({ cells: 13_713, right: 13_713 - 1_554 });
  });

  test('the compiled entries agree with every cell off the diagonal', () => {
    expectPerfect(scored((step) => answers(step, PolicyMaps.of(compilePolicy(policyWorld(step.cluster))))));
  });

  test('so do maps that live through all steps of all cases as changes, never built anew', () => {
    let inForce = EMPTY_POLICY;
    const maps = PolicyMaps.of(inForce);
    const score = scored((step) => {
      const next = compilePolicy(policyWorld(step.cluster), inForce);
      for (const operation of policyDelta(inForce, next)) maps.apply(operation);
      inForce = next;
      return answers(step, maps);
    });
    expectPerfect(score);
    expect(maps.dump()).toEqual(PolicyMaps.of(inForce).dump());
  });

  test('every step is reached from the one before by one change of the cluster', () => {
    let cluster: Cluster = { namespaces: new Map(), pods: new Map(), policies: new Map() };
    for (const step of steps) {
      cluster = changeCluster(cluster, changeBetween(cluster, step.cluster));
      const plain = ({ namespaces, pods, policies }: Cluster) =>
        [namespaces, pods, policies].map((map) => Object.fromEntries<unknown>(map));
      expect(plain(cluster)).toEqual(plain(step.cluster));
    }
  });

  function scored(answersTo: (step: TruthTableStep) => Answers): Score {
    const score = emptyScore();
    for (const table of cases) {
      for (const [index, step] of table.steps.entries()) addAnswers(score, table, index, 'oracle', answersTo(step));
    }
    return score;
  }
});

function answers({ cluster, order, tables }: TruthTableStep, maps: PolicyMaps): Answers {
  const pods = order.map((key) => {
    const pod = cluster.pods.get(key)!;
    return { endpointId: pod.endpointId, address: pod.interfaces[0]!.addresses[0]!.replace(/\/\d+$/, '') };
  });
  return tables.map(({ protocol, port }) =>
    pods.map((from) =>
      pods
        .map((to) => maps.evaluate({ from, to, protocol: PROTOCOL_NUMBER[protocol], port }).verdict)
        .map((verdict) => (verdict === 'allowed' ? '.' : 'X'))
        .join(''),
    ),
  );
}

function expectPerfect({ all, differences }: Score): void {
  expect(differences.slice(0, 10)).toEqual([]);
  expect(all.get('oracle')).toEqual({ cells: 109_956, right: 109_956 });
}
