/**
 * Objects of kinds that are not modelled without which the API server refuses a pod: its admission looks them up by the name
 * that the pod says (plugins Priority and ServiceAccount).
 */
import type { Collector } from '../../diagnostics/collector.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Manifests, Path, PodManifest, WorkloadManifest } from '../manifests.ts';
import { couldBeUnread } from '../objects/unread.ts';
import { groupOf } from './cluster-kinds.ts';

interface Need {
  readonly kind: 'PriorityClass' | 'ServiceAccount';
  readonly group: string;
  /** In order of preference; a pod that says none of them needs none. */
  readonly fields: readonly string[];
  readonly namespaced: boolean;
  /** There in every cluster, or namespace. */
  readonly always: readonly string[];
}

const NEEDS: readonly Need[] = [
  {
    kind: 'PriorityClass',
    group: 'scheduling.k8s.io',
    fields: ['priorityClassName'],
    namespaced: false,
    always: ['system-cluster-critical', 'system-node-critical'],
  },
  {
    kind: 'ServiceAccount',
    group: '',
    fields: ['serviceAccountName', 'serviceAccount'],
    namespaced: true,
    always: ['default'],
  },
];

type Needing = PodManifest | WorkloadManifest;

/** What was declared of them. */
export class NeededObjects {
  /** `namespace/name`, or the name, by kind. */
  readonly #declared = new Map<Need['kind'], Set<string>>();

  see(kind: string, apiVersion: string, { metadata }: Readonly<Record<string, unknown>>): void {
    const need = NEEDS.find((one) => one.kind === kind && one.group === groupOf(apiVersion));
    const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
    if (need === undefined || typeof name !== 'string') return;
    const declared = this.#declared.get(need.kind) ?? new Set();
    const home = typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
    this.#declared.set(need.kind, declared.add(need.namespaced ? `${home}/${name}` : name));
  }

  /** Once for each that is missing; what an exported cluster had, it had with all that it needs. */
  warnOfUndeclared(
    { pods, workloads, unread }: Pick<Manifests, 'pods' | 'workloads' | 'unread'>,
    diagnostics: Collector,
  ): void {
    const said = new Set<string>();
    for (const object of [...pods, ...workloads].filter(({ origin }) => origin.uid === null)) {
      for (const need of NEEDS) {
        const found = nameIn(object, need);
        if (found === null || need.always.includes(found.name)) continue;
        const key = need.namespaced ? `${object.namespace}/${found.name}` : found.name;
        const declared = this.#declared.get(need.kind) ?? new Set();
        if (declared.has(key) || said.has(`${need.kind} ${key}`)) continue;
        said.add(`${need.kind} ${key}`);
        if (couldBeUnread(unread, { kinds: [need.kind], key: null })) continue;
        const meant = nearest(key, declared);
        diagnostics.add(
          'W306',
          object.spanOf(found.path),
          `${need.kind} \`${key}\` is not declared: a cluster that has none refuses the pod`,
          {
            help:
              meant === null
                ? `declare it, or remove \`${String(found.path.at(-1))}\``
                : `did you mean \`${meant.slice(meant.indexOf('/') + 1)}\`?`,
          },
        );
      }
    }
  }
}

function nameIn(object: Needing, { fields }: Need): { readonly name: string; readonly path: Path } | null {
  const [spec, path] =
    object.kind === 'Pod'
      ? [object.spec, ['spec']]
      : [object.spec.template.spec, [...object.spec.templatePath, 'spec']];
  for (const field of fields) {
    const name = (spec as unknown as Readonly<Record<string, unknown>>)[field];
    if (typeof name === 'string' && name !== '') return { name, path: [...path, field] };
  }
  return null;
}
