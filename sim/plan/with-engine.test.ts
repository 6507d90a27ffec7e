import { describe, expect, it } from 'vitest';
import { goodPlan, network, onNetwork, pod, seedPool } from './testdata/planning.ts';
import { withEngine } from './with-engine.ts';

const planned = goodPlan(network, seedPool, pod('a', `${onNetwork}, kubernetes.io/ingress-bandwidth: 5M`));

describe('a plan under another engine', () => {
  it('is the same but for the engine', () => {
    expect(withEngine(planned, 'htb')).toEqual({ ...planned, engine: 'htb' });
  });

  it('has slaves of mode L3S when that is the engine', () => {
    const { engine, pods } = withEngine(planned, 'l3s');
    expect([engine, ...pods.flatMap(({ interfaces }) => interfaces.map(({ mode }) => mode))]).toEqual(['l3s', 'l3s']);
  });
});
