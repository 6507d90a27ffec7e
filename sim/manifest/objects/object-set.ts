/** The objects of a run as a set: no name twice, by kind, in namespaces that exist. */
import { isDeepStrictEqual } from 'node:util';
import type { Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { BuiltObject } from './build-objects.ts';
import { givenAgain, isOfCluster } from '../exported/given-again.ts';
import type { Manifests, WorkloadManifest } from '../manifests.ts';
import { couldBeUnread } from './unread.ts';

type ObjectLists = Omit<Manifests, 'scenario' | 'unread' | 'services' | 'others' | 'files'>;

/**
 * Two objects of one kind, namespace and name: the later holds, as `kubectl apply` would have it, in the place of the
 * first. What a cluster does not let anybody change is refused: a second Pod or Job that is another one. A manifest of what
 * an exported cluster had leaves it what the cluster wrote of it.
 */
export function laterOnes<Kind extends BuiltObject>(objects: readonly Kind[], diagnostics: Collector): Kind[] {
  const held: Kind[] = [];
  // By kind, namespace and name, without a text of the three for each.
  const places = new Map<string, Map<string, Map<string, number>>>();
  for (const object of objects) {
    const { kind, name } = object;
    const namespace = 'namespace' in object ? object.namespace : '';
    const names = existing(existing(places, kind), namespace);
    const place = names.get(name);
    const other = place === undefined ? undefined : held[place];
    if (place === undefined || other === undefined) {
      names.set(name, held.length);
      held.push(object);
    } else held[place] = oneOf(other, object, 'namespace' in object ? `${namespace}/${name}` : name, diagnostics);
  }
  return held;
}

function existing<Inner extends Map<string, unknown>>(maps: Map<string, Inner>, key: string): Inner {
  const there = maps.get(key);
  if (there !== undefined) return there;
  const made = new Map() as Inner;
  maps.set(key, made);
  return made;
}

/** What two objects of one name come to. */
function oneOf<Kind extends BuiltObject>(first: Kind, second: Kind, name: string, diagnostics: Collector): Kind {
  const { kind } = second;
  const related = [{ span: first.spanOf(['metadata', 'name']), message: 'first defined here' }];
  const span = second.spanOf(['metadata', 'name']);
  const again = givenAgain(first, second);
  const both = isOfCluster(first) && isOfCluster(second);
  const other = again?.differs ?? (!both && !isDeepStrictEqual(first.spec, second.spec));
  if (other && (kind === 'Pod' || kind === 'Job')) {
    diagnostics.add('E303', span, `a second ${kind} named \`${name}\`, which is another one`, {
      help: 'give it another name, or remove one of the two',
      related,
    });
  } else if (again === null ? !saysTheSame(first, second) : again.differs) {
    const [message, help] =
      again === null
        ? ['takes the place of the first', 'the later one holds, as with `kubectl apply`']
        : [
            'asks for other pods than the cluster had: those that there were stay as they were, new ones are as the manifest has them',
            'a lab does not roll pods out',
          ];
    diagnostics.add('W204', span, `a second ${kind} named \`${name}\` ${message}`, {
      help: `remove the one that is not meant: ${help}`,
      related,
    });
  }
  return again?.object ?? second;
}

function saysTheSame(one: BuiltObject, other: BuiltObject): boolean {
  return (
    isDeepStrictEqual(one.spec, other.spec) &&
    isDeepStrictEqual(one.labels, other.labels) &&
    isDeepStrictEqual(one.annotations, other.annotations)
  );
}

/** Each kind in its list, in the order of reading. */
export function sortByKind(objects: readonly BuiltObject[]): ObjectLists {
  const lists = new Map<BuiltObject['kind'], BuiltObject[]>();
  const workloads: WorkloadManifest[] = [];
  for (const object of objects) {
    if ('spec' in object && 'templatePath' in object.spec) {
      workloads.push(object as WorkloadManifest);
      continue;
    }
    const list = lists.get(object.kind);
    if (list === undefined) lists.set(object.kind, [object]);
    else list.push(object);
  }
  const of = <Kind extends BuiltObject['kind']>(kind: Kind) =>
    (lists.get(kind) ?? []) as Extract<BuiltObject, { kind: Kind }>[];
  return {
    namespaces: of('Namespace'),
    nodes: of('Node'),
    pods: of('Pod'),
    workloads,
    networkPolicies: of('NetworkPolicy'),
    networkAttachmentDefinitions: of('NetworkAttachmentDefinition'),
    spiderMultusConfigs: of('SpiderMultusConfig'),
    spiderIPPools: of('SpiderIPPool'),
    spiderReservedIPs: of('SpiderReservedIP'),
    spiderCoordinators: of('SpiderCoordinator'),
    spiderSubnets: of('SpiderSubnet'),
    spiderEndpoints: of('SpiderEndpoint'),
  };
}

const ALWAYS_THERE = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** kubectl would refuse; here the namespace is made, without labels of its own. */
export function warnOfUndeclaredNamespaces(
  manifests: ObjectLists & Pick<Manifests, 'unread'>,
  diagnostics: Collector,
): void {
  // Of most manifests nobody asks.
  let declared: Set<string> | null = null;
  const warned = new Set<string>();
  // Networks are not among them: what matters of their namespace is only its name.
  const objects = [...manifests.pods, ...manifests.workloads, ...manifests.networkPolicies];
  for (const object of objects) {
    const { namespace } = object;
    if (ALWAYS_THERE.has(namespace) || warned.has(namespace)) continue;
    declared ??= new Set(manifests.namespaces.map(({ name }) => name));
    if (declared.has(namespace)) continue;
    warned.add(namespace);
    if (couldBeUnread(manifests.unread, { kinds: ['Namespace'], key: namespace })) continue;
    const help =
      didYouMean(namespace, [...declared, ...ALWAYS_THERE]) ?? `declare it: \`kind: Namespace\`, name \`${namespace}\``;
    diagnostics.add(
      'W302',
      object.spanOf(['metadata', 'namespace']),
      `namespace \`${namespace}\` is not declared; it is made without labels`,
      { help },
    );
  }
}
