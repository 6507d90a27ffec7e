/**
 * NetworkPolicy manifests to what they mean: the API's defaults, and warnings of rules that have no effect.
 *
 * Defaults: `policyTypes` is Ingress, and Egress where there are egress rules; a port's protocol is TCP; a missing or
 * empty `from`, `to` or `ports` is everything.
 */
import type { Direction, NetworkPolicy, Peer, PolicyRule, Position } from '../../dataplane/policy/network-policy.ts';
import type { Collector } from '../diagnostics/collector.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import type { NetworkPolicyManifest, PeerSpec, PolicyPortSpec } from '../manifest/manifests.ts';
import { labelSelector } from './label-selector.ts';

export function networkPolicy(manifest: NetworkPolicyManifest, diagnostics: Collector): NetworkPolicy {
  const { spec } = manifest;
  const policyTypes = policyTypesOf(manifest);
  warnOfIdleRules(manifest, policyTypes, diagnostics);
  return {
    namespace: manifest.namespace,
    name: manifest.name,
    position: positionOf(manifest.spanOf([])),
    podSelector: labelSelector(spec.podSelector),
    policyTypes,
    ingress: (spec.ingress ?? []).map((rule, index) => ruleOf(manifest, 'ingress', index, rule.from, rule.ports)),
    egress: (spec.egress ?? []).map((rule, index) => ruleOf(manifest, 'egress', index, rule.to, rule.ports)),
  };
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
    `${manifest.namespace}/${manifest.name} lets everything in and nothing out: this rule allows all ingress, and policyTypes names Egress, of which there is no rule`,
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

function policyTypesOf({ spec }: NetworkPolicyManifest): Direction[] {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) {
    return (['Ingress', 'Egress'] as const)
      .filter((type) => spec.policyTypes?.includes(type))
      .map((type) => direction[type]);
  }
  return (spec.egress ?? []).length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

const direction = { Ingress: 'ingress', Egress: 'egress' } as const;
const typeOf = { ingress: 'Ingress', egress: 'Egress' } as const;

function ruleOf(
  manifest: NetworkPolicyManifest,
  of: Direction,
  index: number,
  peers: readonly PeerSpec[] = [],
  ports: readonly PolicyPortSpec[] = [],
): PolicyRule {
  return {
    index,
    position: positionOf(manifest.spanOf(['spec', of, index])),
    peers: peers.map(peerOf),
    ports: ports.map(({ protocol = 'TCP', port = null, endPort = null }) => ({ protocol, port, endPort })),
  };
}

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
  for (const idle of ['ingress', 'egress'] as const) {
    if (types.includes(idle) || (manifest.spec[idle] ?? []).length === 0) continue;
    diagnostics.add(
      'W403',
      manifest.keySpanOf(['spec', idle]),
      `the ${idle} rules of ${manifest.namespace}/${manifest.name} have no effect: policyTypes does not name ${typeOf[idle]}`,
      { help: `add ${typeOf[idle]} to policyTypes, or remove the rules` },
    );
  }
}
