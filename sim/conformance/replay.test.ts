import { describe, expect, it } from 'vitest';
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Answer } from '../reach/answer.ts';
import type { Told } from '../reach/answers.ts';
import type { ClusterChange } from '../plan/cluster/cluster.ts';
import { allSaid, labPlan, replay } from './replay.ts';
import { parseTruthTables } from './truth-table.ts';

const denyA = {
  kind: 'NetworkPolicy',
  apiVersion: 'networking.k8s.io/v1',
  metadata: { name: 'deny', namespace: 'x' },
  spec: { podSelector: { matchLabels: { pod: 'a' } }, policyTypes: ['Ingress'] },
};
const step = (policies: readonly unknown[], rows: readonly string[], extra: object = {}) => ({
  policies,
  namespaces: { x: { ns: 'x' } },
  order: ['x/a', 'x/b'],
  expected: { 'TCP/80': rows },
  pods: ['a', 'b'].map((name, i) => ({ ip: `192.168.1.1${i}`, labels: { pod: name }, name, ns: 'x' })),
  ...extra,
});
const file = (...steps: readonly unknown[]) =>
  JSON.stringify({ cases: [{ id: 7, description: 'deny', tags: ['deny-all'], steps }] });
const cases = parseTruthTables('t.json', file(step([], ['..', '..']), step([denyA], ['X.', 'X.'])));

/** A lab that answers as told, and remembers what it was changed by. */
function labSaying(rows: readonly (readonly string[])[]) {
  const changes: ClusterChange[] = [];
  const answers = rows.map((row): Answer => ({ rows: [row], durationNs: 1, operations: 4, records: [], late: 1 }));
  return {
    changes,
    ask: () => Promise.resolve(answers.shift()!),
    change: (_what: string, change: ClusterChange) => Promise.resolve(void changes.push(change)),
  };
}

describe('a replay of truth tables', () => {
  it('judges every cell, and scores a pod to itself apart', async () => {
    const score = await replay({ cases, modes: ['oracle'], lab: null, timeoutNs: 0 });
    expect(score.all.get('oracle')).toEqual({ cells: 4, right: 4 });
    expect(score.diagonal.get('oracle')).toEqual({ cells: 4, right: 3 });
    expect(score.byTag.get('deny-all')?.get('oracle')).toEqual({ cells: 4, right: 4 });
  });

  it('changes the lab from step to step, and names the cells that differ', async () => {
    const lab = labSaying([
      ['..', '..'],
      ['.X', '..'],
    ]);
    const score = await replay({ cases, modes: ['wire'], lab, timeoutNs: 1e6 });
    expect(lab.changes).toHaveLength(1);
    expect(lab.changes[0]?.applyPolicies?.map(({ name }) => name)).toEqual(['deny']);
    expect(lab.changes[0]?.createPods).toEqual([]);
    expect(score.late).toBe(2);
    expect(score.differences.map(({ from, to, expected }) => `${from} ${to} ${expected}`)).toEqual([
      'x/a x/b allowed',
      'x/b x/a denied',
    ]);
  });

  it('can tell before what it will say, to the word and in order', async () => {
    const told: Told[] = [];
    const lab: NonNullable<Parameters<typeof replay>[0]['lab']> = {
      ask: (mode, from, targets, timeoutNs) => {
        told.push({ type: 'ask', mode, from, targets, timeoutNs });
        return Promise.resolve({ rows: [['..', '..']], durationNs: 1, operations: 4, records: [], late: 1 });
      },
      change: (what, change) => Promise.resolve(void told.push({ type: 'change', what, change })),
    };
    const asking = { cases, modes: ['oracle', 'verdict', 'wire'] as const, timeoutNs: 1e6 };
    await replay({ ...asking, lab });
    expect(told.map(({ type }) => type)).toEqual(['ask', 'ask', 'change', 'ask', 'ask']);
    expect(allSaid(asking)).toEqual(told);
  });

  it('refuses an answer with a hole in it', async () => {
    const lab = labSaying([['..']]);
    await expect(replay({ cases, modes: ['verdict'], lab, timeoutNs: 1 })).rejects.toThrow('left a cell unanswered');
  });

  it('begins in a lab of the first step', () => {
    const { pods, policies } = labPlan(cases);
    expect(pods.map(({ name, interfaces }) => [name, interfaces[0]?.addresses])).toEqual([
      ['a', ['192.168.1.10/24']],
      ['b', ['192.168.1.11/24']],
    ]);
    expect(policies).toEqual([]);
  });
});

describe('a file that is none', () => {
  it.each([
    ['YAML', 'cases:\n- id: 1\n', 1, 1, /^t\.json is no file of truth tables: no value of JSON begins here$/],
    ['half a file', '{ "cases":\n  [ ', 2, 3, /it ends before what was opened is closed$/],
    ['no cases', '{}', 1, 1, /^missing field `cases` in truth tables$/],
    ['another type', '{ "cases":\n  7 }', 2, 3, /^truth tables\.cases must be a list, not the number 7$/],
    ['a mark that is none', file(step([], ['.?', '..'])), 1, null, /truth tables\.cases\[0\]/],
    [
      'a step without policies',
      file(step([], ['..', '..'], { policies: undefined })),
      1,
      null,
      /missing field `policies`/,
    ],
    [
      'a policy that is none',
      file(step([denyA, { ...denyA, spec: { ingress: 7 } }], ['..', '..'])),
      ...([1, null, /^NetworkPolicy\.spec\.ingress must be a list, not the number 7$/] as const),
    ],
    ['another kind', file(step([{ ...denyA, kind: 'Pod' }], ['..', '..'])), 1, null, /kind must be/],
  ])('%s: says so in words of ours, at its place', (_what, text, line, column, words) => {
    const [first] = problemsOf(text);
    expect(first?.message).toMatch(words);
    expect(first?.help ?? 'none').not.toBe('');
    expect(first?.span).toMatchObject({ file: 't.json', line, ...(column === null ? {} : { column }) });
  });

  it('takes null for no policies, as Go writes them', () => {
    expect(problemsOf(file(step([], ['..', '..'], { policies: null })))).toEqual([]);
  });

  it.each([
    ['null', 'null'],
    ['a table that does not fit', file(step([], ['.']))],
    ['a pod that is not there', file(step([], ['..', '..'], { order: ['x/a', 'x/z'] }))],
  ])('%s: says which file, and where in it', (_what, text) => {
    expect(() => parseTruthTables('t.json', text)).toThrow(DiagnosticError);
    expect(() => parseTruthTables('t.json', text)).toThrow('t.json is no file of truth tables: ');
  });
});

function problemsOf(text: string): readonly Diagnostic[] {
  try {
    parseTruthTables('t.json', text);
    return [];
  } catch (error) {
    return error instanceof DiagnosticError ? error.diagnostics : [];
  }
}
