/** For tests that need a policy and no cluster. */
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import { Collector } from '../../sim/diagnostics/collector.ts';
import { memoryFiles } from '../../sim/manifest/finding/memory-files.ts';
import { readManifests } from '../../sim/manifest/read-manifests.ts';
import { networkPolicy } from '../../sim/plan/network/network-policy.ts';

/** @param spec as in a manifest; it stands in `policy.json`, a line each key and item */
export function policyOf(name: string, spec: object): NetworkPolicy {
  const object = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec };
  const files = memoryFiles({ 'policy.json': JSON.stringify(object, null, 2) });
  const { manifests, diagnostics } = readManifests(['policy.json'], files);
  const [manifest] = manifests.networkPolicies;
  if (manifest === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return networkPolicy(manifest, new Collector());
}
