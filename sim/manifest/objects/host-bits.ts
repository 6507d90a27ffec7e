/**
 * The API server accepts `10.0.0.5/24` in an ipBlock, and warns since 1.33 that `10.0.0.0/24` is what it means; since 1.36
 * (StrictIPCIDRValidation) it refuses a new one, and keeps those that were there.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import { hasHostBits, readPrefix } from '../../../dataplane/address/text.ts';
import { canonicalCidr } from './cidr.ts';
import type { Manifests, NetworkPolicyManifest, Path, PeerSpec } from '../manifests.ts';

export function warnOfHostBits(
  { networkPolicies, scenario }: Pick<Manifests, 'networkPolicies' | 'scenario'>,
  diagnostics: Collector,
): void {
  const applied = (scenario?.spec.timeline ?? []).flatMap((step) =>
    step.verb === 'apply' ? step.objects.networkPolicies : [],
  );
  for (const policy of [...networkPolicies, ...applied]) {
    for (const { text, path } of cidrsOf(policy)) {
      const cidr = readPrefix(text);
      if (cidr === null || !hasHostBits(cidr)) continue;
      const canonical = canonicalCidr(cidr);
      diagnostics.add(
        'W201',
        policy.spanOf(path),
        `\`${text}\` has host bits: it means ${canonical}, and from Kubernetes 1.36 on a new one is refused`,
        {
          help: `write \`${canonical}\`, or \`${text.slice(0, text.indexOf('/'))}/${cidr.bytes.length * 8}\` for this address alone`,
        },
      );
    }
  }
}

function cidrsOf({ spec }: NetworkPolicyManifest): { text: string; path: Path }[] {
  const rules: { peers: readonly PeerSpec[]; path: Path }[] = [
    ...(spec.ingress ?? []).map(({ from }, i) => ({ peers: from ?? [], path: ['spec', 'ingress', i, 'from'] })),
    ...(spec.egress ?? []).map(({ to }, i) => ({ peers: to ?? [], path: ['spec', 'egress', i, 'to'] })),
  ];
  return rules.flatMap(({ peers, path }) =>
    peers.flatMap(({ ipBlock }, i) => {
      if (ipBlock === undefined) return [];
      const block = [...path, i, 'ipBlock'];
      const except = (ipBlock.except ?? []).map((text, j) => ({ text, path: [...block, 'except', j] }));
      return [{ text: ipBlock.cidr, path: [...block, 'cidr'] }, ...except];
    }),
  );
}
