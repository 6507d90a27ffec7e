/**
 * Annotations and labels that were meant to limit, or to choose networks and addresses, and do nothing: misspelt, at the wrong
 * place, or of another network; and proxies of a mesh. Each is told once, with what is lost.
 */
import { bandwidthAnnotations } from '../../../dataplane/bandwidth/rate.ts';
import type { Code } from '../../diagnostics/codes.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import type {
  Located,
  Manifests,
  NamespaceManifest,
  OtherObject,
  Path,
  PodManifest,
  WorkloadManifest,
} from '../../manifest/manifests.ts';
import { dialectOf, isOfMesh, proxyLoss } from './bandwidth-dialects.ts';
import { isInjection, isOfSpiderpool } from '../spiderpool/annotations.ts';
import { distanceOfNames, isPrefixNear, parseAnnotation } from './nearness.ts';
import { networkAnnotation, networkAnnotationMeant, type NetworkAnnotation } from './network-annotations.ts';

interface Annotated {
  readonly namespaces: readonly NamespaceManifest[];
  readonly pods: readonly PodManifest[];
  readonly workloads: readonly WorkloadManifest[];
  /** Objects that make no pods. */
  readonly others?: readonly OtherObject[];
}

/** All objects of the manifests. */
export function annotatedIn(manifests: Manifests): Annotated {
  const { namespaces, pods, workloads } = manifests;
  const others = [
    ...manifests.nodes,
    ...manifests.networkPolicies,
    ...manifests.networkAttachmentDefinitions,
    ...manifests.spiderMultusConfigs,
    ...manifests.spiderIPPools,
    ...manifests.spiderReservedIPs,
    ...manifests.spiderCoordinators,
    ...manifests.spiderSubnets,
    ...manifests.spiderEndpoints,
    ...manifests.others,
  ];
  return { namespaces, pods, workloads, others };
}

export function warnOfIdleLimits(objects: Annotated, diagnostics: Collector): void {
  const told = new Told();
  for (const place of placesOf(objects)) {
    // Without a list of them: they may be hundreds of thousands.
    for (const key in place.values) {
      const word = wordOf(key, place.values[key] ?? '', place);
      if (word !== null) told.add(word, place.source.keySpanOf([...place.path, key]));
    }
    const bytes = place.of === 'pod' && place.list === 'annotations' ? limitOfEci(place.values) : null;
    if (bytes !== null) told.add(READ_AS_BYTES, place.source.keySpanOf([...place.path, bytes]));
  }
  for (const { source, spec, path, texts } of podsOf(objects)) {
    for (const list of ['containers', 'initContainers'] as const) {
      for (const [i, { name }] of (spec[list] ?? []).entries()) {
        const lost = proxyLoss(name);
        // Of a pod that says it by an annotation or label it has been told.
        if (lost === null || texts.some(saysMesh)) continue;
        const message = `container \`${name}\` has no effect here: ${lost.loss}`;
        told.add({ code: 'W213', message, help: lost.help }, source.spanOf([...path, list, i, 'name']));
      }
    }
  }
  told.report(diagnostics);
}

/** Every pod and template, with its annotations and labels, and the way to its `spec`. */
function* podsOf({ pods, workloads }: Annotated) {
  for (const pod of pods) {
    yield { source: pod, spec: pod.spec, path: ['spec'], texts: [pod.labels, pod.annotations] };
  }
  for (const source of workloads) {
    const { template, templatePath } = source.spec;
    yield {
      source,
      spec: template.spec,
      path: [...templatePath, 'spec'],
      texts: [template.labels, template.annotations],
    };
  }
}

function saysMesh(texts: Readonly<Record<string, string>>): boolean {
  for (const key in texts) if (isOfMesh(key, texts[key] ?? '')) return true;
  return false;
}

/**
 * As `warnOfIdleLimits`, of values that a change sets.
 * @param spanOf where a key was written; undefined: on a command line
 * @returns the keys of which something was said
 */
export function warnOfIdleValues(
  { list, of }: Pick<Place, 'list' | 'of'>,
  values: Readonly<Record<string, string>>,
  spanOf: (key: string) => Span | undefined,
  diagnostics: Collector,
): ReadonlySet<string> {
  const kind = of === 'namespace' ? 'Namespace' : 'Pod';
  const right = of === 'namespace' ? 'as an annotation of each pod' : 'as an annotation';
  const told = new Set<string>();
  for (const [key, value] of Object.entries(values)) {
    const word = wordOf(key, value, { list, of, kind, right });
    if (word === null) continue;
    diagnostics.add(word.code, spanOf(key), word.message, { help: word.help });
    told.add(key);
  }
  return told;
}

/** A list of annotations or labels, where it stands. */
interface Place {
  readonly list: 'annotations' | 'labels';
  /** `other`: an object that makes no pods, of which only what cannot be meant otherwise is told. */
  readonly of: 'pod' | 'workload' | 'namespace' | 'other';
  readonly values: Readonly<Record<string, string>>;
  readonly source: Located;
  readonly path: Path;
  /** The kind of the object, for the message. */
  readonly kind: string;
  /** Where the limit belongs, in words: `below ...`. */
  readonly right: string;
}

function* placesOf({ namespaces, pods, workloads, others = [] }: Annotated): Generator<Place> {
  for (const list of ['annotations', 'labels'] as const) {
    const path = ['metadata', list];
    const elsewhere = 'below `metadata.annotations` of each pod or template';
    for (const source of others) {
      yield { list, of: 'other', values: source[list], source, path, kind: source.kind, right: elsewhere };
    }
    for (const source of namespaces) {
      const right = elsewhere;
      yield { list, of: 'namespace', values: source[list], source, path, kind: source.kind, right };
    }
    for (const source of pods) {
      yield { list, of: 'pod', values: source[list], source, path, kind: 'Pod', right: 'below `metadata.annotations`' };
    }
    for (const source of workloads) {
      const { template, templatePath, ofJobs } = source.spec;
      const right = `below \`${[...templatePath, 'metadata', 'annotations'].join('.')}\``;
      const { kind } = source;
      yield { list, of: 'workload', values: source[list], source, path, kind, right };
      if (ofJobs !== undefined) {
        const values = ofJobs.metadata[list];
        yield { list, of: 'workload', values, source, path: [...ofJobs.path, list], kind: 'Job', right };
      }
      yield { list, of: 'pod', values: template[list], source, path: [...templatePath, ...path], kind: 'Pod', right };
    }
  }
}

interface Word {
  readonly code: Code;
  readonly message: string;
  readonly help: string;
}

const LIMITS: readonly string[] = Object.values(bandwidthAnnotations);
const NAMES_OF_LIMITS = LIMITS.map((limit) => parseAnnotation(limit).name);

type WordPlace = Pick<Place, 'list' | 'of' | 'kind' | 'right'>;

function wordOf(key: string, value: string, place: WordPlace): Word | null {
  return wordOfLimit(key, value, place) ?? wordOfNetwork(key, place);
}

function calledAt(key: string, { list }: WordPlace): string {
  return `${list === 'labels' ? 'label' : 'annotation'} \`${key}\``;
}

/** Where the key stands in vain; `readOf`: where it is read as an annotation. */
function placeOf({ of, kind }: WordPlace, readOf: NetworkAnnotation['of']): string {
  return of === 'pod' || of === readOf ? 'as a label' : `on a ${kind} itself`;
}

function wordOfLimit(key: string, value: string, place: WordPlace): Word | null {
  const { list, of, right } = place;
  const called = calledAt(key, place);
  if (LIMITS.includes(key)) {
    if (of === 'pod' && list === 'annotations') return null;
    return {
      code: 'W211',
      message: `${called} limits nothing ${placeOf(place, 'pod')}: the kubelet reads annotations of pods`,
      help: `write it ${right}`,
    };
  }
  if (of === 'other') return null;
  const dialect = dialectOf(key, value);
  if (dialect !== null) {
    return { code: 'W213', message: `${called} has no effect here: ${dialect.loss}`, help: dialect.help };
  }
  const meant = limitMeant(key);
  if (meant === null) return null;
  return {
    code: 'W212',
    message: `${called} limits nothing: the kubelet does not know it`,
    help: `write ${meant.map((name) => `\`${name}\``).join(' and ')} ${right}`,
  };
}

function wordOfNetwork(key: string, place: WordPlace): Word | null {
  const { list, of } = place;
  const called = calledAt(key, place);
  if (list === 'annotations' && of === 'pod' && isOfSpiderpool(key)) return null;
  if (list === 'annotations' && (of === 'pod' || of === 'namespace') && isInjection(key)) return injected(called);
  const known = networkAnnotation(key);
  if (known !== null) {
    if (list === 'annotations' && of === known.of) return null;
    return {
      code: 'W214',
      message: `${called} does nothing ${placeOf(place, known.of)}: ${known.reader} reads annotations of ${known.of}s`,
      help: `write it ${rightPlaceOf(known, place)}`,
    };
  }
  if (of === 'other') return null;
  const meant = networkAnnotationMeant(key, of === 'namespace' ? 'namespace' : 'pod');
  if (meant === null) return null;
  return {
    code: 'W215',
    message: `${called} does nothing: ${meant.reader} has none of that name`,
    help: `write \`${meant.key}\` ${rightPlaceOf(meant, place)}`,
  };
}

/** It writes the annotation of Multus in place of the one that there is (pkg/podmanager/utils.go of 1.2.2). */
function injected(called: string): Word {
  return {
    code: 'W420',
    message: `${called} does nothing here: where \`podResourceInject\` of Spiderpool is on (it is off by default), its webhook attaches the pod to every SpiderMultusConfig with the same annotation; the interfaces are missing`,
    help: 'write those networks into `k8s.v1.cni.cncf.io/networks` of the pod, and remove it',
  };
}

function rightPlaceOf(known: NetworkAnnotation, { right }: WordPlace): string {
  return known.of === 'namespace' ? 'as an annotation of the Namespace' : right;
}

/** The limits that a key was meant to be; null where it is something else. */
function limitMeant(key: string): readonly string[] | null {
  const { prefix, name } = parseAnnotation(key);
  const near = NAMES_OF_LIMITS.some((limit) => distanceOfNames(name, limit) !== null);
  const ofADirection =
    /^(in|e)gress-?(limit|rate|bps|bw|speed|max|throttle)/.test(name) && isPrefixNear(prefix, 'kubernetes.io');
  const direction = /egress|upload|-out|^out|-tx/.test(name)
    ? bandwidthAnnotations.egress
    : /ingress|download|-in$|^in-|-rx/.test(name)
      ? bandwidthAnnotations.ingress
      : null;
  const byPrefix = BANDWIDTH.test(prefix) && direction !== null;
  if (!near && !BANDWIDTH.test(name) && !ofADirection && !byPrefix) return null;
  return direction === null ? LIMITS : [direction];
}

const BANDWIDTH = /band-?wid|bandwith|bandwidht/;

const READ_AS_BYTES: Word = {
  code: 'W213',
  message:
    'Alibaba Cloud ECI takes this limit for bytes a second: there the pod has eight times what the kubelet, and this lab, give it',
  help: 'write an eighth of the number where ECI is to hold it',
};

/** The limit of a pod that is meant for Elastic Container Instances; null: none. */
function limitOfEci(annotations: Readonly<Record<string, string>>): string | null {
  const limit = LIMITS.find((one) => Object.hasOwn(annotations, one));
  if (limit === undefined) return null;
  return Object.keys(annotations).some((key) => /^(k8s\.aliyun\.com\/eci-|alibabacloud\.com\/eci)/.test(key))
    ? limit
    : null;
}

/** The same word is told once, at the first place, with the number of the others. */
class Told {
  readonly #words = new Map<string, { readonly word: Word; readonly places: Span[] }>();

  add(word: Word, span: Span): void {
    const known = this.#words.get(word.message) ?? { word, places: [] };
    this.#words.set(word.message, known);
    known.places.push(span);
  }

  report(diagnostics: Collector): void {
    for (const { word, places } of this.#words.values()) {
      const others = places.length - 1;
      const more = others === 0 ? '' : ` (${others} more ${others === 1 ? 'place' : 'places'})`;
      diagnostics.add(word.code, places[0], `${word.message}${more}`, { help: word.help });
    }
  }
}
