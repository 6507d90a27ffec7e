import { expect, it } from 'vitest';
import { found, network, onNetwork, plan, pod, seedPool } from './testdata/planning.ts';

function planned(nicMtu: number, flow: string) {
  const node = (name: string, address: string): string =>
    `- { name: ${name}, interfaces: [ { name: ens192, mtu: ${nicMtu}, addresses: [ ${address}/16 ] } ] }`;
  const scenario = `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: frames }
spec:
  manifests: [ all.yaml ]
  nodes:
  ${node('node-a', '172.51.0.230')}
  ${node('node-b', '172.51.0.220')}
  underlay: { rate: 1G, mtu: 1500 }
  timeline:
  - traffic: [ { from: a, to: b${flow} } ]`;
  const on = (name: string): string => pod(name, onNetwork, `nodeName: node-${name}`);
  const made = plan(scenario, network, seedPool, on('a'), on('b'));
  const [step] = made.plan?.timeline ?? [];
  return {
    said: found(made).filter((line) => line.startsWith('W475')),
    predicted: step?.kind === 'traffic' ? step.flows[0]?.predictedGoodputBps : undefined,
  };
}

it('the wire does not take are warned of, and nothing is predicted to arrive', () => {
  const { said, predicted } = planned(9000, '');
  expect(said).toEqual([
    expect.stringMatching(/default\/a -> default\/b: its packets of 9000 bytes do not fit the wire, whose MTU is 1500/),
  ]);
  expect(predicted).toBe(0);
  expect(planned(9000, ', protocol: UDP, rate: 8M, datagram: 8000').predicted).toBe(0);
});

it('the wire takes are none of its business', () => {
  expect(planned(9000, ', protocol: UDP, rate: 8M, datagram: 1400')).toEqual({ said: [], predicted: 8e6 });
  expect(planned(1500, '').said).toEqual([]);
});
