/** Kinds that no cluster has, as they are misspelt: nothing of such an object would be applied. */
import { nearest } from '../../diagnostics/nearest.ts';
import { kinds } from '../kinds.ts';
import { clusterKinds, groupOf } from './cluster-kinds.ts';

/** What was meant, as far as that can be told. */
export interface Meant {
  readonly kind: string | null;
  readonly apiVersion: string | null;
}

/** Of the groups whose kinds we know besides the cluster's own. */
const CUSTOM: ReadonlyMap<string, readonly string[]> = new Map([
  ['spiderpool.spidernet.io', ['SpiderIPPool', 'SpiderMultusConfig', 'SpiderReservedIP', 'SpiderSubnet']],
  ['k8s.cni.cncf.io', ['NetworkAttachmentDefinition', 'MultiNetworkPolicy']],
  ['policy.networking.k8s.io', ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy']],
  ['cilium.io', ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']],
]);

/**
 * What was meant by a kind that is not modelled; null where the pair may well be one.
 *
 * A kind of one of the cluster's own groups must be one that the group has; of other groups only those are doubted that
 * differ from a known one in case, a plural or white space, or whose group is a misspelt one of ours.
 */
export function kindMeant(kind: string, apiVersion: string): Meant | null {
  const group = groupOf(apiVersion);
  const own = clusterKinds.get(group);
  if (own?.has(kind) === true) return null;
  const everywhere = [...clusterKinds.values()].flatMap((names) => [...names]);
  if (own !== undefined) {
    if (everywhere.includes(kind)) return { kind: null, apiVersion: versionOf(kind) };
    const candidates = [...own, ...Object.keys(kinds)];
    const meant = candidates.find((one) => plain(one) === plain(kind)) ?? nearest(kind, candidates);
    return { kind: meant, apiVersion: null };
  }
  const known = CUSTOM.get(group);
  if (known !== undefined) {
    const meant = known.find((one) => plain(one) === plain(kind) && one !== kind);
    return meant === undefined ? null : { kind: meant, apiVersion: null };
  }
  const meant = Object.keys(kinds).find((one) => plain(one) === plain(kind));
  const version = meant === undefined ? null : nearest(apiVersion, [versionOf(meant) ?? '']);
  if (meant === undefined || version === null) return null;
  return { kind: meant === kind ? null : meant, apiVersion: version };
}

function versionOf(kind: string): string | null {
  return Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds].apiVersion : null;
}

/** A kind as it sounds: without case, white space and marks, in the singular. */
function plain(kind: string): string {
  return kind
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/ies$/, 'y')
    .replace(/s$/, '');
}
