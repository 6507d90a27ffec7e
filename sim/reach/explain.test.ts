import { describe, expect, it } from 'vitest';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import { explanationLines } from '../../reports/terminal/explanation.ts';
import { nodeOf, planOf, podOf } from '../../test/lab/plans.ts';
import { clusterAtStart, policyWorld } from '../plan/cluster/cluster.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Plan, PodPlan } from '../plan/plan.ts';
import { fullNames, shortNames } from '../plan/cluster/short-names.ts';
import { explain } from './explain.ts';
import { packetEnds, portAsked } from './question.ts';

const web = {
  namespace: 'default',
  name: 'web',
  position: { file: 'web.yaml', line: 1 },
  policyTypes: ['ingress' as const],
  podSelector: { matchLabels: { app: 'web' }, matchExpressions: [] },
  egress: [],
  ingress: [
    {
      index: 0,
      position: { file: 'web.yaml', line: 8 },
      peers: [],
      ports: [{ protocol: 'TCP' as const, port: 80, endPort: null }],
    },
  ],
};
/** `shy` may send to two blocks that lie in each other, and nowhere else. */
const shy = {
  namespace: 'default',
  name: 'shy',
  position: { file: 'shy.yaml', line: 1 },
  policyTypes: ['egress' as const],
  podSelector: { matchLabels: { app: 'shy' }, matchExpressions: [] },
  ingress: [],
  egress: [
    ['198.51.100.0/24', 5],
    ['198.51.0.0/16', 9],
  ].map(([cidr, line], index) => ({
    index,
    position: { file: 'shy.yaml', line: Number(line) },
    ports: [],
    peers: [{ kind: 'ipBlock' as const, cidr: String(cidr), except: ['198.51.100.7/32'].slice(index) }],
  })),
};
const limits = { ingressBps: 100e6, egressBps: 2.5e6 };
const pods = [
  podOf(1, 'web', 'n1', { limits }),
  podOf(2, 'near', 'n1', { limits }),
  podOf(5, 'shy', 'n1'),
  podOf(3, 'far', 'n2'),
  podOf(4, 'free', 'n2', { enforced: false }),
];
const plan: Plan = { ...planOf({ pods, nodes: [nodeOf('n1', 230), nodeOf('n2', 220)] }), policies: [web, shy] };
const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
const ask = (from: string, to: string, port: string) => {
  const [sender, receiver] = packetEnds(plan, from, to);
  return explain(plan, oracle, sender, receiver, portAsked(port, receiver));
};
const linesOf = (explanation: ReturnType<typeof ask>) =>
  explanationLines(explanation, null, { width: 300, short: fullNames });
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
    const lines = linesOf(ask('near', 'web', '80/TCP')).join('\n');
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

  it('goes on after the first denial, and tells both sides', () => {
    expect(outcomes('shy', 'web', '81/TCP').slice(-6)).toEqual([
      'departure: not reached',
      'path: not reached',
      'ingress hook: not reached',
      'connection: not reached',
      'ingress rule: not reached',
      'shaper: not reached',
    ]);
    expect(ask('shy', 'web', '81/TCP').stages.map(({ would }) => would)).toEqual([
      ...[null, null, null, null, null, 'pass', null, null, 'be dropped', null],
    ]);
    const lines = linesOf(ask('shy', 'web', '81/TCP'));
    expect(lines[0]).toBe('default/shy -> default/web TCP/81: denied, at the egress rule, and at the ingress rule');
    const text = lines.join('\n');
    expect(text).toContain(
      'not reached, would be dropped: ingress of default/web is isolated by default/web (web.yaml:1)',
    );
    expect(text).toContain('default/web ingress[0] (web.yaml:8): TCP/81 is none of its ports: TCP/80');
    expect(linesOf(ask('shy', 'web', '80/TCP'))[0]).toMatch(/denied, at the egress rule$/);
  });

  it('fits its width, and leaves out the one namespace', () => {
    const lines = explanationLines(ask('shy', 'web', '81/TCP'), null, { width: 60, short: shortNames(plan) });
    expect(lines[0]).toBe('shy -> web TCP/81: denied, at the egress rule, and at the');
    expect(lines[1]).toBe('  ingress rule');
    expect(lines.slice(-5)).toEqual([
      '                  web is isolated by web (web.yaml:1), none',
      '                  of whose ingress rules allows it',
      '                  web ingress[0] (web.yaml:8): TCP/81 is',
      '                    none of its ports: TCP/80',
      '    shaper        not reached',
    ]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  it('judges an address that nobody has by ipBlocks, and names every rule that allows', () => {
    const rule = (to: string) => ask('shy', to, '443').stages.find(({ name }) => name === 'egress rule');
    expect(rule('198.51.100.4')?.says).toBe(
      'allowed by default/shy egress[0] (shy.yaml:5), and by default/shy egress[1] (shy.yaml:9)',
    );
    expect(rule('::ffff:198.51.100.7')?.says).toBe('allowed by default/shy egress[1] (shy.yaml:9)');
    expect(rule('203.0.113.9')).toMatchObject({ outcome: 'dropped' });
    expect(ask('203.0.113.9', 'web', '80').predicted).toBe('allowed');
    expect(ask('203.0.113.9', 'web', '81').predicted).toBe('denied');
    expect(ask('203.0.113.9', 'free', '80').stages.map(({ says }) => says)).toContain(
      'from beyond the underlay, where routes are not known, in by ens192 of n2',
    );
    expect(ask('2001:db8::9', 'host:outside', '80')).toMatchObject({ predicted: null });
    expect(ask('172.51.1.1', 'web', '80').from).toBe('default/web');
  });

  it('says of an address that nobody has what policies say, and that nothing arrives there', () => {
    const allowed = ask('shy', '198.51.100.4', '53/UDP');
    expect(allowed).toMatchObject({ predicted: 'allowed', nobody: '198.51.100.4' });
    expect(allowed.stages.at(-1)).toMatchObject({
      name: 'shaper',
      outcome: 'open',
      says: 'nobody here has 198.51.100.4: no packet arrives',
    });
    const verdictOf = (...asked: Parameters<typeof ask>) => linesOf(ask(...asked))[0];
    expect(verdictOf('shy', '198.51.100.4', '53/UDP')).toBe(
      'default/shy -> 198.51.100.4 UDP/53: policies allow it; nobody here has 198.51.100.4',
    );
    expect(verdictOf('203.0.113.9', 'web', '81')).toBe(
      '203.0.113.9 -> default/web TCP/81: denied, at the ingress rule; nobody here has 203.0.113.9',
    );
    expect(ask('203.0.113.9', 'web', '80').stages.find(({ name }) => name === 'departure')?.outcome).toBe('open');
    expect(ask('near', 'web', '80').nobody).toBeNull();
  });

  it('refuses an address that is no machine, and a question between two strangers', () => {
    for (const address of ['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255', '::1', 'ff02::1'])
      expect(() => ask('near', address, '80'), address).toThrow(DiagnosticError);
    expect(() => ask('203.0.113.9', '203.0.113.10', '80')).toThrow(DiagnosticError);
  });

  it('knows the way: out by the master and over the underlay to another node', () => {
    const path = ask('near', 'far', '80').stages.find(({ name }) => name === 'path');
    expect(path?.says).toBe('out by ens192 of n1, over the underlay (10 Gbit/s, 100 µs), in by ens192 of n2');
  });

  it('says what the wire loses of a conversation whose first packet passes', () => {
    const underlay = { ...plan.underlay, lossPct: 2 };
    const nic = { kind: 'nic' as const, name: 'ens192', mtu: 9000, addresses: ['172.51.0.230/16'] };
    const large = (pods: readonly PodPlan[]) =>
      pods.map((pod) => ({ ...pod, interfaces: pod.interfaces.map((one) => ({ ...one, mtu: 9000 })) }));
    const wide = { ...plan, underlay, nodes: [nodeOf('n1', 230, [nic]), nodeOf('n2', 220, [nic])], pods: large(pods) };
    const details = (of: Plan, port: string) => {
      const [near, far] = packetEnds(of, 'near', 'far');
      return explain(of, oracle, near, far, portAsked(port, far)).stages.find(({ name }) => name === 'path')?.details;
    };
    expect(details(plan, '80')).toEqual([]);
    expect(details(wide, '80')).toEqual([
      'the wire loses 2 % of the frames, each way (WIRE_LOSS)',
      'the wire takes packets of up to 1500 bytes, and default/near makes them up to 9000: small ones arrive, no larger one does (LINK_DROP)',
    ]);
    // TCP heeds what the other end takes.
    const narrow = { ...wide, underlay: plan.underlay, pods: [...large(pods.slice(0, 3)), ...pods.slice(3)] };
    expect(details(narrow, '80')).toEqual([]);
    expect(details(narrow, '80/UDP')).toHaveLength(1);
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
