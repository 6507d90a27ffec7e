/**
 * What people call a party, everywhere that is not for programs: `test[0]` as a Scenario says it, not `default/test-5cd8b7c9f-x7k2p`;
 * and no namespace where all of the lab is in one. Pure.
 */
import { objectKey } from './cluster.ts';
import type { ClusterChange } from './cluster.ts';
import type { Plan, PodPlan } from '../plan.ts';

/** Shortens every full name in a text; what is none stays as it is. */
export type ShortNames = (text: string) => string;

type Named = Pick<PodPlan, 'namespace' | 'name' | 'owner'>;

/** The names of a plan's lab; made once for each plan. */
export function shortNames(plan: Pick<Plan, 'pods' | 'policies' | 'timeline'>): ShortNames {
  const known = made.get(plan);
  if (known !== undefined) return known;
  const names = makeShortNames(plan);
  made.set(plan, names);
  return names;
}

/** Of every party its full name: for who asks for that. */
export const fullNames: ShortNames = (text) => text;

const made = new WeakMap<object, ShortNames>();

function makeShortNames({ pods, policies, timeline }: Pick<Plan, 'pods' | 'policies' | 'timeline'>): ShortNames {
  const changes = timeline.flatMap((step) => ('change' in step ? [step.change] : []));
  const created = changes.flatMap(({ createPods = [] }) => createPods);
  const applied = changes.flatMap(({ applyPolicies = [] }) => applyPolicies);
  const namespaces = new Set([...pods, ...created, ...policies, ...applied].map(({ namespace }) => namespace));
  const [only, ...others] = namespaces;
  const prefix = only === undefined || others.length > 0 ? null : `${only}/`;
  const shown = new Map<string, string>();
  for (const [name, short] of replicaNames(pods, changes))
    shown.set(name, prefix === null ? short : cut(short, prefix));
  // A namespace goes where it begins a name, and not in the middle of a path.
  const ofNamespace = prefix === null ? null : new RegExp(`(?<![\\w./-])${escaped(prefix)}(?=[a-z0-9])`, 'g');
  const short: ShortNames = (text) => {
    const whole = shown.get(text);
    if (whole !== undefined) return whole;
    const named = shown.size === 0 ? text : text.replace(FULL_NAME, (word) => shown.get(word) ?? word);
    return ofNamespace === null ? named : named.replace(ofNamespace, '');
  };
  return short;
}

/** `namespace/name` of a pod, as Kubernetes lets both be. */
const FULL_NAME = /(?<![\w./-])[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\/[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/g;

/**
 * `namespace/workload[i]` of pods whose own names are drawn. Of a workload that changes its pods on the way none: which is the
 * i-th would depend on when one asks. A pod that has just that name keeps it for itself.
 */
function replicaNames(pods: readonly Named[], changes: readonly ClusterChange[]): Map<string, string> {
  const names = new Map<string, string>();
  const changed = new Set(
    changes.flatMap(({ createPods = [], deletePods = [], deleteNamespaces = [] }) => {
      const deleted = new Set(deletePods.map(keyOf));
      const gone = pods.filter((pod) => deleted.has(keyOf(pod)) || deleteNamespaces.includes(pod.namespace));
      return [...createPods, ...gone].map(workloadOf);
    }),
  );
  const owned = new Map<string, Named[]>();
  for (const pod of pods) {
    const workload = workloadOf(pod);
    if (pod.owner === null || pod.owner.kind === 'StatefulSet' || changed.has(workload)) continue;
    owned.set(workload, [...(owned.get(workload) ?? []), pod]);
  }
  for (const [, members] of owned) {
    const kinds = new Set(members.map(({ owner }) => owner?.kind));
    if (kinds.size > 1) continue; // a reference by that name means nobody
    members.forEach((pod, index) => names.set(keyOf(pod), `${pod.namespace}/${pod.owner?.name ?? pod.name}[${index}]`));
  }
  return names;
}

function workloadOf({ namespace, name, owner }: Named): string {
  return owner === null ? `pod ${namespace}/${name}` : `${namespace}/${owner.name}`;
}

function keyOf({ namespace, name }: Pick<Named, 'namespace' | 'name'>): string {
  return objectKey({ namespace, name });
}

function cut(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
