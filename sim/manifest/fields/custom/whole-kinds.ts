/** Kinds of which nothing is heeded, and which is told of the object as a whole: a field of theirs needs no decision of its own. */
import type { Code } from '../../../diagnostics/codes.ts';

export interface WholeDecision {
  readonly is: 'refused' | 'warned';
  readonly code: Code;
}

const policy: WholeDecision = { is: 'refused', code: 'E314' };
const lost: WholeDecision = { is: 'warned', code: 'W416' };

export const wholeKinds: ReadonlyMap<string, WholeDecision> = new Map([
  // network-policy-api 0.2.0, policy.networking.k8s.io: v1alpha2, and v1alpha1 before it.
  ['ClusterNetworkPolicy', policy],
  ['AdminNetworkPolicy', policy],
  ['BaselineAdminNetworkPolicy', policy],
  // Spiderpool 1.2.2.
  ['SpiderSubnet', lost],
  ['SpiderEndpoint', lost],
]);
