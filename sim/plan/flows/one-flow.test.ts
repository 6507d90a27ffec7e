import { expect, test } from 'vitest';
import { nodeOf, planOf, podOf } from '../../../test/lab/plans.ts';
import { planOneFlow } from './one-flow.ts';

const plan = planOf({
  nodes: [nodeOf('n1', 230)],
  pods: [podOf(1, 'a', 'n1', { limits: { ingressBps: null, egressBps: 10e6 } }), podOf(2, 'b', 'n1')],
});
const pod = (name: string) => ({ kind: 'pod', namespace: 'default', name }) as const;
const asked = { from: pod('a'), to: pod('b'), protocol: 'TCP', durationNs: 2e9, port: null, rate: null } as const;

test('TCP goes as fast as the limit lets it', () => {
  expect(planOneFlow(plan, asked).flow).toMatchObject({
    configuredBps: 10e6,
    configuredBy: 'egress',
    offeredBps: null,
    durationNs: 2e9,
  });
});

test('UDP is offered a tenth above the limit, 10M without one, and what is asked for', () => {
  const offered = (change: object) => planOneFlow(plan, { ...asked, protocol: 'UDP', ...change }).flow?.offeredBps;
  expect(offered({})).toBe(11e6);
  expect(offered({ from: pod('b'), to: { kind: 'node', name: 'n2' } })).toBeUndefined();
  expect(offered({ from: { kind: 'host', name: 'outside' }, to: pod('b'), rate: '3M' })).toBe(3e6);
});

test('a rate that is none, and a host with itself, are refused with a word', () => {
  expect(planOneFlow(plan, { ...asked, rate: '10 apples' }).diagnostics).toMatchObject([{ code: 'E410' }]);
  const host = { kind: 'host', name: 'outside' } as const;
  expect(planOneFlow(plan, { ...asked, from: host, to: host }).diagnostics).toMatchObject([{ code: 'E417' }]);
});

test('a pod to itself meets no limit', () => {
  const own = { ...asked, to: pod('a') };
  expect(planOneFlow(plan, own).flow).toMatchObject({ configuredBps: null, limits: [] });
  expect(planOneFlow(plan, { ...own, protocol: 'UDP' }).flow?.offeredBps).toBe(10e6);
});

test('what policies deny is foretold to carry nothing, as in a run; what they allow, its goodput', () => {
  const rule = { index: 0, position: { file: 'b.yaml', line: 8 }, peers: [] };
  const web = {
    namespace: 'default',
    name: 'web',
    position: { file: 'b.yaml', line: 1 },
    policyTypes: ['ingress' as const],
    podSelector: { matchLabels: {}, matchExpressions: [] },
    egress: [],
    ingress: [{ ...rule, ports: [{ protocol: 'TCP' as const, port: 80, endPort: null }] }],
  };
  const held = { ...plan, policies: [web] };
  const foretold = (port: number | null) => planOneFlow(held, { ...asked, port }).flow?.predictedGoodputBps;
  expect(foretold(null)).toBe(0);
  expect(foretold(443)).toBe(0);
  expect(foretold(80)).toBe(planOneFlow(plan, asked).flow?.predictedGoodputBps);
  expect(foretold(80)).toBeGreaterThan(9e6);
});
