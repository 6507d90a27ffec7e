/**
 * An object of an exported cluster that a manifest in the same input gives again, before or after it: what `kubectl apply`
 * of the manifest to that cluster comes to. What the cluster wrote stays: ids, owners, statuses, and of a pod its spec,
 * which nobody can change.
 */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { BuiltObject } from '../objects/build-objects.ts';
import { decidedFields } from '../fields/decided-fields.ts';
import { isEmpty } from '../fields/field-words.ts';
import type { NodeManifest, PodManifest, WorkloadManifest } from '../manifests.ts';

export interface GivenAgain<Kind> {
  readonly object: Kind;
  /** The manifest asks for another pod, as far as packets depend on it. */
  readonly differs: boolean;
  readonly manifest: Kind;
}

/** null where neither or both of two objects of one kind and name are of a cluster. */
export function givenAgain<Kind extends BuiltObject>(one: Kind, other: Kind): GivenAgain<Kind> | null {
  if (isOfCluster(one) === isOfCluster(other)) return null;
  const [had, written] = isOfCluster(one) ? [one, other] : [other, one];
  const made = applied(had, written);
  return made === null ? null : ({ ...made, manifest: written } as GivenAgain<Kind>);
}

/** Whether a cluster has had it. */
export function isOfCluster(object: BuiltObject): boolean {
  const status = object.kind === 'Pod' ? object.status : null;
  return object.origin.uid !== null || status !== null || (object.kind === 'Node' && object.addresses.length > 0);
}

function applied(had: BuiltObject, written: BuiltObject): Omit<GivenAgain<BuiltObject>, 'manifest'> | null {
  const labels = merged(had, written, 'labels');
  const annotations = merged(had, written, 'annotations');
  if (had.kind === 'Pod') {
    // Of these alone a pod that is there may be given more.
    const spec = { ...(written as PodManifest).spec, tolerations: [] };
    return { object: { ...had, labels, annotations }, differs: !saysNoOther('PodSpec', spec, had.spec) };
  }
  if (had.kind === 'Namespace') return { object: { ...had, labels, annotations }, differs: false };
  if (had.kind === 'Node') {
    const { taints, unschedulable } = (written as NodeManifest).spec;
    const spec = {
      taints: taints.length > 0 ? taints : had.spec.taints,
      unschedulable: unschedulable || had.spec.unschedulable,
    };
    return { object: { ...had, labels, annotations, spec }, differs: false };
  }
  if (!('templatePath' in had.spec)) return null;
  const { template, replicas } = had.spec;
  const manifest = written as WorkloadManifest;
  const differs =
    !saysNoOther('PodSpec', manifest.spec.template.spec, template.spec) ||
    !saysNoOther('', manifest.spec.template.labels, template.labels);
  const spec = { ...manifest.spec, replicas: manifest.spec.replicas ?? replicas };
  const { origin, hasEnded } = had as WorkloadManifest;
  return { object: { ...manifest, labels, annotations, origin, hasEnded, spec }, differs };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What a manifest said before and says no more goes; what others wrote stays. */
function merged(had: BuiltObject, written: BuiltObject, field: 'labels' | 'annotations'): Record<string, string> {
  const before = lastApplied(had.annotations[LAST_APPLIED] ?? '', field);
  const kept = Object.entries(had[field]).filter(([key]) => !before.includes(key));
  return { ...Object.fromEntries(kept), ...written[field] };
}

const named = z.record(z.string(), z.unknown()).nullish();
const lastAppliedSchema = z.object({ metadata: z.object({ labels: named, annotations: named }).optional() });

function lastApplied(text: string, field: 'labels' | 'annotations'): string[] {
  try {
    const { metadata = {} } = lastAppliedSchema.parse(JSON.parse(text));
    return Object.keys(metadata[field] ?? {});
  } catch {
    return [];
  }
}

/** Whether all that `written` says of what packets depend on is what the cluster has; it may have more, by defaults. */
function saysNoOther(type: string, written: unknown, had: unknown): boolean {
  if (isEmpty(written)) return isEmpty(had) || had === undefined || typeof had === 'object';
  if (Array.isArray(written)) {
    return Array.isArray(had) && written.every((item) => had.some((one) => saysNoOther(type, item, one)));
  }
  if (typeof written !== 'object' || written === null) return isDeepStrictEqual(written, had);
  if (typeof had !== 'object' || had === null) return false;
  const fields = decidedFields.get(type);
  return Object.entries(written).every(([name, below]) => {
    const decision = fields?.get(name);
    if (fields !== undefined && decision?.is !== 'modelled') return true;
    return saysNoOther(decision?.type ?? '', below, (had as Readonly<Record<string, unknown>>)[name]);
  });
}
