/** Annotations by which Multus and Spiderpool are told of the networks and addresses of pods, and near misses of them. */
import { distanceOfNames, isPrefixNear, parseAnnotation } from './nearness.ts';
import { multusAnnotations } from '../network/multus.ts';
import { annotationsOfNamespaces, annotationsOfPods } from '../spiderpool/annotations.ts';

export interface NetworkAnnotation {
  readonly key: string;
  /** Who reads it. */
  readonly reader: 'Multus' | 'Spiderpool';
  /** Of what it reads it. */
  readonly of: 'pod' | 'namespace';
}

const KNOWN: readonly NetworkAnnotation[] = [
  ...Object.values(multusAnnotations).map((key) => ({ key, reader: 'Multus', of: 'pod' }) as const),
  ...annotationsOfPods.map((key) => ({ key, reader: 'Spiderpool', of: 'pod' }) as const),
  ...annotationsOfNamespaces.map((key) => ({ key, reader: 'Spiderpool', of: 'namespace' }) as const),
];

const KNOWN_PARTS = KNOWN.map((known) => ({ known, right: parseAnnotation(known.key) }));

/** A prefix that speaks of them, be it none that they read. */
const SPEAKS_OF_THEM = /multus|cni\.cncf\.io|spidernet|spiderpool/;

export function networkAnnotation(key: string): NetworkAnnotation | null {
  return KNOWN.find((known) => known.key === key) ?? null;
}

/** What of a pod, or of a namespace, a key was meant to be; null where it is something else. */
export function networkAnnotationMeant(key: string, of: NetworkAnnotation['of']): NetworkAnnotation | null {
  const { prefix, name } = parseAnnotation(key);
  let best: NetworkAnnotation | null = null;
  let least = Number.POSITIVE_INFINITY;
  const speaks = SPEAKS_OF_THEM.test(prefix);
  for (const { known, right } of KNOWN_PARTS) {
    if (known.of !== of) continue;
    const distance = distanceOfNames(name, right.name);
    if (distance === null || distance >= least || !(speaks || isPrefixNear(prefix, right.prefix))) continue;
    best = known;
    least = distance;
  }
  return best;
}
