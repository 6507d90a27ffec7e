import { expect, it } from 'vitest';
import { found, network, onNetwork, plan, pod, seedPool } from '../testdata/planning.ts';

function planned(nicMtu: number, flow: string, { theirs = nicMtu, wire = 1500, from = 'a', to = 'b' } = {}) {
  const node = (name: string, address: string, mtu: number): string =>
    `- { name: ${name}, interfaces: [ { name: ens192, mtu: ${mtu}, addresses: [ ${address}/16 ] } ] }`;
  const scenario = `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: frames }
spec:
  manifests: [ all.yaml ]
  nodes:
  ${node('node-a', '172.51.0.230', nicMtu)}
  ${node('node-b', '172.51.0.220', theirs)}
  underlay: { rate: 1G, mtu: ${wire} }
  hosts: [ { name: narrow, mtu: 1400, addresses: [ 172.51.200.1/16 ] } ]
  timeline:
  - traffic: [ { from: ${from}, to: ${to}${flow} } ]`;
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

it('the receiver does not take, and those of a node itself, are warned of too', () => {
  const large = ', protocol: UDP, rate: 8M, datagram: 8000';
  const narrow = planned(9000, large, { theirs: 1500, wire: 9000 });
  expect(narrow.said).toEqual([
    expect.stringMatching(/8028 bytes do not fit the receiver's network interface, whose MTU is 1500/),
  ]);
  expect(narrow.predicted).toBe(0);
  // TCP heeds what the receiver says it takes.
  expect(planned(9000, '', { theirs: 1500, wire: 9000 }).said).toEqual([]);
  const { said, predicted } = planned(9000, '', { from: '"node:node-a"' });
  expect(said).toEqual([
    expect.stringMatching(/node:node-a -> default\/b: its packets of 9000 bytes do not fit the wire/),
  ]);
  expect(predicted).toBe(0);
});

it('a host does not take are warned of, and TCP makes segments that fit it', () => {
  const to = '"host:narrow"';
  const { said, predicted } = planned(1500, ', protocol: UDP, rate: 8M, datagram: 1400', { to });
  expect(said).toEqual([
    expect.stringMatching(/1428 bytes do not fit the receiver's network interface, whose MTU is 1400/),
  ]);
  expect(predicted).toBe(0);
  const tcp = planned(1500, '', { to });
  expect(tcp.said).toEqual([]);
  expect(tcp.predicted).toBe(Math.round((1e9 * 1348) / 1414));
});
