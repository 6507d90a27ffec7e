/**
 * All steps of all cases, one after the other: in one lab, whose cluster becomes each step's by a live change. No case has a
 * fresh lab, so what a change leaves behind would show in the next answers.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { pairAddresses } from '../plan/flows/address-pair.ts';
import { changeBetween, changeText } from '../plan/cluster/change-between.ts';
import { objectKey, policyWorld, type Cluster, type ClusterChange } from '../plan/cluster/cluster.ts';
import { PLAN_SCHEMA, type Plan } from '../plan/plan.ts';
import type { Answer } from '../reach/answer.ts';
import type { Told } from '../reach/answers.ts';
import type { AskingLab } from '../reach/asking-lab.ts';
import { UNJUDGED, type Mode } from '../reach/reachability.ts';
import { addAnswers, emptyScore, type Answers, type Score } from './score.ts';
import type { TruthTableCase, TruthTableStep } from './truth-table.ts';

export interface Replay {
  readonly cases: readonly TruthTableCase[];
  readonly modes: readonly Mode[];
  /** Built for `labPlan` of the first step; null where only the oracle is asked. */
  readonly lab: Pick<AskingLab, 'ask' | 'change'> | null;
  /** How long the wire may be silent before that counts as a denial. */
  readonly timeoutNs: number;
  readonly onStep?: (done: number, all: number) => void;
}

/** One node, the pods of the first step. @throws RangeError for no cases */
export function labPlan(cases: readonly TruthTableCase[]): Plan {
  const first = cases[0]?.steps[0]?.cluster;
  if (first === undefined) throw new RangeError('no cases, so no lab');
  return {
    schema: PLAN_SCHEMA,
    scenario: { name: 'conformance', description: null, file: null },
    engine: 'ipvlane',
    underlay: { rateBps: null, delayNs: 0, mtu: 1500 },
    nodes: [{ name: 'node-1', masters: [{ kind: 'nic', name: 'eth0', mtu: 1500, addresses: [] }] }],
    hosts: [],
    namespaces: [...first.namespaces].map(([name, labels]) => ({ name, labels })),
    pods: [...first.pods.values()],
    policies: [...first.policies.values()],
    timeline: [],
  };
}

/** @throws DiagnosticError of kind machine when the lab cannot go on */
export async function replay({ cases, modes, lab, timeoutNs, onStep }: Replay): Promise<Score> {
  const score = emptyScore();
  const steps = turns(cases);
  for (const [done, { table, step, index, change }] of steps.entries()) {
    onStep?.(done, steps.length);
    if (lab !== null && change !== null) await lab.change(change.what, change.change);
    for (const mode of modes) {
      if (mode === 'oracle') {
        addAnswers(score, table, index, mode, judge(step));
        continue;
      }
      const { rows, late } = await askLab(lab, mode, step, timeoutNs);
      addAnswers(score, table, index, mode, rows);
      score.late += late;
    }
  }
  onStep?.(steps.length, steps.length);
  return score;
}

/** All that `replay` will say to its lab, in that order: what a guest that hears nothing is told before its boot. */
export function allSaid({ cases, modes, timeoutNs }: Pick<Replay, 'cases' | 'modes' | 'timeoutNs'>): Told[] {
  const asked = modes.filter((mode) => mode !== 'oracle');
  return turns(cases).flatMap(({ step, change }): Told[] => [
    ...(change === null ? [] : [{ type: 'change', ...change } as const]),
    ...asked.map((mode) => ({ type: 'ask', mode, from: step.order, targets: targetsOf(step), timeoutNs }) as const),
  ]);
}

interface Turn {
  readonly table: TruthTableCase;
  readonly step: TruthTableStep;
  /** Of the step in its case. */
  readonly index: number;
  /** What makes the step's cluster of the one before; null for the first, which the lab begins with. */
  readonly change: { readonly what: string; readonly change: ClusterChange } | null;
}

function turns(cases: readonly TruthTableCase[]): Turn[] {
  const steps = cases.flatMap((table) => table.steps.map((step, index) => ({ table, step, index })));
  let inForce: Cluster | undefined = steps[0]?.step.cluster;
  return steps.map(({ table, step, index }) => {
    const before = inForce;
    inForce = step.cluster;
    if (before === undefined || before === step.cluster) return { table, step, index, change: null };
    const change = changeBetween(before, step.cluster);
    return { table, step, index, change: { what: `case ${table.id} step ${index}: ${changeText(change)}`, change } };
  });
}

function targetsOf({ order, tables }: TruthTableStep): Extract<Told, { type: 'ask' }>['targets'] {
  return tables.map(({ protocol, port }) => ({ protocol, port, to: order }));
}

function judge({ cluster, order, tables }: TruthTableStep): Answers {
  const world = policyWorld(cluster);
  const oracle = prepareOracle(world);
  const podsByKey = new Map(world.pods.map((pod) => [objectKey(pod), pod]));
  const pods = order.map((key) => {
    const pod = podsByKey.get(key);
    if (pod === undefined) throw new RangeError(`no pod is named ${key}`);
    return pod;
  });
  const pairs = pods.map((from) =>
    pods.map((to) => {
      const pair = pairAddresses(from, to, null);
      if (pair === null) throw new RangeError(`${objectKey(from)} and ${objectKey(to)} have no address in common`);
      return pair;
    }),
  );
  return tables.map(({ protocol, port }) =>
    pairs.map((row) =>
      row.map(({ from, to }) => (oracle.verdict({ from, to, protocol, port }) === 'allowed' ? '.' : 'X')).join(''),
    ),
  );
}

/** @throws DiagnosticError of kind machine where a table of the kernel was full: no score is right then */
async function askLab(
  lab: Replay['lab'],
  mode: 'verdict' | 'wire',
  step: TruthTableStep,
  timeoutNs: number,
): Promise<Pick<Answer, 'rows' | 'late'>> {
  if (lab === null) throw new Error(`the ${mode} is in a lab, and there is none`);
  const answer = await lab.ask(mode, step.order, targetsOf(step), timeoutNs);
  const full = answer.records.find((record) => record.type === 'exhausted');
  if (full === undefined || !answer.rows.some((rows) => rows.some((row) => row.includes(UNJUDGED)))) return answer;
  throw new DiagnosticError('machine', [
    { code: 'E560', severity: 'error', message: `the wire cannot be scored: ${full.cause}`, help: full.help },
  ]);
}
