/**
 * Where limits and policies that were asked for will not hold: a chain without cilium-chaining enforces nothing, and
 * ipvlan in mode l3s delivers packets from outside past the slave's tc ingress.
 */
import { bandwidthAnnotations } from '../../../dataplane/bandwidth/rate.ts';
import { selects } from '../../../dataplane/policy/selector.ts';
import type { NetworkPolicy } from '../../../dataplane/policy/network-policy.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import type { Attachment } from './attachments.ts';
import { objectKey } from '../cluster/cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import { warnNotEnforced, type Network } from './network.ts';

/** `policies`: all that are ever in force. One diagnostic a network. */
export function warnUnenforced(
  attachments: ReadonlyMap<DeclaredPod, readonly Attachment[]>,
  policies: readonly NetworkPolicy[],
  diagnostics: Collector,
): void {
  const all = new SelectorIndex(policies);
  const ingress = new SelectorIndex(policies.filter(({ policyTypes }) => policyTypes.includes('ingress')));
  const reported = new Set<Network>();
  for (const [pod, [first]] of attachments) {
    if (first === undefined || reported.has(first.network)) continue;
    const { network, chain } = first;
    if (!chain.enforced) {
      const limited = Object.values(bandwidthAnnotations).some(
        (annotation) => pod.annotations[annotation] !== undefined,
      );
      if (!limited && !all.selects(pod)) continue;
      reported.add(network);
      warnNotEnforced(network, diagnostics);
    } else if (chain.mode === 'l3s') {
      const limited = pod.annotations[bandwidthAnnotations.ingress] !== undefined;
      const policed = ingress.selects(pod);
      if (!limited && !policed) continue;
      reported.add(network);
      refuseIngress(limited ? 'limit' : 'policy', objectKey(pod), network.source?.spanOf(network.path), diagnostics);
    }
  }
}

/** Of a pod whose slave is in mode l3s. */
export function refuseIngress(
  what: 'limit' | 'policy',
  pod: string,
  span: Span | undefined,
  diagnostics: Collector,
): void {
  const why = "packets from outside pass by the slave's tc ingress";
  diagnostics.add('E414', span, `in mode l3s an ingress ${what} of ${pod} cannot hold: ${why}`, {
    help: 'use mode l2 or l3',
  });
}

/**
 * Answers whether any policy selects a pod, without trying every policy on every pod: a policy with `matchLabels` is
 * tried only on pods that have its first label.
 */
class SelectorIndex {
  readonly #byLabel = new Map<string, NetworkPolicy[]>();

  constructor(policies: readonly NetworkPolicy[]) {
    for (const policy of policies) {
      const [label] = Object.entries(policy.podSelector.matchLabels);
      const key = label === undefined ? policy.namespace : `${policy.namespace}/${label[0]}=${label[1]}`;
      const present = this.#byLabel.get(key);
      if (present === undefined) this.#byLabel.set(key, [policy]);
      else present.push(policy);
    }
  }

  selects({ namespace, labels }: DeclaredPod): boolean {
    const keys = [namespace, ...Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`)];
    return keys.some((key) => this.#byLabel.get(key)?.some(({ podSelector }) => selects(podSelector, labels)) === true);
  }
}
