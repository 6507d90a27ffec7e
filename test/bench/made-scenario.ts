/** Scenarios that are made of lists too long to write: pods with limits on two nodes and a wire of 10G between them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './run-command.ts';

export interface MadePod {
  readonly name: string;
  readonly node: 'node-a' | 'node-b';
  /** Kubernetes quantities. */
  readonly egress?: string;
  readonly ingress?: string;
}

/** @param timeline lines of YAML, of the steps after the first `wait` @returns the folder */
export function madeScenario(name: string, pods: readonly MadePod[], timeline: readonly string[]): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pods.yaml'), pods.map(podText).join('---\n') + NETWORK);
  writeFileSync(
    join(folder, 'scenario.yaml'),
    `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: ${name} }
spec:
  manifests: [ pods.yaml ]
  nodes:
  - { name: node-a, interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ] } ] }
  - { name: node-b, interfaces: [ { name: ens192, addresses: [ 172.51.0.220/16 ] } ] }
  underlay: { rate: 10G, delay: 100us }
  timeline:
  - wait: { timeout: 30s }
${timeline.map((line) => `  ${line}\n`).join('')}`,
  );
  return folder;
}

function podText({ name, node, egress, ingress }: MadePod): string {
  const limits = [
    ...(egress === undefined ? [] : [`    kubernetes.io/egress-bandwidth: ${egress}\n`]),
    ...(ingress === undefined ? [] : [`    kubernetes.io/ingress-bandwidth: ${ingress}\n`]),
  ];
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  annotations:
    v1.multus-cni.io/default-network: kube-system/ipvlan-conf
${limits.join('')}spec:
  nodeName: ${node}
  containers: [ { name: main, image: nginx } ]
`;
}

const NETWORK = `---
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderMultusConfig
metadata:
  name: ipvlan-conf
  namespace: kube-system
  annotations: { cni.spidernet.io/cniconfig-name: spidernet-chainer }
spec:
  cniType: ipvlan
  ipvlan: { master: [ ens192 ], ippools: { ipv4: [ ens192-v4 ] } }
  chainCNIJsonData: [ '{ "type": "cilium-cni" }' ]
---
apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderIPPool
metadata: { name: ens192-v4 }
spec: { subnet: 172.51.0.0/16, gateway: 172.51.0.1, ips: [ 172.51.1.1-172.51.1.200 ] }
`;
