/** Questions to a living lab: the programs and the wire say what the policies say, and asking leaves no trace. */
import { expect, it, describe } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { hostKernel } from '../../sim/kernel/host.ts';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import { askLab } from '../../sim/reach/ask-lab.ts';
import { AskingLab } from '../../sim/reach/asking-lab.ts';
import { clusterAtStart, policyWorld } from '../../sim/plan/cluster/cluster.ts';
import { questionOf } from '../../sim/reach/question.ts';
import { agrees, cellsOf, oracleMarks } from '../../sim/reach/reachability.ts';
import { nodeOf, planOf, podOf } from './plans.ts';
import { cannotRun } from './run-in-uml.ts';

const limits = { ingressBps: 1e6, egressBps: 1e6 };
const slow = { ingressBps: 1e3, egressBps: 1e3 };
const base = planOf({
  pods: [
    podOf(1, 'server', 'n1', { limits }),
    podOf(2, 'client', 'n1', { limits }),
    podOf(3, 'far', 'n2'),
    podOf(4, 'slow', 'n2', { limits: slow }),
  ],
  nodes: [nodeOf('n1', 230), nodeOf('n2', 220)],
});
const plan = {
  ...base,
  policies: [
    {
      namespace: 'default',
      name: 'web',
      position: null,
      policyTypes: ['ingress' as const],
      egress: [],
      podSelector: { matchLabels: { app: 'server' }, matchExpressions: [] },
      ingress: [
        {
          index: 0,
          position: null,
          peers: [
            {
              kind: 'pods' as const,
              podSelector: { matchLabels: { app: 'client' }, matchExpressions: [] },
              namespaceSelector: null,
            },
          ],
          ports: [{ protocol: 'TCP' as const, port: 80, endPort: null }],
        },
      ],
    },
  ],
};

describe.skipIf(cannotRun)(`asking a lab${cannotRun === null ? '' : ` (${cannotRun})`}`, () => {
  it('gives one answer by policies, programs and packets, under limits and across nodes', async () => {
    const ports = ['TCP/80', 'TCP/81', 'UDP/80', 'SCTP/80', 'ICMP'];
    const fast = ['server', 'client', 'far', 'host:outside'];
    const question = questionOf(plan, { from: fast, to: fast, ports });
    const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
    await using lab = await AskingLab.start(umlKernel(), plan, { memoryMiB: 768, keepConsole: null });
    const verdict = await askLab(lab, 'verdict', question);
    expect(verdict.records.filter(({ type }) => type === 'drop')).toEqual([]);
    const often = await askLab(
      lab,
      'verdict',
      questionOf(plan, { from: fast, to: fast, ports: Array<string[]>(40).fill(ports).flat() }),
    );
    // A question that counted would count forty times. A pod's own kernel tells of its groups meanwhile, as often as the time lets it.
    const counted = often.records.flatMap((record) => (record.type === 'endpoint' ? [record.offered.packets] : []));
    expect(counted).not.toHaveLength(0);
    expect(Math.max(...counted)).toBeLessThan(40);
    const toSlow = questionOf(plan, { from: ['slow'], to: ['client'], ports: Array<string>(40).fill('UDP/53') });
    const unpaced = await askLab(lab, 'verdict', toSlow);
    expect(unpaced.rows.flat().join('')).toBe('.'.repeat(40));
    const wire = await askLab(lab, 'wire', question);
    const again = await askLab(lab, 'verdict', question);
    expect(again.rows).toEqual(verdict.rows);
    const marks = { oracle: oracleMarks(oracle, question), verdict: verdict.rows, wire: wire.rows };
    const cells = [...cellsOf({ question, oracle, marks })];
    expect(cells).toHaveLength(5 * 12);
    expect(cells.filter((cell) => !agrees(cell))).toEqual([]);
    expect(cells.filter((cell) => cell.verdict === 'denied')).toHaveLength(3 * 5 - 1);
    expect(cells.filter((cell) => cell.oracle === null || cell.verdict === null || cell.wire === null)).toEqual([]);
    const drops = wire.records.flatMap((record) => (record.type === 'drop' ? [record.reason] : []));
    expect(new Set(drops)).toEqual(new Set(['POLICY_DENIED']));
  });

  it('says so when somebody is asked who is not there', async () => {
    await using lab = await AskingLab.start(umlKernel(), base, { memoryMiB: 768, keepConsole: null });
    const asked = lab.ask('verdict', ['default/nobody'], [{ protocol: 'TCP', port: 80, to: ['default/client'] }], 1e6);
    await expect(asked).rejects.toThrow('default/nobody was not built');
  });
});

const noPrograms = (await hostKernel({ purpose: 'programs' }).inspect()).requirements
  .flatMap(({ met, name, detail }) => (met ? [] : [`${name}: ${detail}`]))
  .join('; ');

describe.skipIf(noPrograms !== '')(
  `devices that stand for slaves${noPrograms === '' ? '' : ` (${noPrograms})`}`,
  () => {
    it('give the same verdicts in the machine’s own kernel, and have no wire', async () => {
      const question = questionOf(plan, { from: [], to: [], ports: ['TCP/80', 'UDP/80', 'SCTP/80', 'ICMP'] });
      const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
      const kernel = hostKernel({ purpose: 'programs' });
      await using lab = await AskingLab.start(kernel, plan, { memoryMiB: 0, keepConsole: null }, true);
      const { rows } = await askLab(lab, 'verdict', question);
      const cells = [...cellsOf({ question, oracle, marks: { oracle: oracleMarks(oracle, question), verdict: rows } })];
      expect(cells).toHaveLength(4 * 20);
      expect(cells.filter((cell) => cell.verdict === null || !agrees(cell))).toEqual([]);
      await expect(askLab(lab, 'wire', question)).rejects.toThrow('have no wire between them');
    });
  },
);
