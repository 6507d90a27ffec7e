import { describe, expect, it } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { explanationLines } from '../../reports/terminal/explanation.ts';
import { nodeOf, planOf, podOf } from '../../test/lab/plans.ts';
import { clusterAtStart, policyWorld } from '../plan/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import { explain } from './explain.ts';
import { onePartyOf, portOf } from './question.ts';

const web = {
  ...{ namespace: 'default', name: 'web', position: { file: 'web.yaml', line: 1 }, policyTypes: ['ingress' as const] },
  podSelector: { matchLabels: { app: 'web' }, matchExpressions: [] },
  egress: [],
  ingress: [
    {
      ...{ index: 0, position: { file: 'web.yaml', line: 8 }, peers: [] },
      ports: [{ protocol: 'TCP' as const, port: 80, endPort: null }],
    },
  ],
};
const limits = { ingressBps: 100e6, egressBps: 2.5e6 };
const pods = [
  podOf(1, 'web', 'n1', { limits }),
  podOf(2, 'near', 'n1', { limits }),
  podOf(3, 'far', 'n2'),
  podOf(4, 'free', 'n2', { enforced: false }),
];
const plan: Plan = { ...planOf({ pods, nodes: [nodeOf('n1', 230), nodeOf('n2', 220)] }), policies: [web] };
const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
const ask = (from: string, to: string, port: string) =>
  explain(plan, oracle, onePartyOf(plan, from), onePartyOf(plan, to), portOf(port));
const outcomes = (from: string, to: string, port: string) =>
  ask(from, to, port).stages.map(({ name, outcome }) => `${name}: ${outcome}`);

describe('an explanation', () => {
  it('goes through every stage of a packet that arrives', () => {
    expect(outcomes('near', 'web', '80/TCP')).toEqual([
      'sender: passes',
      'egress hook: passes',
      'connection: passes',
      'egress rule: passes',
      'departure: passes',
      'path: passes',
      'ingress hook: passes',
      'connection: passes',
      'ingress rule: passes',
      'shaper: passes',
    ]);
    const lines = explanationLines(ask('near', 'web', '80/TCP'), null).join('\n');
    expect(lines).toContain('default/near -> default/web TCP/80: allowed\n');
    expect(lines).toContain('allowed by default/web ingress[0] (web.yaml:8)');
    expect(lines).toContain('egress limit 2.5 Mbit/s');
    expect(lines).toContain('ingress limit 100 Mbit/s: redirected to the IFB');
    expect(lines).toContain('both are slaves of ens192: handed from slave to slave');
  });

  it('ends where the packet is dropped, with the policies that isolate and why no rule matched', () => {
    expect(outcomes('far', 'web', '81/TCP').slice(-3)).toEqual([
      'connection: passes',
      'ingress rule: dropped',
      'shaper: not reached',
    ]);
    const { predicted, stages } = ask('far', 'web', 'ICMP');
    expect(predicted).toBe('denied');
    const [dropped] = stages.filter(({ outcome }) => outcome === 'dropped');
    expect(dropped).toMatchObject({
      says: 'ingress of default/web is isolated by default/web (web.yaml:1), none of whose ingress rules allows it',
      details: ['default/web ingress[0] (web.yaml:8): it names ports (TCP/80), so it does not admit ICMP'],
      position: { file: 'web.yaml', line: 1 },
    });
  });

  it('knows the way: out by the master and over the underlay to another node', () => {
    const path = ask('near', 'far', '80').stages.find(({ name }) => name === 'path');
    expect(path?.says).toBe('out by ens192 of n1, over the underlay (10000 Mbit/s, 100 µs), in by ens192 of n2');
  });

  it('says where nothing of ours stands', () => {
    expect(outcomes('host:outside', 'free', '80')).toEqual([
      'sender: passes',
      'egress hook: open',
      'departure: passes',
      'path: passes',
      'ingress hook: open',
      'shaper: passes',
    ]);
  });

  it('knows that a node and its own pods never talk, and that a pod reaches itself', () => {
    expect(ask('node:n1', 'near', '80').predicted).toBe('denied');
    expect(ask('node:n1', 'far', '80').predicted).toBe('allowed');
    expect(outcomes('web', 'web', '81')).toEqual(['loopback: passes']);
  });
});
