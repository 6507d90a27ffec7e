import { describe, expect, it } from 'vitest';
import { found, goodPlan, network, onNetwork, plan, pod, scenario, seedPool } from './testdata/planning.ts';
import { refusalsOf, withEngine } from './with-engine.ts';

const planned = goodPlan(network, seedPool, pod('a', `${onNetwork}, kubernetes.io/ingress-bandwidth: 5M`));

describe('what an engine cannot do of a plan', () => {
  const charged = { ...planned, dataplane: { maps: {}, verifyAddresses: true, charge: 'wire' as const } };
  const far = {
    ...planned,
    underlay: { ...planned.underlay, links: [{ of: `node:${planned.nodes[0]!.name}`, up: { delayNs: 1e6 } }] },
  } as typeof planned;

  it.each(['htb', 'cake', 'policer', 'cni-bandwidth', 'master-only'] as const)(
    '%s charges no frame as it is told',
    (engine) => {
      expect(refusalsOf(engine, charged)).toMatchObject([
        { path: ['spec', 'dataplane', 'charge'], message: expect.stringContaining(`with engine ${engine}`) as string },
      ]);
      expect(refusalsOf(engine, planned)).toEqual([]);
    },
  );

  it.each(['ipvlane', 'l3s', 'edt', 'edt-no-fq', 'fq-on-master'] as const)('%s does', (engine) => {
    expect(refusalsOf(engine, charged)).toEqual([]);
  });

  it('is told whole: the charge, and the queue at a NIC whose link delays', () => {
    const both = { ...far, ...charged, underlay: far.underlay };
    expect(refusalsOf('master-only', both).map(({ path }) => path)).toEqual([
      ['spec', 'dataplane', 'charge'],
      ['spec', 'engine'],
    ]);
  });
});

describe('a burst', () => {
  const bursting = (bursts: object) => ({ ...planned, dataplane: { maps: {}, verifyAddresses: true, bursts } });

  it.each([
    ['htb', { egressBits: 1e6 }, 'egressBurst', 'engine htb has no bucket of that size'],
    ['ipvlane', { ingressBits: 1e6 }, 'ingressBurst', 'engine ipvlane has no bucket of that size'],
    ['cni-bandwidth', { egressBits: 8 * (2 ** 32 - 1) }, 'egressBurst', 'burst cannot be more than 4GB'],
    ['cni-bandwidth', { ingressBits: 1514 * 8 - 1 }, 'ingressBurst', 'a token bucket of 1513 bytes drops every frame'],
  ] as const)('of %s: %o is refused', (engine, bursts, field, words) => {
    expect(refusalsOf(engine, bursting(bursts))).toMatchObject([
      { path: ['spec', 'dataplane', field], message: expect.stringContaining(words) as string },
    ]);
  });

  it('that holds a frame is taken by the engine that has it, and is in the plan', () => {
    expect(refusalsOf('cni-bandwidth', bursting({ ingressBits: 1514 * 8 }))).toEqual([]);
    const said = scenario(
      'nodes: [ { name: n1 } ]\nengine: cni-bandwidth\ndataplane: { egressBurst: 1M, ingressBurst: 800k }',
    );
    const both = `${onNetwork}, kubernetes.io/ingress-bandwidth: 5M, kubernetes.io/egress-bandwidth: 5M`;
    expect(goodPlan(network, seedPool, pod('a', both), said)).toMatchObject({
      dataplane: { bursts: { egressBits: 1_000_000, ingressBits: 800_000 } },
    });
    const wrong = scenario('nodes: [ { name: n1 } ]\ndataplane: { egressBurst: 1M }');
    expect(found(plan(network, seedPool, pod('a', onNetwork), wrong))).toEqual([
      expect.stringMatching(/^E422 \d+:\d+ `egressBurst`: engine ipvlane has no bucket/),
    ]);
  });
});

describe('a burst of a way that no pod has a limit of', () => {
  const egress = { ...planned, dataplane: { maps: {}, verifyAddresses: true, bursts: { egressBits: 1e6 } } };

  it('is refused', () => {
    expect(refusalsOf('cni-bandwidth', egress)).toEqual([
      {
        path: ['spec', 'dataplane', 'egressBurst'],
        message: '`egressBurst`: no pod has an egress limit at any time, so there is no bucket',
        help: 'annotate a pod with kubernetes.io/egress-bandwidth, or remove `egressBurst`',
      },
    ]);
  });

  it('is taken where a step gives one', () => {
    const name = { namespace: 'default', name: 'a' };
    const change = { limitPods: [{ ...name, limits: { egressBps: 1e7, ingressBps: null } }] };
    const step = { kind: 'annotate', index: 0, name: 'annotate', position: null, change } as const;
    expect(refusalsOf('cni-bandwidth', { ...egress, timeline: [step] })).toEqual([]);
  });
});

describe('a plan under another engine', () => {
  it('is the same but for the engine', () => {
    expect(withEngine(planned, 'htb')).toEqual({ ...planned, engine: 'htb' });
  });

  it('has slaves of mode L3S when that is the engine', () => {
    const { engine, pods } = withEngine(planned, 'l3s');
    expect([engine, ...pods.flatMap(({ interfaces }) => interfaces.map(({ mode }) => mode))]).toEqual(['l3s', 'l3s']);
  });
});
