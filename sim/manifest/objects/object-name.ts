/**
 * Objects as people name them on a command line: the one parser for every command that takes a pod, a party or an object.
 *
 * `NAME`, `NAMESPACE/NAME`, `TYPE/NAME`, `NAMESPACE/TYPE/NAME`; a workload's i-th pod is `NAME[i]`; `host:NAME`, `node:NAME`.
 * TYPE is any name that kubectl takes for the kind (`deploy`, `deployments`, `deployment.apps`). A namespace that is called
 * like a kind is given with `-n`.
 */
import { isIP } from 'node:net';
import type { ObjectReference } from '../scenario/change-request.ts';
import { parseParty } from '../scenario/party.ts';

export type ObjectKind = ObjectReference['kind'];

export type ObjectName =
  | {
      /** null: not said; a pod or a workload. */
      readonly kind: ObjectKind | null;
      /** null: not said. Of a Namespace: itself. */
      readonly namespace: string | null;
      readonly name: string;
      /** `[i]`; null: not said. */
      readonly replica: number | null;
    }
  | { readonly kind: 'host' | 'node'; readonly namespace: null; readonly name: string; readonly replica: null };

/** Singular, plural and short names, and the API group that `kubectl get -o name` writes behind them. */
const NAMES: Readonly<Record<ObjectKind, { readonly names: readonly string[]; readonly group: string }>> = {
  Pod: { names: ['pod', 'pods', 'po'], group: '' },
  Namespace: { names: ['namespace', 'namespaces', 'ns'], group: '' },
  NetworkPolicy: { names: ['networkpolicy', 'networkpolicies', 'netpol'], group: 'networking.k8s.io' },
  Deployment: { names: ['deployment', 'deployments', 'deploy'], group: 'apps' },
  StatefulSet: { names: ['statefulset', 'statefulsets', 'sts'], group: 'apps' },
  ReplicaSet: { names: ['replicaset', 'replicasets', 'rs'], group: 'apps' },
  ReplicationController: { names: ['replicationcontroller', 'replicationcontrollers', 'rc'], group: '' },
  DaemonSet: { names: ['daemonset', 'daemonsets', 'ds'], group: 'apps' },
  Job: { names: ['job', 'jobs'], group: 'batch' },
  CronJob: { names: ['cronjob', 'cronjobs', 'cj'], group: 'batch' },
};

/** Every kind, by the word that is shown to people. */
export const KIND_WORDS: readonly string[] = Object.values(NAMES).flatMap(({ names }) => names.slice(0, 1));

export const OBJECT_NAME_HELP =
  'write `NAME`, `NAMESPACE/NAME`, `TYPE/NAME` such as `deploy/web` or `pod/web-0`, `NAME[0]`, `host:NAME` or `node:NAME`';

/** The kind that kubectl understands by a word, in any case of letters; null: none of ours. */
export function kindNamed(word: string): ObjectKind | null {
  const [name = '', ...group] = word.toLowerCase().split('.');
  // `deployments.v1.apps` names the version too.
  const said = group.filter((part) => !/^v\d+((alpha|beta)\d+)?$/.test(part)).join('.');
  for (const [kind, known] of Object.entries(NAMES))
    if (known.names.includes(name) && (said === '' || said === known.group)) return kind as ObjectKind;
  return null;
}

/** null when the text names nothing. */
export function parseObjectName(text: string): ObjectName | null {
  const party = /^[^/]*:/.test(text) ? parseParty(text, []) : null;
  if (party !== null && party.kind !== 'pod')
    return { kind: party.kind, namespace: null, name: party.name, replica: null };
  const parts = text.split('/');
  const last = parts.pop() ?? '';
  if (parts.length === 1 && /^nodes?$/i.test(parts[0] ?? '')) return machine(last);
  const kind = parts.length === 0 ? null : kindNamed(parts.at(-1) ?? '');
  if (kind !== null) parts.pop();
  if (parts.length > 1) return null;
  const [namespace = null] = parts;
  const named = parseParty(namespace === null ? last : `${namespace}/${last}`, []);
  if (named?.kind !== 'pod') return null;
  if (kind === 'Namespace')
    return namespace === null && named.replica === null ? { kind, namespace: last, name: last, replica: null } : null;
  return { kind, namespace, name: named.name, replica: named.replica };
}

/** The same name, with the namespace that `-n` says where it has none; an address has none. */
export function inNamespace(text: string, namespace: string | null): string {
  const parsed = namespace === null || isIP(text) !== 0 ? null : parseObjectName(text);
  if (parsed === null || parsed.namespace !== null || parsed.kind === 'host' || parsed.kind === 'node') return text;
  return `${namespace ?? ''}/${text}`;
}

function machine(name: string): ObjectName | null {
  const party = parseParty(`node:${name}`, []);
  return party?.kind === 'node' ? { kind: 'node', namespace: null, name, replica: null } : null;
}
