/**
 * Objects that were written but could not be understood. Their own mistake is told where it is; whoever refers to them
 * has made none.
 */
import type { Absent } from '../../diagnostics/collector.ts';
import { isModelled, kinds } from './kinds.ts';

export interface UnreadObject {
  /** null: it could be of any kind. */
  readonly kind: string | null;
  /** `namespace/name`, or the name where the kind lives in no namespace; null: it could be any. */
  readonly key: string | null;
}

/** Text that is not even an object: whatever is missing may be in it. */
export const anything: UnreadObject = { kind: null, key: null };

/** What can be told of an object whose schema does not fit. */
export function unreadObject(value: Readonly<Record<string, unknown>>): UnreadObject {
  const { kind } = value;
  if (typeof kind !== 'string' || !isModelled(kind)) return anything;
  const { name, namespace, annotations } = mappingOf(value['metadata']);
  const renamed = kind === 'SpiderMultusConfig' ? mappingOf(annotations)['multus.spidernet.io/cr-name'] : undefined;
  const called = renamed ?? name;
  if (typeof called !== 'string') return { kind, key: null };
  if (kinds[kind].scope === 'Cluster') return { kind, key: called };
  return { kind, key: `${typeof namespace === 'string' && namespace !== '' ? namespace : 'default'}/${called}` };
}

/** Whether what is absent could be one of the unread objects. */
export function couldBeUnread(unread: readonly UnreadObject[], absent: Absent): boolean {
  return unread.some(
    ({ kind, key }) =>
      (kind === null || absent.kinds.includes(kind)) && (key === null || absent.key === null || key === absent.key),
  );
}

/** The files that a Scenario brings in and applies, as far as that can be told of one that does not fit its schema. */
export function filesNamedBy(scenario: unknown): { readonly manifests: string[]; readonly applied: string[] } {
  const { manifests, timeline } = mappingOf(mappingOf(scenario)['spec']);
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
  const steps = listed(timeline).flatMap((step) => [step, ...listed(mappingOf(step)['steps'])]);
  return {
    manifests: manifests === undefined ? ['.'] : textsOf(manifests),
    applied: steps.flatMap((step) => textsOf(mappingOf(step)['apply'])),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
