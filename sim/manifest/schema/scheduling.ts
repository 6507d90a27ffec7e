/**
 * What decides about a pod's node, validated as ValidatePodSpec and ValidateTaintsInNodeAnnotations of
 * kubernetes pkg/apis/core/validation do. `known-fields.test.ts` holds the field lists to the API's own types.
 */
import * as z from 'zod';
import { emptyIsAbsent, problem, rule, type Written, type Refining } from '../check-schema.ts';
import { dnsLabelProblem, labelValueProblem, qualifiedNameProblem } from '../objects/names.ts';
import { labelSelector } from './label-selector.ts';
import { KEY_HELP, VALUE_HELP } from './metadata.ts';

const labelKey = rule(
  'E210',
  (text) => {
    const wrong = qualifiedNameProblem(text);
    return wrong === null ? null : `is not a label key: it ${wrong}`;
  },
  KEY_HELP,
);

const labelValue = rule(
  'E210',
  (text) => {
    const wrong = labelValueProblem(text);
    return wrong === null ? null : `is not a label value: it ${wrong}`;
  },
  VALUE_HELP,
);

const namespaceName = rule('E208', (text) => {
  const wrong = dnsLabelProblem(text);
  return wrong === null ? null : `is not a valid namespace: it ${wrong}`;
});

const NODE_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] as const;

/** How many values each operator takes. */
function checkValues(operator: string, values: readonly string[], context: Refining): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return;
      problem(context, 'E210', ['values'], `operator \`${operator}\` needs \`values\``, 'list at least one value');
      return;
    case 'Gt':
    case 'Lt':
      if (values.length === 1 && /^-?\d+$/.test(values[0] ?? '')) return;
      problem(context, 'E210', ['values'], `operator \`${operator}\` needs one whole number`, 'write `values: ["2"]`');
      return;
    default:
      if (values.length === 0) return;
      problem(context, 'E210', ['values'], `operator \`${operator}\` takes no \`values\``, 'remove `values`');
  }
}

const nodeRequirement = z
  .strictObject({ key: labelKey, operator: z.enum(NODE_OPERATORS), values: z.array(z.string()).optional() })
  .superRefine(({ operator, values = [] }, context) => checkValues(operator, values, context));

const fieldRequirement = z
  .strictObject({
    key: z.literal('metadata.name'),
    operator: z.enum(['In', 'NotIn']),
    values: z.array(z.string()).optional(),
  })
  .superRefine(({ values = [] }, context) => {
    if (values.length === 1) return;
    problem(context, 'E210', ['values'], '`metadata.name` takes exactly one value', 'name one node');
  });

export const nodeSelectorTerm = z.strictObject({
  matchExpressions: z.array(nodeRequirement).optional(),
  matchFields: z.array(fieldRequirement).optional(),
});

export const podAffinityTerm = z
  .strictObject({
    labelSelector: labelSelector.optional(),
    namespaces: z.array(namespaceName).optional(),
    namespaceSelector: labelSelector.optional(),
    topologyKey: labelKey,
    matchLabelKeys: z.array(labelKey).optional(),
    mismatchLabelKeys: z.array(labelKey).optional(),
  })
  .superRefine((term, context) => {
    for (const field of ['matchLabelKeys', 'mismatchLabelKeys'] as const) needsSelector(term, field, context);
  });

const weight = z.int().min(1).max(100);

const podAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podAffinityTerm).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z.array(z.strictObject({ weight, podAffinityTerm })).optional(),
});

export const nodeAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .strictObject({ nodeSelectorTerms: z.array(nodeSelectorTerm).min(1) })
    .optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, preference: nodeSelectorTerm }))
    .optional(),
});

export const affinity = z.strictObject({
  nodeAffinity: nodeAffinity.optional(),
  podAffinity: podAffinity.optional(),
  podAntiAffinity: podAffinity.optional(),
});

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export const toleration = z
  .strictObject({
    key: z.string().optional(),
    operator: emptyIsAbsent(z.enum(['Exists', 'Equal', 'Lt', 'Gt'])),
    value: z.string().optional(),
    effect: emptyIsAbsent(z.enum(EFFECTS)),
    tolerationSeconds: z.int().optional(),
  })
  .superRefine(({ key = '', operator = 'Equal', value = '', effect, tolerationSeconds }, context) => {
    if (key === '' && operator !== 'Exists') {
      const help = 'write `operator: Exists`, which tolerates every taint, or name a `key`';
      problem(context, 'E204', ['operator'], 'a toleration without `key` must have the operator `Exists`', help);
    }
    if (operator === 'Exists' && value !== '') {
      problem(context, 'E204', ['value'], 'operator `Exists` takes no `value`', 'remove `value`, or use `Equal`');
    }
    if ((operator === 'Lt' || operator === 'Gt') && !/^-?\d+$/.test(value)) {
      problem(context, 'E204', ['value'], `operator \`${operator}\` needs a whole number`, 'write for example `"5"`');
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const help = 'write `effect: NoExecute`, or remove `tolerationSeconds`';
      problem(context, 'E204', ['effect'], '`tolerationSeconds` needs the effect `NoExecute`', help);
    }
  });

export const topologySpreadConstraint = z
  .strictObject({
    maxSkew: z.int().min(1),
    topologyKey: labelKey,
    whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
    labelSelector: labelSelector.optional(),
    minDomains: z.int().min(1).optional(),
    nodeAffinityPolicy: z.enum(['Honor', 'Ignore']).optional(),
    nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).optional(),
    matchLabelKeys: z.array(labelKey).optional(),
  })
  .superRefine((constraint, context) => {
    needsSelector(constraint, 'matchLabelKeys', context);
    if (constraint.minDomains !== undefined && constraint.whenUnsatisfiable !== 'DoNotSchedule') {
      const help = 'write `whenUnsatisfiable: DoNotSchedule`, or remove `minDomains`';
      problem(context, 'E204', ['minDomains'], '`minDomains` needs `whenUnsatisfiable: DoNotSchedule`', help);
    }
  });

export const schedulingGate = z.strictObject({ name: z.string() });

/** Of a node, as a Scenario writes it. */
export const taint = z.strictObject({
  key: labelKey,
  value: labelValue.optional(),
  effect: z.enum(EFFECTS),
});

/** Of a Node object; a cluster says when it came. */
export const nodeTaint = taint.extend({ timeAdded: z.unknown().optional() });

function needsSelector(
  written: { readonly labelSelector?: unknown; readonly [field: string]: unknown },
  field: 'matchLabelKeys' | 'mismatchLabelKeys',
  context: Refining,
): void {
  if (written[field] === undefined || written.labelSelector !== undefined) return;
  problem(context, 'E203', [field], `\`${field}\` needs a \`labelSelector\``, 'add `labelSelector`');
}

export type NodeSelectorTerm = Written<z.output<typeof nodeSelectorTerm>>;
export type PodAffinityTerm = Written<z.output<typeof podAffinityTerm>>;
export type Affinity = Written<z.output<typeof affinity>>;
export type Toleration = Written<z.output<typeof toleration>>;
export type TopologySpreadConstraint = Written<z.output<typeof topologySpreadConstraint>>;
export type Taint = Written<z.output<typeof taint>>;
