import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { afterAll, describe, expect, test } from 'vitest';
import { schemaAt } from '../check-schema.ts';
import { readOfClusters } from '../exported/cluster-fields.ts';
import { isModelled, kinds, type ModelledKind } from '../objects/kinds.ts';
import { memoryFiles } from '../finding/memory-files.ts';
import { makePlan } from '../../plan/make-plan.ts';
import { readManifests } from '../read-manifests.ts';
import { wholeKinds } from './custom/whole-kinds.ts';
import { decidedFields } from './decided-fields.ts';
import { typeIn, type DecisionName, type Word } from './decision.ts';

/** The lists of published fields, each with the least valid object of every kind that it is walked for. */
const PUBLISHED: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'kubernetes-1.36.txt': kubernetesObjects(),
  'network-attachment-definition-1.7.7.txt': attachmentObjects(),
  'network-policy-api-0.2.0.txt': policyObjects(),
  'spiderpool-1.2.2.txt': spiderpoolObjects(),
};

function kubernetesObjects(): Record<string, object> {
  const metadata = { name: 'x' };
  const containers = [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }];
  const pod = { containers, initContainers: containers.map((one) => ({ ...one, name: 'i' })) };
  const template = { metadata: { labels: { app: 'x' } }, spec: pod };
  const selector = { matchLabels: { app: 'x' } };
  const job = { template: { ...template, spec: { ...pod, restartPolicy: 'Never' } } };
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

function attachmentObjects(): Record<string, object> {
  return {
    NetworkAttachmentDefinition: {
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      metadata: { name: 'x' },
      spec: {},
    },
  };
}

function policyObjects(): Record<string, object> {
  const object = (kind: string, version: string) => ({
    apiVersion: `policy.networking.k8s.io/${version}`,
    kind,
    metadata: { name: 'default' },
    spec: {},
  });
  return {
    ClusterNetworkPolicy: object('ClusterNetworkPolicy', 'v1alpha2'),
    AdminNetworkPolicy: object('AdminNetworkPolicy', 'v1alpha1'),
    BaselineAdminNetworkPolicy: object('BaselineAdminNetworkPolicy', 'v1alpha1'),
  };
}

function spiderpoolObjects(): Record<string, object> {
  const object = (kind: string, rest: object) => ({
    apiVersion: 'spiderpool.spidernet.io/v2beta1',
    kind,
    metadata: { name: 'x' },
    ...rest,
  });
  return {
    SpiderMultusConfig: object('SpiderMultusConfig', {
      metadata: { name: 'x', namespace: 'kube-system' },
      spec: {
        cniType: 'ipvlan',
        ipvlan: { master: ['eth0', 'eth1'], bond: { name: 'bond0', mode: 1 }, ippools: {} },
        coordinator: { podCIDRType: 'auto' },
      },
    }),
    SpiderCoordinator: object('SpiderCoordinator', { spec: { podCIDRType: 'auto' } }),
    SpiderIPPool: object('SpiderIPPool', { spec: { subnet: '10.9.0.0/16', routes: [] } }),
    SpiderReservedIP: object('SpiderReservedIP', { spec: { ips: ['10.9.0.1'] } }),
    SpiderSubnet: object('SpiderSubnet', { spec: { subnet: '10.9.0.0/16' } }),
    SpiderEndpoint: object('SpiderEndpoint', {}),
  };
}

/** What stands beside the object: a pod on its network, if it is one, and a network that its settings are for. */
const BESIDE: Readonly<Record<string, readonly object[]>> = {
  SpiderMultusConfig: [podOn('kube-system/x')],
  SpiderCoordinator: [
    {
      ...spiderpoolObjects()['SpiderMultusConfig'],
      spec: { cniType: 'ipvlan', ipvlan: { master: ['eth0'] } },
    },
  ],
};

function podOn(network: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'on', annotations: { 'v1.multus-cni.io/default-network': network } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
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

/** `Type` -> field -> shape; '' where the list says none. */
function published(file: string): Map<string, Map<string, string>> {
  const types = new Map<string, Map<string, string>>();
  for (const line of readFileSync(new URL(`published/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')) {
    const [field = '', shape = ''] = line.split(' ');
    const dot = field.indexOf('.');
    const fields = types.get(field.slice(0, dot)) ?? new Map<string, string>();
    types.set(field.slice(0, dot), fields.set(field.slice(dot + 1), shape));
  }
  return types;
}

/** Every path that the published types give a kind, as it is decided; below a word nothing is left to decide. */
function walk(
  kind: string,
  types: ReturnType<typeof published>,
  undecided: string[],
  shapesAreSaid: boolean,
): FieldPath[] {
  const found: FieldPath[] = [];
  const whole = wholeKinds.get(kind);
  const visit = (type: string, path: readonly string[], above: DecisionName): void => {
    for (const [name, shape] of types.get(type) ?? []) {
      const below = typeIn(shape) ?? '';
      if (whole !== undefined) {
        found.push({ kind, path: [...path, name], decision: whole.is, word: null });
        if (below !== '') visit(below, [...path, name], whole.is);
        continue;
      }
      const own = decidedFields.get(type)?.get(name);
      const fits = own !== undefined && (shapesAreSaid ? own.shape === (shape || 'text') : (own.type ?? '') === below);
      if (!fits) {
        undecided.push(`${type}.${name}${shape === '' ? '' : ` ${shape}`}`);
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

/** Every word of the sources that know what an object means: those of the plan, and what makes objects of documents. */
const readBehindSchemas = new Set(
  ['sim/manifest', 'sim/plan', 'dataplane/policy'].flatMap((folder) => {
    const root = new URL(`../../../${folder}/`, import.meta.url);
    return (
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^(fields|schema|yaml)\/|testdata/.test(file))
        // What is only declared as a type is read by nobody.
        .flatMap((file) => (/^manifests\.ts$/.test(file) ? [] : [readFileSync(new URL(file, root), 'utf8')]))
        .flatMap((text) => text.match(/\w+/g) ?? [])
    );
  }),
);

const counts: string[] = [];

afterAll(() => {
  process.stdout.write(`${counts.join('\n')}\n`);
});

describe.each(Object.entries(PUBLISHED))('%s', (file, objects) => {
  const types = published(file);
  const undecided: string[] = [];
  // Of custom resources the list says no more than which type is below.
  const shapesAreSaid = file.startsWith('kubernetes');
  const fields = Object.keys(objects).flatMap((kind) => walk(kind, types, undecided, shapesAreSaid));
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

  test('what is modelled is read behind the schemas, by its name', () => {
    const names = new Set(fields.flatMap(({ path, decision }) => (decision === 'modelled' ? path.slice(-1) : [])));
    expect([...names].filter((name) => !readBehindSchemas.has(name))).toEqual([]);
  });

  test('what is warned of or refused is so, by name and at its place', () => {
    const silent = fields.filter(({ kind, path, decision, word }) => {
      if (word === null) return false;
      const { text, read, planned } = said(withField(objects[kind]!, path, word.example), BESIDE[kind]);
      const name = path.at(-1)!;
      return !(word.by === 'plan' ? planned() : read).some(({ code, severity, message, span, help }) => {
        if (code !== word.code || span === undefined || help === undefined) return false;
        if (severity !== (decision === 'refused' ? 'error' : 'warning')) return false;
        // What the plan says names the field, or points into its value.
        const names = `${message} ${help}`.includes(name);
        if (word.by === 'plan') return span.file === 'a.yaml' && (names || pathAt(text, span.offset).includes(name));
        return text.startsWith(`"${name}"`, span.offset) && message.includes(name) && message.includes(word.loss);
      });
    });
    expect(silent.map(({ kind, path }) => [kind, ...path].join('.'))).toEqual(SILENT_WITH_REASON[file] ?? []);
  });
});

test.each([...wholeKinds])('%s is told of as a whole', (kind, { is, code }) => {
  const object = Object.values(PUBLISHED).flatMap((objects) => objects[kind] ?? [])[0]!;
  const { read, planned } = said(object);
  const all = is === 'refused' ? read : planned();
  const words = all.filter((one) => one.code === code && one.severity === (is === 'refused' ? 'error' : 'warning'));
  expect(words.map(({ message }) => message)).toEqual([expect.stringContaining(kind)]);
});

/** A pod on a network of another type is refused, whatever stands in its settings. */
test.each(['macvlan', 'vlan', 'sriov', 'ib-sriov', 'ipoib', 'ovs'])('a pod on cniType %s is refused', (cniType) => {
  const settings = { master: ['eth0'], bridge: 'br1', resourceName: 'example.com/x' };
  const { master, bridge, resourceName } = settings;
  const own: Readonly<Record<string, object>> = {
    macvlan: { macvlan: { master } },
    vlan: { vlan: { master, vlanID: 5 } },
    sriov: { sriov: { resourceName } },
    'ib-sriov': { ibsriov: { resourceName } },
    ipoib: { ipoib: { master: 'ib0' } },
    ovs: { ovs: { bridge } },
  };
  const network = { ...spiderpoolObjects()['SpiderMultusConfig'], spec: { cniType, ...own[cniType] } };
  const errors = said(network, BESIDE['SpiderMultusConfig'])
    .planned()
    .filter(({ severity }) => severity === 'error');
  const words = errors.map(({ code, message }) => `${code} ${message}`);
  expect(words).toEqual([expect.stringMatching(new RegExp(`^E411 .*cniType ${cniType} `))]);
});

/** What is said when the object is read, and planned, with others beside it. */
function said(object: object, beside: readonly object[] = []) {
  const text = JSON.stringify(object, null, 2);
  const others = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: beside });
  const { manifests, diagnostics } = readManifests(
    ['a.yaml', 'b.yaml'],
    memoryFiles({ 'a.yaml': text, 'b.yaml': others }),
  );
  return { text, read: diagnostics, planned: () => makePlan(manifests).diagnostics };
}

/** Keys that lead to an offset of JSON that is written with an indentation of two. */
function pathAt(text: string, offset: number): string[] {
  const path: string[] = [];
  const end = text.indexOf('\n', offset);
  for (const [, indent = '', key = ''] of text.slice(0, end).matchAll(/^( +)"([^"]+)":/gm)) {
    path.length = indent.length / 2;
    path[indent.length / 2] = key;
  }
  return path;
}

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
