/**
 * NetworkPolicy manifests to what they mean: the API's defaults, and warnings of rules that have no effect.
 *
 * Defaults: `policyTypes` is Ingress, and Egress where there are egress rules; a port's protocol is TCP; a missing or
 * empty `from`, `to` or `ports` is everything.
 */
import {
  type Direction,
  type NetworkPolicy,
  type Peer,
  type PolicyRule,
  type Position,
  directions,
} from '../../../dataplane/policy/network-policy.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import type { NetworkPolicyManifest, Path, PeerSpec, PolicyPortSpec } from '../../manifest/manifests.ts';
import { objectKey } from '../cluster/cluster.ts';
import { labelSelector } from '../pods/label-selector.ts';

export function networkPolicy(manifest: NetworkPolicyManifest, diagnostics: Collector): NetworkPolicy {
  const policy = policyMeant(manifest, (path) => positionOf(manifest.spanOf(path)));
  warnOfIdleRules(manifest, policy.policyTypes, diagnostics);
  return policy;
}

/** What a policy means, in whatever file it is written. */
export function policyMeant(
  { namespace, name, spec }: Pick<NetworkPolicyManifest, 'namespace' | 'name' | 'spec'>,
  positionAt: (path: Path) => Position | null,
): NetworkPolicy {
  const rules = (of: Direction, written: readonly WrittenRule[] = []) =>
    written.map(({ from, to, ports = [] }, index): PolicyRule => ({
      index,
      position: positionAt(['spec', of, index]),
      peers: (from ?? to ?? []).map(peerOf),
      ports: ports.map(({ protocol = 'TCP', port = null, endPort = null }) => ({ protocol, port, endPort })),
    }));
  return {
    namespace,
    name,
    position: positionAt([]),
    podSelector: labelSelector(spec.podSelector),
    policyTypes: policyTypesOf(spec),
    ingress: rules('ingress', spec.ingress),
    egress: rules('egress', spec.egress),
  };
}

interface WrittenRule {
  readonly from?: readonly PeerSpec[];
  readonly to?: readonly PeerSpec[];
  readonly ports?: readonly PolicyPortSpec[];
}

/**
 * Warns of a policy that lets everything in and nothing out. Written to restrict what pods send, it isolates them for
 * ingress too, and opens that again with a rule that is not needed; written to allow, it cuts all they send.
 */
export function warnOfContradiction(manifest: NetworkPolicyManifest, diagnostics: Collector): void {
  const { ingress = [], egress = [], policyTypes = [] } = manifest.spec;
  const open = ingress.findIndex(({ from = [], ports = [] }) => from.length + ports.length === 0);
  if (open === -1 || !policyTypes.includes('Egress') || egress.length > 0) return;
  if (!policyTypes.includes('Ingress')) return; // Said already: the rule has no effect.
  diagnostics.add(
    'W411',
    manifest.spanOf(['spec', 'ingress', open]),
    `${objectKey(manifest)} lets everything in and nothing out: this rule allows all ingress, and policyTypes names Egress, of which there is no rule`,
    {
      help: 'to deny only what the pods send, write `policyTypes: [Egress]` and no `ingress`; to allow it, add `egress: [{}]`',
      related: [
        {
          span: manifest.spanOf(['spec', 'policyTypes', policyTypes.indexOf('Egress')]),
          message: 'without a rule this denies all egress',
        },
      ],
    },
  );
}

export function positionOf(span: Span): Position {
  return { file: span.file, line: span.line };
}

function policyTypesOf({ policyTypes = [], egress = [] }: NetworkPolicyManifest['spec']): Direction[] {
  if (policyTypes.length > 0) {
    return (['Ingress', 'Egress'] as const).filter((type) => policyTypes.includes(type)).map((type) => direction[type]);
  }
  return egress.length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

const direction = { Ingress: 'ingress', Egress: 'egress' } as const;
const typeOf = { ingress: 'Ingress', egress: 'Egress' } as const;

function peerOf({ podSelector, namespaceSelector, ipBlock }: PeerSpec): Peer {
  if (ipBlock !== undefined) return { kind: 'ipBlock', cidr: ipBlock.cidr, except: ipBlock.except ?? [] };
  return {
    kind: 'pods',
    podSelector: podSelector === undefined ? null : labelSelector(podSelector),
    namespaceSelector: namespaceSelector === undefined ? null : labelSelector(namespaceSelector),
  };
}

/** `ingress: [{}]` in a policy of type Egress: whoever wrote it means something else than it does. */
function warnOfIdleRules(manifest: NetworkPolicyManifest, types: readonly Direction[], diagnostics: Collector): void {
  for (const idle of directions) {
    if (types.includes(idle) || (manifest.spec[idle] ?? []).length === 0) continue;
    diagnostics.add(
      'W403',
      manifest.keySpanOf(['spec', idle]),
      `the ${idle} rules of ${objectKey(manifest)} have no effect: policyTypes does not name ${typeOf[idle]}`,
      { help: `add ${typeOf[idle]} to policyTypes, or remove the rules` },
    );
  }
}
