/**
 * NetworkPolicy as it is meant: defaults applied, every value checked, positions kept.
 *
 * The plan makes these from `networking.k8s.io/v1` manifests; the compiler (`compile.ts`), the oracle
 * (`oracle.ts`) and the reports read them. Plain JSON: it travels to the agent inside the plan.
 * Source: the NetworkPolicy v1 API, https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */

/** Where a policy or rule was written, for `explain` and for drop reasons. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

export type Direction = 'ingress' | 'egress';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A label selector; no `matchLabels` and no `matchExpressions` selects everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values: readonly string[];
  }[];
}

export type Peer =
  | {
      readonly kind: 'pods';
      /** null: missing, so every pod of the chosen namespaces. */
      readonly podSelector: LabelSelector | null;
      /** null: missing, so the policy's own namespace. */
      readonly namespaceSelector: LabelSelector | null;
    }
  | { readonly kind: 'ipBlock'; readonly cidr: string; readonly except: readonly string[] };

export interface PolicyPort {
  readonly protocol: Protocol;
  /** null: every port of the protocol. A string is a container port's name, resolved at the destination pod. */
  readonly port: number | string | null;
  /** Inclusive end of a range, only with a numeric port. */
  readonly endPort: number | null;
}

export interface PolicyRule {
  /** Index in `spec.ingress` or `spec.egress`. */
  readonly index: number;
  readonly position: Position | null;
  /** Empty: every peer. */
  readonly peers: readonly Peer[];
  /** Empty: every protocol and port. */
  readonly ports: readonly PolicyPort[];
}

export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly position: Position | null;
  readonly podSelector: LabelSelector;
  /** Defaulted: Ingress always when absent, Egress when there are egress rules. */
  readonly policyTypes: readonly Direction[];
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
}

/** What the policy engine has to know of a pod. */
export interface PolicyPod {
  readonly endpointId: number;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** IPv4 and IPv6 addresses, textual, without prefix length. */
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly name: string | null; readonly protocol: Protocol; readonly port: number }[];
  /** False where the CNI chain has no `spidernet-chainer`/`cilium-cni`: the pod is not policed. */
  readonly policed: boolean;
}

/** Everything a verdict depends on. */
export interface PolicyWorld {
  /** `kubernetes.io/metadata.name` is already among the labels. */
  readonly namespaces: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly pods: readonly PolicyPod[];
  readonly policies: readonly NetworkPolicy[];
}
