/** Annotations of Spiderpool on pods that are misspelt, or that nothing here comes of. */
import type { Collector } from '../../diagnostics/collector.ts';
import { didYouMean, nearest } from '../../diagnostics/nearest.ts';
import { isObject } from '../cni/plugin-config.ts';
import { annotationSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import { ipamAnnotations, poolKeys, poolsKeys } from '../ipam/pool-choice.ts';

const PREFIX = 'ipam.spidernet.io/';

/** Whether W420 is what is said of it, where it is an annotation of a pod. */
export function isOfSpiderpool(annotation: string): boolean {
  return annotation.toLowerCase().startsWith(PREFIX);
}

/** Whether it asks the webhook of Spiderpool for networks, of a pod or of all pods of a namespace. */
export function isInjection(annotation: string): boolean {
  return /^cni\.spidernet\.io\/(network|rdma)-resource-inject$/.test(annotation);
}

/** What a pod may have (docs/reference/annotation.md and pkg/constant/k8s.go of 1.2.2). */
export const annotationsOfPods: readonly string[] = [
  ipamAnnotations.pool,
  ipamAnnotations.pools,
  ipamAnnotations.subnet,
  ipamAnnotations.subnets,
  ipamAnnotations.routes,
  ipamAnnotations.defaultRouteNic,
  ipamAnnotations.poolSize,
  ipamAnnotations.poolReclaim,
];

export const annotationsOfNamespaces: readonly string[] = [
  ipamAnnotations.namespaceIPv4,
  ipamAnnotations.namespaceIPv6,
];
const ofSubnets: readonly string[] = [ipamAnnotations.poolSize, ipamAnnotations.poolReclaim];

export function warnOfSpiderAnnotations(pod: DeclaredPod, diagnostics: Collector): void {
  for (const annotation of Object.keys(pod.annotations)) {
    if (!isOfSpiderpool(annotation)) continue;
    const said = saidOf(annotation);
    if (said !== null) {
      diagnostics.add('W420', pod.source.keySpanOf(annotationPath(pod, annotation)), said.message, { help: said.help });
    }
  }
  for (const [annotation, keys] of [
    [ipamAnnotations.pool, poolKeys],
    [ipamAnnotations.pools, poolsKeys],
  ] as const) {
    for (const key of unknownKeys(pod.annotations[annotation], keys)) {
      diagnostics.add(
        'W420',
        annotationSpan(pod, annotation),
        `\`${key}\` in annotation ${annotation} has no effect: Spiderpool does not know it there`,
        { help: didYouMean(key, keys) ?? `write ${keys.join(', ')}` },
      );
    }
  }
}

function annotationPath(pod: DeclaredPod, annotation: string) {
  return [...pod.path, 'metadata', 'annotations', annotation];
}

function saidOf(annotation: string): { readonly message: string; readonly help: string } | null {
  if (annotationsOfNamespaces.includes(annotation)) {
    return {
      message: `annotation ${annotation} has no effect on a pod: Spiderpool reads it of its namespace`,
      help: `write ${ipamAnnotations.pool}, or put it on the Namespace`,
    };
  }
  if (ofSubnets.includes(annotation)) {
    return {
      message: `annotation ${annotation} has no effect here: it is about pools that are made of a SpiderSubnet`,
      help: `give the pool its \`ips\`, and name it in ${ipamAnnotations.pool}`,
    };
  }
  if (annotationsOfPods.includes(annotation)) return null;
  return {
    message: `annotation ${annotation} has no effect: Spiderpool has none of that name`,
    help: didYouMeanName(annotation) ?? `the annotations of Spiderpool are ${annotationsOfPods.join(', ')}`,
  };
}

/** The prefix is the longer part of every key: it makes no name near to another. */
function didYouMeanName(annotation: string): string | undefined {
  const names = annotationsOfPods.map((one) => one.slice(PREFIX.length));
  const written = annotation.slice(PREFIX.length);
  // Right but for the case of the prefix.
  const name = names.includes(written) ? written : nearest(written, names);
  return name === null ? undefined : `did you mean \`${PREFIX}${name}\`?`;
}

/** Go's decoder takes `IPv4` for `ipv4`. */
function unknownKeys(text: string | undefined, keys: readonly string[]): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return [];
  }
  const objects = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isObject);
  return objects.flatMap((one) => Object.keys(one).filter((key) => !keys.includes(key.toLowerCase())));
}
