/** What the oracle says of one packet, and how it is said in a line. */
import type { Direction, Position } from './network-policy.ts';

export type Verdict = 'allowed' | 'denied';

/** A rule as reports name it: `default/test-ipvlan ingress[0] (networkpolicy.yaml:9)`. */
export interface RuleReference {
  /** `namespace/name`. */
  readonly policy: string;
  readonly direction: Direction;
  readonly index: number;
  readonly position: Position | null;
}

export interface PolicyReference {
  readonly policy: string;
  readonly position: Position | null;
}

/** One direction's part of a verdict: egress is judged at the sender, ingress at the receiver. */
export type DirectionJudgement =
  | {
      readonly outcome: 'allowed';
      /**
       * `self`: a pod's packet to itself never leaves `lo`. `outside`: the party is no pod. `unpoliced`: its CNI chain
       * has no policy. `unisolated`: no policy of this direction selects it.
       */
      readonly because: 'self' | 'outside' | 'unpoliced' | 'unisolated';
      /** `namespace/name`; null for a party that is no pod. */
      readonly pod: string | null;
    }
  | {
      readonly outcome: 'allowed';
      readonly because: 'rule';
      readonly pod: string;
      /** The first that admits the packet, and then every other: at least one. */
      readonly rules: readonly RuleReference[];
    }
  | {
      readonly outcome: 'denied';
      readonly pod: string;
      readonly isolatedBy: readonly PolicyReference[];
      /** Every rule of those policies, with why it did not match, in words. */
      readonly unmatched: readonly { readonly rule: RuleReference; readonly why: string }[];
    };

export interface Judgement {
  readonly verdict: Verdict;
  /** A pod to itself: Kubernetes leaves it undefined, and the packet never meets the dataplane. */
  readonly self: boolean;
  readonly egress: DirectionJudgement;
  readonly ingress: DirectionJudgement;
}

/**
 * The verdict in one line, for `ProbeRecord.rule` and tables: which rule allowed it, or which policies isolate the pod.
 * Egress speaks first, because the packet meets it first.
 */
export function explainVerdict(judgement: Judgement): string {
  const { egress, ingress } = judgement;
  if (judgement.self) return 'a pod to itself: never leaves lo';
  if (egress.outcome === 'denied') return denial('egress', egress);
  if (ingress.outcome === 'denied') return denial('ingress', ingress);
  const rules = [egress, ingress].flatMap((side) =>
    side.because === 'rule' ? side.rules.slice(0, 1).map(ruleText) : [],
  );
  if (rules.length > 0) return `allowed by ${rules.join(' and ')}`;
  return `allowed: ${freedom('egress', egress)}, ${freedom('ingress', ingress)}`;
}

/** `default/test-ipvlan ingress[0] (networkpolicy.yaml:9)`. */
export function ruleText(rule: RuleReference): string {
  return `${rule.policy} ${rule.direction}[${rule.index}]${positionText(rule.position)}`;
}

function denial(
  direction: Direction,
  { pod, isolatedBy, unmatched }: DirectionJudgement & { outcome: 'denied' },
): string {
  const policies = isolatedBy.map(({ policy, position }) => `${policy}${positionText(position)}`).join(', ');
  const none = unmatched.length === 0 ? `which allows no ${direction}` : `none of whose ${direction} rules allows it`;
  return `${direction} of ${pod} isolated by ${policies}, ${none}`;
}

function freedom(direction: Direction, side: DirectionJudgement & { outcome: 'allowed' }): string {
  switch (side.because) {
    case 'outside':
      return direction === 'egress' ? 'the sender is no pod' : 'the receiver is no pod';
    case 'unpoliced':
      return `${side.pod ?? ''} is not policed`;
    case 'self':
    case 'rule':
    case 'unisolated':
      return `nothing isolates ${direction} of ${side.pod ?? ''}`;
  }
}

function positionText(position: Position | null): string {
  return position === null ? '' : ` (${position.file}:${position.line})`;
}
