/**
 * NetworkPolicy as it is meant: defaults applied, every value checked, positions kept.
 *
 * The plan makes these from `networking.k8s.io/v1` manifests; the compiler (`compile.ts`), the oracle
 * (`oracle.ts`) and the reports read them. Plain JSON: it travels to the agent inside the plan, and the schemas are what
 * is demanded of it there and of a trace.
 * Source: the NetworkPolicy v1 API, https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
import * as z from 'zod';
import { type Checked, count, text } from '../../sim/diagnostics/checked.ts';

/** Where a policy or rule was written, for `explain` and for drop reasons. */
export const positionSchema = z.object({ file: text, line: z.int() });
export type Position = Checked<typeof positionSchema>;

export const directions = ['ingress', 'egress'] as const;
export type Direction = (typeof directions)[number];

export const protocols = ['TCP', 'UDP', 'SCTP'] as const;
export type Protocol = (typeof protocols)[number];

/** A label selector; no `matchLabels` and no `matchExpressions` selects everything. */
const labelSelectorSchema = z.object({
  matchLabels: z.record(text, text),
  matchExpressions: z.array(
    z.object({ key: text, operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values: z.array(text) }),
  ),
});
export type LabelSelector = Checked<typeof labelSelectorSchema>;

const peerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pods'),
    /** null: missing, so every pod of the chosen namespaces. */
    podSelector: labelSelectorSchema.nullable(),
    /** null: missing, so the policy's own namespace. */
    namespaceSelector: labelSelectorSchema.nullable(),
  }),
  z.object({ kind: z.literal('ipBlock'), cidr: text, except: z.array(text) }),
]);
export type Peer = Checked<typeof peerSchema>;

const policyPortSchema = z.object({
  protocol: z.enum(protocols),
  /** null: every port of the protocol. A string is a container port's name, resolved at the destination pod. */
  port: z.union([z.number(), z.string()]).nullable(),
  /** Inclusive end of a range, only with a numeric port. */
  endPort: z.number().nullable(),
});
export type PolicyPort = Checked<typeof policyPortSchema>;

const policyRuleSchema = z.object({
  /** Index in `spec.ingress` or `spec.egress`. */
  index: count,
  position: positionSchema.nullable(),
  /** Empty: every peer. */
  peers: z.array(peerSchema),
  /** Empty: every protocol and port. */
  ports: z.array(policyPortSchema),
});
export type PolicyRule = Checked<typeof policyRuleSchema>;

export const networkPolicySchema = z.object({
  namespace: text,
  name: text,
  position: positionSchema.nullable(),
  podSelector: labelSelectorSchema,
  /** Defaulted: Ingress always when absent, Egress when there are egress rules. */
  policyTypes: z.array(z.enum(directions)),
  ingress: z.array(policyRuleSchema),
  egress: z.array(policyRuleSchema),
});
export type NetworkPolicy = Checked<typeof networkPolicySchema>;

/** A rule as counters and reports name it: `default/test-ipvlan ingress[0]`. Rule id 0 means none. */
export const ruleNameSchema = z.object({
  ruleId: count,
  policy: text,
  direction: z.enum(directions),
  index: count,
  position: positionSchema.nullable(),
});
export type RuleName = Checked<typeof ruleNameSchema>;

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
