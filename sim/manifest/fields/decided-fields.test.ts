import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { afterAll, describe, expect, test } from 'vitest';
import { schemaAt } from '../check-schema.ts';
import { readOfClusters } from '../exported.ts';
import { isModelled, kinds, type ModelledKind } from '../kinds.ts';
import { memoryFiles } from '../memory-files.ts';
import { makePlan } from '../../plan/make-plan.ts';
import { readManifests } from '../read-manifests.ts';
import { decidedFields } from './decided-fields.ts';
import type { DecisionName, Word } from './decision.ts';

/** The lists of published fields, each with the least valid object of every kind that it is walked for. */
const PUBLISHED: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'kubernetes-1.36.txt': kubernetesObjects(),
};

function kubernetesObjects(): Record<string, object> {
  const metadata = { name: 'x' };
  const containers = [{ name: 'c', ports: [{ containerPort: 80 }] }];
  const pod = { containers, initContainers: containers };
  const template = { metadata: { labels: { app: 'x' } }, spec: pod };
  const selector = { matchLabels: { app: 'x' } };
  const job = { template };
  return {
    Namespace: { apiVersion: 'v1', kind: 'Namespace', metadata },
    Node: { apiVersion: 'v1', kind: 'Node', metadata, spec: { taints: [] } },
    Pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod },
    ReplicationController: { apiVersion: 'v1', kind: 'ReplicationController', metadata, spec: { template } },
    Deployment: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template } },
    ReplicaSet: { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { selector, template } },
    StatefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { selector, template } },
    DaemonSet: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { selector, template } },
    Job: { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job },
    CronJob: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: { schedule: '@daily', jobTemplate: { spec: job } },
    },
    NetworkPolicy: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: { podSelector: {} },
    },
    List: { apiVersion: 'v1', kind: 'List', items: [] },
  };
}

/** Where no scheduler chooses: the controller of a DaemonSet gives each pod its node. */
const SILENT_WITH_REASON: Readonly<Record<string, readonly string[]>> = {
  'kubernetes-1.36.txt': ['DaemonSet.spec.template.spec.schedulerName'],
};

/** A field of a kind, at its place. */
interface FieldPath {
  readonly kind: string;
  readonly path: readonly string[];
  readonly decision: DecisionName;
  readonly word: Word | null;
}

/** `Type` -> field -> type below, '' for none. */
function published(file: string): Map<string, Map<string, string>> {
  const types = new Map<string, Map<string, string>>();
  for (const line of readFileSync(new URL(`published/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')) {
    const [field = '', below = ''] = line.split(' ');
    const dot = field.indexOf('.');
    const fields = types.get(field.slice(0, dot)) ?? new Map<string, string>();
    types.set(field.slice(0, dot), fields.set(field.slice(dot + 1), below));
  }
  return types;
}

/** Every path that the published types give a kind, as it is decided; below a word nothing is left to decide. */
function walk(kind: string, types: ReturnType<typeof published>, undecided: string[]): FieldPath[] {
  const found: FieldPath[] = [];
  const visit = (type: string, path: readonly string[], above: DecisionName): void => {
    for (const [name, below] of types.get(type) ?? []) {
      const own = decidedFields.get(type)?.get(name);
      if (own === undefined || (own.type ?? '') !== below) {
        undecided.push(`${type}.${name}${below === '' ? '' : ` ${below}`}`);
        continue;
      }
      const decision = own.is === 'modelled' ? above : own.is;
      found.push({ kind, path: [...path, name], decision, word: own.word });
      if (below !== '' && own.word === null) visit(below, [...path, name], decision);
    }
  };
  visit(kind, [], 'modelled');
  return found;
}

const counts: string[] = [];

afterAll(() => {
  process.stdout.write(`${counts.join('\n')}\n`);
});

describe.each(Object.entries(PUBLISHED))('%s', (file, objects) => {
  const types = published(file);
  const undecided: string[] = [];
  const fields = Object.keys(objects).flatMap((kind) => walk(kind, types, undecided));
  const count = (decision: DecisionName) => fields.filter((field) => field.decision === decision).length;
  const decisions = (['modelled', 'no packet', 'refused', 'warned'] as const).map((name) => `${count(name)} ${name}`);
  counts.push(`${file}: ${fields.length} fields of ${Object.keys(objects).length} kinds: ${decisions.join(', ')}`);

  test('every field has a decision', () => {
    expect([...new Set(undecided)]).toEqual([]);
  });

  test('no decision is about a field that is not published', () => {
    const stale = [...decidedFields].flatMap(([type, decided]) => {
      const known = types.get(type);
      return known === undefined
        ? []
        : [...decided.keys()].filter((name) => !known.has(name)).map((name) => `${type}.${name}`);
    });
    expect(stale).toEqual([]);
  });

  test('what is modelled stands in the schema of its kind', () => {
    const missing = fields.filter(({ kind, path, decision }) => {
      if (decision !== 'modelled' || !isModelled(kind)) return false;
      const schema = schemaOf(kind, path);
      return schema === null || schema instanceof z.ZodUnknown;
    });
    expect(missing.map(({ kind, path }) => [kind, ...path].join('.'))).toEqual([]);
  });

  test('what is warned of or refused is so, by name and at its place', () => {
    const silent = fields.filter(({ kind, path, decision, word }) => {
      if (word === null) return false;
      const text = JSON.stringify(withField(objects[kind]!, path, word.example), null, 2);
      const read = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
      const said = word.by === 'plan' ? makePlan(read.manifests).diagnostics : read.diagnostics;
      const name = path.at(-1)!;
      return !said.some(({ code, severity, message, span, help }) => {
        if (code !== word.code || span === undefined || help === undefined) return false;
        if (severity !== (decision === 'refused' ? 'error' : 'warning')) return false;
        // What the plan says points at the value, or into it.
        if (word.by === 'plan') return text.lastIndexOf(`"${name}"`, span.offset) !== -1;
        return text.startsWith(`"${name}"`, span.offset) && message.includes(name) && message.includes(word.loss);
      });
    });
    expect(silent.map(({ kind, path }) => [kind, ...path].join('.'))).toEqual(SILENT_WITH_REASON[file] ?? []);
  });
});

/** The object with `value` at `path`, lists entered at their first item. */
function withField(object: object, path: readonly string[], value: unknown): object {
  const copy = structuredClone(object) as Record<string, unknown>;
  let here = copy;
  for (const step of path.slice(0, -1)) {
    here[step] ??= {};
    const below = here[step] as Record<string, unknown>;
    here = Array.isArray(below) ? (below[0] as Record<string, unknown>) : below;
  }
  here[path.at(-1)!] = value;
  return copy;
}

/** The schema that reads a field: that of its kind, or of what a cluster wrote. */
function schemaOf(kind: ModelledKind, path: readonly string[]): z.ZodType | null {
  const at = (schema: z.ZodType, steps: readonly string[]) => schemaAt(schema, itemsFirst(schema, steps));
  const own = at(kinds[kind].schema as z.ZodType, path);
  if (own !== null && !(own instanceof z.ZodUnknown)) return own;
  const [first, ...inside] = path.slice(Math.max(path.lastIndexOf('metadata'), path.lastIndexOf('status'), 0));
  if (first === 'metadata') return at(readOfClusters.metadata, inside);
  const status = (readOfClusters.status as Readonly<Record<string, z.ZodType>>)[kind];
  if (path[0] !== 'status' || status === undefined) return own;
  return path.length === 1 ? status : at(status, path.slice(1));
}

/** The path with a 0 behind each field that is a list in the schema. */
function itemsFirst(schema: z.ZodType, path: readonly string[]): (string | number)[] {
  const found: (string | number)[] = [];
  for (const step of path) {
    if (schemaAt(schema, found) instanceof z.ZodArray) found.push(0);
    found.push(step);
  }
  return found;
}
