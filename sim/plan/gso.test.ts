import { describe, expect, it } from 'vitest';
import { goodPlan, network, onNetwork, pod, seedPool } from './testdata/planning.ts';

const scenario = (gso: string): string => `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: s }
spec: { nodes: [ { name: a, interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ]${gso} } ] } ] }`;
const gsoOf = (written: string): unknown => {
  const { nodes, pods } = goodPlan(network, seedPool, pod('a', onNetwork), scenario(written));
  return [nodes[0]?.masters[0], pods[0]?.interfaces[0]].map((one) => (one as { gso?: false } | undefined)?.gso);
};

describe('super-packets', () => {
  it('are made where nothing is said', () => {
    expect(gsoOf('')).toEqual([undefined, undefined]);
  });

  it('are made neither by a NIC with `gso: false` nor by its slaves', () => {
    expect(gsoOf(', gso: false')).toEqual([false, false]);
  });
});
