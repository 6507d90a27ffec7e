/** The steps that change the cluster, typed, from what fits their schema. */
import type { ChangeRequest, ObjectReference } from './change-request.ts';
import type { Path } from '../manifests.ts';
import { parseParty } from './party.ts';
import type { RawScenario } from './build-scenario.ts';
import { workloadKeys } from '../schema/change-step.ts';

type WrittenStep = NonNullable<RawScenario['content']['spec']['timeline']>[number];
type Written<Verb extends 'delete' | 'restart' | 'label' | 'annotate' | 'scale'> = NonNullable<WrittenStep[Verb]>;

export function buildDelete(written: Written<'delete'>, path: Path): ChangeRequest {
  const targets = written.map((each, i) =>
    typeof each === 'string' ? objectNamed('NetworkPolicy', each, [...path, i]) : target(each, [...path, i]),
  );
  return { verb: 'delete', targets };
}

export function buildRestart(written: Written<'restart'>, path: Path): ChangeRequest {
  return { verb: 'restart', targets: listed(written, path).map(([name, at]) => target(name, at)) };
}

export function buildLabel(written: Written<'label'>, path: Path): ChangeRequest {
  const targets = listed(written, path).map(([{ labels, ...name }, at]) => ({ ...target(name, at), values: labels }));
  return { verb: 'label', targets };
}

export function buildAnnotate(written: Written<'annotate'>, path: Path): ChangeRequest {
  const targets = listed(written, path).map(([{ annotations, ...name }, at]) => ({
    ...target(name, at),
    values: annotations,
  }));
  return { verb: 'annotate', targets };
}

export function buildScale(written: Written<'scale'>, path: Path): ChangeRequest {
  const targets = listed(written, path).map(([{ replicas, ...name }, at]) => ({ ...target(name, at), replicas }));
  return { verb: 'scale', targets };
}

/** One stands where a list of it may stand. */
function listed<T>(written: T | readonly T[], path: Path): (readonly [T, Path])[] {
  return Array.isArray(written)
    ? (written as readonly T[]).map((each, i) => [each, [...path, i]] as const)
    : [[written as T, path]];
}

function target(written: Readonly<Record<string, string | undefined>>, path: Path): ObjectReference {
  for (const [key, name] of Object.entries(written)) {
    const kind = KINDS[key];
    if (kind !== undefined && name !== undefined) return objectNamed(kind, name, [...path, key]);
  }
  throw new Error('the schema of the Scenario let a step pass that names no object');
}

const KINDS: Readonly<Record<string, ObjectReference['kind'] | undefined>> = {
  ...workloadKeys,
  pod: 'Pod',
  namespace: 'Namespace',
  networkPolicy: 'NetworkPolicy',
};

/** `[namespace/]name`, of a pod also `[namespace/]workload[i]`. */
export function objectNamed(kind: ObjectReference['kind'], text: string, path: Path): ObjectReference {
  if (kind === 'Namespace') return { kind, namespace: text, name: text, replica: null, path };
  if (kind === 'Pod') {
    const party = parseParty(text, path);
    if (party?.kind === 'pod')
      return { kind, namespace: party.namespace, name: party.name, replica: party.replica, path };
  }
  const slash = text.indexOf('/');
  return {
    kind,
    namespace: slash === -1 ? 'default' : text.slice(0, slash),
    name: text.slice(slash + 1),
    replica: null,
    path,
  };
}
