/** Typed manifest objects from documents that fit their schema. */
import type { RawObject } from './read-object.ts';
import type {
  NamespaceManifest,
  NetworkAttachmentDefinitionManifest,
  NetworkPolicyManifest,
  NodeManifest,
  Path,
  PodManifest,
  PodSpec,
  PodTemplate,
  SpiderCoordinatorManifest,
  SpiderEndpointManifest,
  SpiderIPPoolManifest,
  SpiderMultusConfigManifest,
  SpiderReservedIPManifest,
  SpiderSubnetManifest,
  WorkloadKind,
  WorkloadManifest,
  WorkloadSpec,
} from '../manifests.ts';
import { hasEnded, nodeStatusOf, originOf, podStatusOf } from '../exported/cluster-fields.ts';
import { parseJsonObject } from '../schema/multus.ts';

/** Every kind but the Scenario, which has a file of its own. */
export type BuiltObject =
  | NamespaceManifest
  | NodeManifest
  | PodManifest
  | WorkloadManifest
  | NetworkPolicyManifest
  | NetworkAttachmentDefinitionManifest
  | SpiderMultusConfigManifest
  | SpiderIPPoolManifest
  | SpiderReservedIPManifest
  | SpiderCoordinatorManifest
  | SpiderSubnetManifest
  | SpiderEndpointManifest;

type Raw<Kind extends RawObject['kind']> = Extract<RawObject, { kind: Kind }>;

export function buildObject(raw: Exclude<RawObject, Raw<'Scenario'>>): BuiltObject {
  switch (raw.kind) {
    case 'Namespace':
      return { spec: raw.content.spec ?? NONE, ...head(raw, raw.kind) };
    case 'Node': {
      const { taints = [], unschedulable = false } = raw.content.spec ?? {};
      return { ...head(raw, raw.kind), spec: { taints, unschedulable }, ...nodeStatusOf(raw.content.status) };
    }
    case 'Pod':
      return {
        spec: raw.content.spec,
        status: podStatusOf(raw.content.status),
        ...namespacedHead(raw, raw.kind),
      };
    case 'NetworkPolicy':
      return { spec: { podSelector: {}, ...raw.content.spec }, ...namespacedHead(raw, raw.kind) };
    case 'NetworkAttachmentDefinition':
      return { spec: cniConfig(raw.content.spec?.config), ...namespacedHead(raw, raw.kind) };
    case 'SpiderMultusConfig':
      return { ...namespacedHead(raw, raw.kind), spec: raw.content.spec };
    case 'SpiderIPPool':
      return { ...head(raw, raw.kind), spec: raw.content.spec };
    case 'SpiderReservedIP':
      return { ...head(raw, raw.kind), spec: raw.content.spec };
    case 'SpiderCoordinator':
      return { ...head(raw, raw.kind), spec: raw.content.spec };
    case 'SpiderSubnet':
      return { ...head(raw, raw.kind), spec: raw.content.spec };
    case 'SpiderEndpoint':
      return { ...namespacedHead(raw, raw.kind), spec: {} };
    case 'Deployment': {
      const { replicas, paused, template } = raw.content.spec;
      const haltedPath = paused === true ? ['spec', 'paused'] : null;
      return { spec: workload(template, { replicas: replicas ?? null, haltedPath }), ...workloadHead(raw, raw.kind) };
    }
    case 'ReplicaSet':
    case 'ReplicationController': {
      const { replicas, template } = raw.content.spec;
      return { spec: workload(template, { replicas: replicas ?? null }), ...workloadHead(raw, raw.kind) };
    }
    case 'StatefulSet': {
      const { replicas, ordinals, template } = raw.content.spec;
      const ordinalStart = ordinals?.start ?? null;
      return {
        spec: workload(template, { replicas: replicas ?? null, ordinalStart }),
        ...workloadHead(raw, raw.kind),
      };
    }
    case 'DaemonSet':
      return { spec: workload(raw.content.spec.template, {}), ...workloadHead(raw, raw.kind) };
    case 'Job':
      return { spec: job(raw.content.spec, ['spec']), ...workloadHead(raw, raw.kind) };
    case 'CronJob': {
      const { jobTemplate, suspend } = raw.content.spec;
      const spec = job(jobTemplate.spec, ['spec', 'jobTemplate', 'spec']);
      const haltedPath = suspend === true ? ['spec', 'suspend'] : spec.haltedPath;
      if (jobTemplate.metadata === undefined) return { ...workloadHead(raw, raw.kind), spec: { ...spec, haltedPath } };
      const { labels = {}, annotations = {} } = jobTemplate.metadata;
      const ofJobs = { path: ['spec', 'jobTemplate', 'metadata'], metadata: { labels, annotations } };
      return { ...workloadHead(raw, raw.kind), spec: { ...spec, haltedPath, ofJobs } };
    }
  }
}

/** The API server appends five random characters; here they follow from where the object stands, and stay the same. */
function generatedName(prefix: string, source: RawObject['source']): string {
  const { file, offset } = source.spanOf([]);
  let hash = 0x811c9dc5;
  for (const letter of `${file}:${offset}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  let suffix = '';
  for (let i = 0; i < 5; i++, hash = Math.floor(hash / NAME_LETTERS.length))
    suffix += NAME_LETTERS.charAt(hash % NAME_LETTERS.length);
  return prefix + suffix;
}

/** Those that the API server takes: no vowels, so that no words come out. */
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** One for all objects that have none. */
const NONE = Object.freeze({});

/**
 * What every object has beside its `spec`. V8 11 (Node 20) gives each object that begins with a spread and goes on with a key a
 * class of its own, at ten times the cost: here, of which there are a hundred thousand, spreads stand last.
 */
export function head<Kind extends RawObject['kind']>({ content, source }: RawObject, kind: Kind) {
  const { file, spanOf, keySpanOf } = source;
  const { labels = NONE, annotations = NONE } = content.metadata;
  const name = content.metadata.name ?? generatedName(content.metadata.generateName ?? '', source);
  const origin = originOf(content.metadata);
  return { apiVersion: content.apiVersion, kind, name, labels, annotations, origin, file, spanOf, keySpanOf };
}

function namespacedHead<Kind extends RawObject['kind']>(raw: RawObject, kind: Kind) {
  return { namespace: raw.content.metadata.namespace || 'default', ...head(raw, kind) };
}

function workloadHead<Kind extends WorkloadKind>(raw: RawObject, kind: Kind) {
  return { hasEnded: kind === 'Job' && hasEnded(raw.content.status), ...namespacedHead(raw, kind) };
}

interface WrittenTemplate {
  readonly metadata?: { readonly labels?: PodTemplate['labels']; readonly annotations?: PodTemplate['annotations'] };
  readonly spec: PodSpec;
}

function workload(
  { metadata = {}, spec }: WrittenTemplate,
  written: Partial<WorkloadSpec>,
  base: Path = ['spec'],
): WorkloadSpec {
  return {
    replicas: null,
    replicasPath: [...base, 'replicas'],
    completions: null,
    haltedPath: null,
    ordinalStart: null,
    template: { labels: metadata.labels ?? NONE, annotations: metadata.annotations ?? NONE, spec },
    templatePath: [...base, 'template'],
    ...written,
  };
}

interface WrittenJob {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly suspend?: boolean;
  readonly template: WrittenTemplate;
}

function job({ parallelism, completions, suspend, template }: WrittenJob, base: Path): WorkloadSpec {
  const replicasPath = [...base, 'parallelism'];
  const haltedPath = suspend === true ? [...base, 'suspend'] : null;
  const counts = { replicas: parallelism ?? null, completions: completions ?? null };
  return workload(template, { ...counts, replicasPath, haltedPath }, base);
}

function cniConfig(text: string | undefined): NetworkAttachmentDefinitionManifest['spec'] {
  if (text === undefined || text.trim() === '') return { configText: text ?? null, config: null };
  const config = parseJsonObject(text);
  if (config instanceof Error) throw config; // The schema has parsed it before.
  return { configText: text, config };
}
