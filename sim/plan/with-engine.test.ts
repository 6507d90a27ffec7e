import { describe, expect, it } from 'vitest';
import { goodPlan, network, onNetwork, pod, seedPool } from './testdata/planning.ts';
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

describe('a plan under another engine', () => {
  it('is the same but for the engine', () => {
    expect(withEngine(planned, 'htb')).toEqual({ ...planned, engine: 'htb' });
  });

  it('has slaves of mode L3S when that is the engine', () => {
    const { engine, pods } = withEngine(planned, 'l3s');
    expect([engine, ...pods.flatMap(({ interfaces }) => interfaces.map(({ mode }) => mode))]).toEqual(['l3s', 'l3s']);
  });
});
