/** Files of a scenario whose pods stand where they are told, on the network of the shipped bandwidth scenarios. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, type Desk } from '../cli/ipvlane.ts';

/**
 * Writes `network.yaml`, `pods.yaml` and `s.yaml`.
 * @param nodes the node of each pod, by the pod's name
 */
export function writeScenario(desk: Desk, scenario: string, nodes: Readonly<Record<string, string>>): void {
  desk.write('network.yaml', readFileSync(join(REPOSITORY, 'scenarios/bandwidth/ipvlan.yaml')));
  desk.write('pods.yaml', Object.entries(nodes).map(podOn).join(''));
  desk.write('s.yaml', scenario);
}

function podOn([name, node]: readonly [name: string, node: string]): string {
  return `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, annotations: { v1.multus-cni.io/default-network: kube-system/ipvlan-conf } }
spec: { nodeName: ${node}, containers: [ { name: main, image: nginx } ] }
`;
}
