import { expect, test } from 'vitest';
import { goodPlan, network, pool } from '../testdata/planning.ts';

const further = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: b }
spec:
  config: '{ "cniVersion": "0.3.1", "type": "ipvlan", "master": "eth1", "ipam": { "type": "static", "addresses": [ { "address": "10.2.0.5/24" } ] } }'`;
const pod = (name: string, annotations: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, annotations: { ${annotations} } }
spec: { containers: [ { name: c, image: i } ] }`;
const onBoth = pod('a', 'k8s.v1.cni.cncf.io/networks: b');

function nicsOf(...documents: readonly string[]) {
  const { nodes, pods } = goodPlan(...documents);
  const slaves = pods.flatMap(({ name, interfaces }) => interfaces.map((one) => `${name} ${one.name}: ${one.master}`));
  return { nics: nodes[0]?.masters.map(({ name }) => name), slaves };
}

test('a default interface of a network without a master is on eth0, not on the NIC that only net1 names', () => {
  expect(nicsOf(further, onBoth)).toEqual({ nics: ['eth0', 'eth1'], slaves: ['a eth0: eth0', 'a net1: eth1'] });
});

test('it is on the NIC that the network of other pods names for theirs', () => {
  const annotation = 'v1.multus-cni.io/default-network: kube-system/ipvlan-conf';
  const addresses = pool('ens192-v4', 'subnet: 172.51.0.0/16, ips: [ 172.51.0.1-172.51.0.9 ], default: true');
  expect(nicsOf(network, addresses, pod('named', annotation), pod('plain', ''))).toEqual({
    nics: ['ens192'],
    slaves: ['named eth0: ens192', 'plain eth0: ens192'],
  });
});
