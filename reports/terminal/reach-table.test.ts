import { describe, expect, it } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { planOf, podOf } from '../../test/lab/plans.ts';
import { clusterAtStart, policyWorld } from '../../sim/plan/cluster/cluster.ts';
import { questionOf } from '../../sim/reach/question.ts';
import { oracleMarks, type Marks, type Mode } from '../../sim/reach/reachability.ts';
import { reachPage } from '../html/reach-page.ts';
import { reachJson } from '../json/reach-json.ts';
import { reachLines } from './reach-table.ts';

const denyA = {
  namespace: 'default',
  name: 'deny',
  position: { file: 'deny.yaml', line: 1 },
  ingress: [],
  egress: [],
  podSelector: { matchLabels: { app: 'a' }, matchExpressions: [] },
  policyTypes: ['ingress' as const],
};

function found(pods: readonly string[], ofLab: Partial<Record<Mode, Marks>> = {}) {
  const plan = { ...planOf({ pods: pods.map((name, i) => podOf(i + 1, name, 'n1')) }), hosts: [], policies: [denyA] };
  const question = questionOf(plan, { from: [], to: [], ports: ['TCP/80'] });
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
  return { question, oracle, marks: { oracle: oracleMarks(oracle, question), ...ofLab } };
}

describe('the table of who reaches whom', () => {
  it('has a row a sender and a column a receiver', () => {
    expect(reachLines(found(['a', 'b']), 80)).toEqual([
      'TCP/80      default/a   default/b',
      'default/a   ·           ✓',
      'default/b   ✗           ·',
      '',
      '2 pairs: 1 allowed, 1 denied',
      '',
      'rows send, columns receive: ✓ allowed, ✗ denied; by oracle',
    ]);
  });

  it('marks a pair where the answers differ, and says what each said and why', () => {
    const lines = reachLines(found(['a', 'b'], { verdict: [['s.', 'is']], wire: [['..', '..']] }), 200);
    expect(lines[2]).toBe('default/b   ≠           ·');
    expect(lines).toContain(
      '≠ default/b -> default/a TCP/80: oracle denied, verdict denied, wire allowed (dropped by the ingress program)',
    );
    expect(lines.join('\n')).toContain('isolated by default/deny (deny.yaml:1), which allows no ingress');
  });

  it('numbers the columns when there are many', () => {
    const lines = reachLines(found(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']), 80);
    expect(lines.slice(0, 4)).toEqual([
      'TCP/80',
      '             1 2 3 4 5 6 7 8 9 10',
      ' 1 default/a · ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓  ✓',
      ' 2 default/b ✗ · ✓ ✓ ✓ ✓ ✓ ✓ ✓  ✓',
    ]);
  });

  it('numbers them where their names have no room, and goes on beneath where the numbers have none', () => {
    const pods = ['a-pod-of-a-long-name', 'another-of-a-long-name', 'c'];
    const rows = [
      'TCP/80',
      '                                  1 2 3',
      ' 1 default/a-pod-of-a-long-name   · ✓ ✓',
      ' 2 default/another-of-a-long-name ✓ · ✓',
      ' 3 default/c                      ✓ ✓ ·',
    ];
    expect(reachLines(found(pods), 80)).toEqual(expect.arrayContaining(rows));
    expect(
      reachLines(found(pods), 37)
        .slice(1, 9)
        .map((line) => line.slice(33)),
    ).toEqual([' 1 2', ' · ✓', ' ✓ ·', ' ✓ ✓', ' 3', ' ✓', ' ✓', ' ·']);
  });

  it('says of whom nothing is asked, and why', () => {
    const plan = { ...planOf({ pods: [podOf(1, 'a', 'n1')], nodes: [{ name: 'n1', masters: [] }] }), hosts: [] };
    const question = questionOf(plan, { from: ['node:n1'], to: ['a'], ports: ['TCP/80'] });
    const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
    expect(reachLines({ question, oracle, marks: { oracle: oracleMarks(oracle, question) } }, 80)).toEqual([
      'TCP/80    default/a',
      'node:n1   -',
      '',
      '1 pair: 0 allowed, 0 denied, 1 not asked (-)',
      '',
      'rows send, columns receive: ✓ allowed, ✗ denied; by oracle',
      '- not asked: the two have no address of the same family (node:n1 has none)',
    ]);
  });
});

describe('its other faces', () => {
  it('is a JSON array with the rule beside each answer', () => {
    const text = [...reachJson(found(['a', 'b'], { wire: [['..', 'X.']] }))].join('');
    expect(JSON.parse(text)).toEqual([
      expect.objectContaining({
        from: 'default/a',
        to: 'default/b',
        oracle: 'allowed',
        verdict: null,
        wire: 'allowed',
      }),
      expect.objectContaining({ from: 'default/b', to: 'default/a', protocol: 'TCP', port: 80, wire: 'denied' }),
    ]);
    expect(text).toContain('ingress of default/a isolated by default/deny (deny.yaml:1)');
  });

  it('is a page whose squares say the rule', () => {
    const page = reachPage('lab', found(['a', 'b']));
    expect(page).toContain('<td class="denied" title="default/b -&gt; default/a: oracle denied\n');
    expect(page).toContain('isolated by default/deny (deny.yaml:1), which allows no ingress');
  });
});
