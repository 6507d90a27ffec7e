/** What Multus wrote of a pod's interfaces against what the manifests come to: where the two differ, one of them is not that cluster's. */
import { formatAddress } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import { addressOfCidr } from '../ipam/address-of-cidr.ts';
import { objectKey } from '../cluster/cluster.ts';
import { annotationSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import type { InterfacePlan, PodPlan } from '../plan.ts';
import type { HadInterface } from './had.ts';

export function compareStatus(
  pods: readonly DeclaredPod[],
  plans: ReadonlyMap<string, PodPlan>,
  diagnostics: Collector,
): void {
  const macs = new Map<string, { mac: string; pod: DeclaredPod }>();
  for (const pod of pods) {
    const annotation = pod.had?.annotation ?? null;
    if (pod.had === null || annotation === null) continue;
    const say = (message: string, help: string) => {
      diagnostics.add('W434', annotationSpan(pod, annotation), `${objectKey(pod)}: ${message}`, { help });
    };
    if (pod.had.problem !== null) say(`its network status cannot be read: ${pod.had.problem}`, 'export the pod again');
    const plan = plans.get(objectKey(pod));
    if (plan === undefined || pod.had.interfaces === null) continue;
    compareInterfaces(pod.had.interfaces, plan.interfaces, say);
    for (const { nic, mac } of pod.had.interfaces) {
      const made = plan.interfaces.find(({ name }) => name === nic);
      if (made === undefined || mac === null) continue;
      // Which NIC was the master of the cluster's own network is not told; that it was one for all of a node, is.
      const place = `${plan.node} ${made.network ?? ''}`;
      const first = macs.get(place);
      if (first === undefined) macs.set(place, { mac: mac.toLowerCase(), pod });
      else if (first.mac !== mac.toLowerCase() && first.pod !== pod) {
        say(
          `its ${made.name} had the MAC address ${mac}, and ${objectKey(first.pod)} in the same network on ${plan.node} had ${first.mac}: slaves of ipvlan share their master's`,
          'look whether the network of that cluster was ipvlan',
        );
      }
    }
  }
}

const DIFFERENT = 'the lab has what the annotations and networks ask for; export all of them from the same cluster';

function compareInterfaces(
  had: readonly HadInterface[],
  made: readonly InterfacePlan[],
  say: (message: string, help: string) => void,
): void {
  const named = had.filter((one) => one.nic !== null);
  for (const { nic, network } of named) {
    if (made.some(({ name }) => name === nic)) continue;
    say(`it had an interface ${String(nic)} of network ${network}, for which nothing asks now`, DIFFERENT);
  }
  for (const [i, { name, network, addresses }] of made.entries()) {
    const then = named.find((one) => one.nic === name);
    if (then === undefined) {
      if (named.length > 0) say(`it had no interface ${name}, for which its annotations ask now`, DIFFERENT);
      continue;
    }
    if (network !== null && then.network.includes('/') && then.network !== network) {
      say(`its ${name} was of network ${then.network}, and is of ${network} now`, DIFFERENT);
    }
    const now = texts(addresses);
    // Of the first interface the pod's own status has the last word.
    if (i === 0 && then.ips.length > 0 && texts(then.ips).join() !== now.join()) {
      say(
        `network status says that ${name} had ${texts(then.ips).join(', ')}, the pod's status ${now.join(', ')}`,
        'export the pod again',
      );
    }
  }
}

/** Addresses written alike, without prefix lengths, in order. */
function texts(addresses: readonly string[]): string[] {
  return addresses
    .map((text) => {
      const address = addressOfCidr(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
      return address === null ? text : formatAddress(address);
    })
    .sort();
}
