/** The seven kinds that make pods. Every field of the API is known (`fields/`). */
import * as z from 'zod';
import { holds, valueOf } from '../../../dataplane/policy/selector.ts';
import { problem, type Refining } from '../check-schema.ts';
import { unreadFields } from '../fields/decided-fields.ts';
import { labelSelector } from './label-selector.ts';
import { labels, templateMetadata } from './metadata.ts';
import { refuseMounts } from './container-rules.ts';
import { claimingTemplate, endingTemplate, lastingTemplate } from './pod.ts';
import { refuseUnknownTimeZone, schedule } from './schedule.ts';

const count = z.int().min(0);

export const deploymentSpec = z
  .strictObject({
    ...unreadFields('DeploymentSpec'),
    paused: z.boolean().optional(),
    replicas: count.optional(),
    selector: labelSelector,
    template: lastingTemplate,
  })
  .superRefine(selectsItsTemplate)
  .superRefine(refuseOtherStrategy('strategy', 'Recreate'));

export const replicaSetSpec = z
  .strictObject({
    ...unreadFields('ReplicaSetSpec'),
    replicas: count.optional(),
    selector: labelSelector,
    template: lastingTemplate,
  })
  .superRefine(selectsItsTemplate);

export const statefulSetSpec = z
  .strictObject({
    ...unreadFields('StatefulSetSpec'),
    ordinals: z.strictObject({ start: count.optional() }).optional(),
    replicas: count.optional(),
    selector: labelSelector,
    template: claimingTemplate,
  })
  .superRefine(selectsItsTemplate)
  .superRefine((spec, context) => {
    const { volumeClaimTemplates = [] } = spec as { volumeClaimTemplates?: { metadata?: { name?: string } }[] };
    const claims = volumeClaimTemplates.flatMap(({ metadata }) => metadata?.name ?? []);
    refuseMounts(spec.template.spec, claims, context, ['template', 'spec']);
  })
  .superRefine(refuseOtherStrategy('updateStrategy', 'OnDelete'));

export const daemonSetSpec = z
  .strictObject({
    ...unreadFields('DaemonSetSpec'),
    selector: labelSelector,
    template: lastingTemplate,
  })
  .superRefine(selectsItsTemplate);

export const jobSpec = z
  .strictObject({
    ...unreadFields('JobSpec'),
    completions: count.optional(),
    parallelism: count.optional(),
    suspend: z.boolean().optional(),
    template: endingTemplate,
  })
  .superRefine(refuseWithoutIndexes);

/** What a Job may have where its pods have indexes, and these where it says how many (`validateJobSpec` of pkg/apis/batch). */
function refuseWithoutIndexes(
  spec: { readonly completions?: number | undefined; readonly parallelism?: number | undefined },
  context: Refining,
): void {
  const fields = spec as Readonly<Record<string, unknown>>;
  const isIndexed = fields['completionMode'] === 'Indexed';
  // Where neither is written, both are 1.
  if (isIndexed && spec.completions === undefined && spec.parallelism !== undefined) {
    const message = '`completions` is required when `completionMode` is `Indexed`';
    problem(context, 'E203', ['completionMode'], message, 'add `completions`, a whole number');
  }
  for (const name of ['backoffLimitPerIndex', 'successPolicy']) {
    if (isIndexed || fields[name] === undefined) continue;
    const message = `\`${name}\` requires \`completionMode: Indexed\``;
    problem(context, 'E223', [name], message, 'add `completionMode: Indexed`, or remove it');
  }
}

export const cronJobSpec = z
  .strictObject({
    ...unreadFields('CronJobSpec'),
    schedule,
    suspend: z.boolean().optional(),
    jobTemplate: z.strictObject({ metadata: templateMetadata.optional(), spec: jobSpec }),
  })
  .superRefine(refuseUnknownTimeZone);

export const replicationControllerSpec = z
  .strictObject({
    ...unreadFields('ReplicationControllerSpec'),
    replicas: count.optional(),
    selector: labels.optional(),
    template: lastingTemplate,
  })
  .superRefine(({ selector, template }, context) => {
    // Without one it is the template's labels.
    const labelled = Object.keys(template.metadata?.labels ?? {}).length > 0;
    if (Object.keys(selector ?? {}).length > 0 || !labelled)
      selectsItsTemplate({ selector: { matchLabels: selector }, template }, context);
  });

interface Selecting {
  readonly selector: z.output<typeof labelSelector>;
  readonly template: { readonly metadata?: { readonly labels?: Record<string, string> | undefined } | undefined };
}

/** How pods are replaced one after the other may be said where they are (`ValidateDeploymentStrategy`, `ValidateStatefulSetSpec` of pkg/apis/apps). */
function refuseOtherStrategy(field: string, type: string) {
  return (spec: object, context: Refining): void => {
    const strategy = (spec as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[field];
    if (strategy?.['type'] !== type || strategy['rollingUpdate'] === undefined) return;
    const message = `\`rollingUpdate\` may not be specified when \`type\` is \`${type}\``;
    problem(context, 'E223', [field, 'rollingUpdate'], message, 'remove it, or write `type: RollingUpdate`');
  };
}

/** The API server refuses a workload whose pods it would not find again. */
function selectsItsTemplate({ selector, template }: Selecting, context: Refining): void {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0)
    problem(context, 'E210', ['selector'], 'an empty selector is invalid here', 'select the labels of the template');
  const written = template.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(matchLabels)) {
    if (valueOf(written, key) === value) continue;
    problem(
      context,
      'E219',
      ['selector'],
      `selector \`${key}: ${value}\` does not match the labels of the template`,
      `add the label \`${key}: ${value}\` to \`template.metadata.labels\``,
    );
  }
  for (const [i, { key, operator, values = [] }] of matchExpressions.entries()) {
    if (holds({ operator, values }, valueOf(written, key))) continue;
    problem(
      context,
      'E219',
      ['selector', 'matchExpressions', i],
      `selector \`${[key, operator, ...values].join(' ')}\` does not match the labels of the template`,
      'select labels of `template.metadata.labels`',
    );
  }
}
