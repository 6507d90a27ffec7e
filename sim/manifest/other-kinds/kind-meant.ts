/** Kinds that no cluster has, as they are misspelt: nothing of such an object would be applied. */
import { nearest } from '../../diagnostics/nearest.ts';
import { kinds } from '../objects/kinds.ts';
import { clusterKinds, groupOf } from './cluster-kinds.ts';
import { policiesOf } from './part-in-the-network.ts';

/** What was meant, as far as that can be told. */
export interface Meant {
  readonly kind: string | null;
  readonly apiVersion: string | null;
}

/** The groups of which we know every kind, besides the cluster's own: another kind of them is none. */
const CUSTOM: ReadonlyMap<string, readonly string[]> = new Map([
  [groupOf(kinds.Scenario.apiVersion), ['Scenario']],
  [
    'spiderpool.spidernet.io',
    // charts/spiderpool/crds of 1.2.2.
    `SpiderIPPool SpiderMultusConfig SpiderReservedIP SpiderSubnet SpiderCoordinator SpiderEndpoint
      SpiderClaimParameter`.split(/\s+/),
  ],
  ['policy.networking.k8s.io', ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy']],
]);

/**
 * Of a group that projects share, the kinds that are known: of others only those are doubted that are near to one of them.
 * IPAMClaim is of k8snetworkplumbingwg/ipamclaims, MultiNetworkPolicy of multi-networkpolicy.
 */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map([
  ['k8s.cni.cncf.io', ['NetworkAttachmentDefinition', 'MultiNetworkPolicy', 'IPAMClaim']],
]);

/** Kinds of other networks that are named much as a policy of their group, and are none. */
const NAMED_ALIKE: ReadonlySet<string> = new Set(
  `CiliumLocalRedirectPolicy CiliumEgressGatewayPolicy CiliumEgressNATPolicy CiliumBGPPeeringPolicy
    CiliumL2AnnouncementPolicy CiliumClusterwideEnvoyConfig
    StagedNetworkPolicy StagedGlobalNetworkPolicy StagedKubernetesNetworkPolicy
    Vip Vlan VpcDns VpcEgressGateway VpcNatGateway SubnetSet SubnetPort
    IngressNodeFirewallConfig IngressNodeFirewallNodeState ApprovedClientIntents
    NvAdmissionControlSecurityRule NvDlpSecurityRule NvWafSecurityRule`.split(/\s+/),
);

/**
 * What was meant by a kind that is not modelled; null where the pair may well be one.
 *
 * A kind of one of the cluster's own groups, of ours, or of a custom one that we know as a whole, must be one that the group
 * has; of a group that several projects share those are doubted that are near to a known one. Of a group of another network those are doubted that are near to a policy of it. Of other groups only those are doubted
 * that differ from a known one in case, a plural or white space, whose group is a misspelt one of ours, or whose name is
 * nobody's but ours.
 */
export function kindMeant(kind: string, apiVersion: string): Meant | null {
  const group = groupOf(apiVersion);
  const own = clusterKinds.get(group);
  if (own?.has(kind) === true) return null;
  const everywhere = [...clusterKinds.values()].flatMap((names) => [...names]);
  if (own !== undefined) {
    if (everywhere.includes(kind)) return { kind: null, apiVersion: versionOf(kind) };
    const candidates = [...own, ...Object.keys(kinds)];
    return { kind: nearestOf(kind, candidates), apiVersion: null };
  }
  const shared = SHARED.get(group);
  const known = shared ?? CUSTOM.get(group);
  if (known !== undefined) {
    if (known.includes(kind)) return null;
    const sounding = known.find((one) => plain(one) === plain(kind));
    if (sounding !== undefined) return { kind: sounding, apiVersion: null };
    // A kind of another home is told that home.
    const apiVersion = versionOf(kind);
    if (apiVersion !== null) return { kind: null, apiVersion };
    const near = nearest(kind, known);
    return near === null && shared !== undefined ? null : { kind: near, apiVersion: null };
  }
  const policies = policiesOf(group);
  if (policies.length > 0) {
    if (policies.includes(kind) || NAMED_ALIKE.has(kind)) return null;
    const policy = nearestOf(kind, policies);
    return policy === null ? null : { kind: policy, apiVersion: null };
  }
  return meantElsewhere(kind, apiVersion);
}

/** In a group that nobody knows: a kind that can only be ours, or any of ours where the group is a misspelt one of it. */
function meantElsewhere(kind: string, apiVersion: string): Meant | null {
  const group = groupOf(apiVersion);
  // A group near ours is nobody else's; one near a cluster's may well be (networking.gke.io).
  const ours = nearest(group, [groupOf(kinds.Scenario.apiVersion)]) === null ? [] : ['Scenario'];
  const meant =
    nearestOf(kind, [...ONLY_OURS, ...ours]) ?? Object.keys(kinds).find((one) => plain(one) === plain(kind));
  const version = meant == null ? null : versionOf(meant);
  if (meant == null || version === null) return null;
  const near = nearest(group, [groupOf(version)]) !== null || nearest(apiVersion, [version]) !== null;
  if (!near && !ONLY_OURS.includes(kind)) return null;
  return { kind: meant === kind ? null : meant, apiVersion: version };
}

/** What sounds the same, or else is near in its letters. */
function nearestOf(kind: string, candidates: readonly string[]): string | null {
  return candidates.find((one) => plain(one) === plain(kind)) ?? nearest(kind, candidates);
}

function versionOf(kind: string): string | null {
  return Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds].apiVersion : null;
}

/** Kinds whose name nobody else gives: of another group they are none. */
const ONLY_OURS: readonly string[] = Object.keys(kinds).filter(
  (kind) => kind.startsWith('Spider') || kind === 'NetworkAttachmentDefinition',
);

/** A kind as it sounds: without case, white space and marks, in the singular. */
function plain(kind: string): string {
  return kind
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/ies$/, 'y')
    .replace(/s$/, '');
}
