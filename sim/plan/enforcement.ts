/**
 * Where limits and policies that were asked for will not hold: a chain without cilium-chaining enforces nothing, and
 * ipvlan in mode l3s delivers packets from outside past the slave's tc ingress.
 */
import { bandwidthAnnotations } from '../../dataplane/bandwidth/rate.ts';
import { selects } from '../../dataplane/policy/selector.ts';
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { Attachment } from './attachments.ts';
import { podKey, type DeclaredPod } from './declared-pod.ts';
import { warnNotEnforced, type Network } from './network.ts';

/** `policies`: all that are ever in force. One diagnostic a network. */
export function warnUnenforced(
  attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>,
  policies: readonly NetworkPolicy[],
  diagnostics: Collector,
): void {
  const byNamespace = new Map<string, NetworkPolicy[]>();
  for (const policy of policies) {
    const present = byNamespace.get(policy.namespace);
    if (present === undefined) byNamespace.set(policy.namespace, [policy]);
    else present.push(policy);
  }
  const reported = new Set<Network>();
  for (const [pod, [first]] of attachments) {
    if (first === undefined || reported.has(first.network)) continue;
    const { network, chain } = first;
    if (!chain.enforced) {
      const limited = Object.values(bandwidthAnnotations).some(
        (annotation) => pod.annotations[annotation] !== undefined,
      );
      if (!limited && !isSelected(pod, byNamespace.get(pod.namespace) ?? [], () => true)) continue;
      reported.add(network);
      warnNotEnforced(network, diagnostics);
    } else if (chain.mode === 'l3s') {
      const limited = pod.annotations[bandwidthAnnotations.ingress] !== undefined;
      const policed = isSelected(pod, byNamespace.get(pod.namespace) ?? [], ({ policyTypes }) =>
        policyTypes.includes('ingress'),
      );
      if (!limited && !policed) continue;
      reported.add(network);
      diagnostics.add(
        'E414',
        network.source?.spanOf(network.path),
        `in mode l3s an ingress ${limited ? 'limit' : 'policy'} of ${podKey(pod)} cannot hold: packets from outside pass by the slave's tc ingress`,
        { help: 'use mode l2 or l3' },
      );
    }
  }
}

function isSelected(
  pod: DeclaredPod,
  policies: readonly NetworkPolicy[],
  matters: (policy: NetworkPolicy) => boolean,
): boolean {
  return policies.some((policy) => matters(policy) && selects(policy.podSelector, pod.labels));
}
