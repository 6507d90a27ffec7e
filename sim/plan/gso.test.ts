import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../manifest/finding/memory-files.ts';
import { readManifests } from '../manifest/read-manifests.ts';
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

describe('the largest super-packet', () => {
  it('is of the NIC or of the pods on it, each as it is said: a slave inherits nothing', () => {
    const sizes = (written: string) => {
      const { nodes, pods } = goodPlan(network, seedPool, pod('a', onNetwork), scenario(written));
      return [nodes[0]?.masters[0], pods[0]?.interfaces[0]];
    };
    const [nic, slave] = sizes(', gsoMaxSize: 16384');
    expect(nic).toMatchObject({ gsoMaxSize: 16384 });
    expect(slave).not.toHaveProperty('gsoMaxSize');
    expect(sizes(', podGsoMaxSize: 65536')).toMatchObject([{ podGsoMaxSize: 65536 }, { gsoMaxSize: 65536 }]);
  });

  it.each([
    ['gsoMaxSize: 185000', /^E222 super-packets of 185000 bytes are BIG TCP/],
    ['gsoMaxSize: 2047', /^E205 /],
    ['gso: false, podGsoMaxSize: 8192', /^E223 .*no super-packets are made/],
    ['gro: true', /^E222 nothing here merges frames again: .* a veth/],
    ['gro: on', /^E222 nothing here merges/],
    ['groMaxSize: 65536', /^E222 .*nothing here merges frames again/],
  ])('%s is refused', (written, words) => {
    const { diagnostics } = readManifests(['s.yaml'], memoryFiles({ 's.yaml': scenario(`, ${written}`) }));
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([expect.stringMatching(words)]);
  });
});

it('GRO may be said to be off, as it is', () => {
  expect(gsoOf(', gro: false')).toEqual([undefined, undefined]);
});

describe('super-packets', () => {
  it('are made where nothing is said', () => {
    expect(gsoOf('')).toEqual([undefined, undefined]);
  });

  it('are made neither by a NIC with `gso: false` nor by its slaves', () => {
    expect(gsoOf(', gso: false')).toEqual([false, false]);
  });
});
