/**
 * Multus annotations of a pod: which networks its interfaces attach to.
 *
 * Source: the Kubernetes Network Custom Resource Definition De-facto Standard v1 (comma list and JSON list) and
 * multus-cni pkg/k8sclient: a default network without a namespace is looked for in `kube-system`, an additional one in
 * the pod's own namespace.
 */

export const multusAnnotations = {
  defaultNetwork: 'v1.multus-cni.io/default-network',
  networks: 'k8s.v1.cni.cncf.io/networks',
} as const;

export const MULTUS_NAMESPACE = 'kube-system';

export interface NetworkSelection {
  readonly namespace: string;
  readonly name: string;
  /** Name of the interface in the pod; null: none asked for. */
  readonly interface: string | null;
  /** Addresses asked for, as written; only the JSON form can. */
  readonly ips: readonly string[];
}

/** Both forms; a text that is neither gives a clause that says why. */
export function parseNetworks(text: string, defaultNamespace: string): readonly NetworkSelection[] | string {
  return /[[{"]/.test(text) ? parseJsonList(text, defaultNamespace) : parseCommaList(text, defaultNamespace);
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NAME = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

function parseCommaList(text: string, defaultNamespace: string): readonly NetworkSelection[] | string {
  const selections: NetworkSelection[] = [];
  for (const item of text.split(',')) {
    const parts = /^(?:([^/@]*)\/)?([^/@]*)(?:@([^/@]*))?$/.exec(item.trim());
    if (parts === null) return `Invalid network object \`${item.trim()}\`, expected [namespace/]name[@interface]`;
    const [, namespace, name = '', nic] = parts;
    const selection = checked(namespace ?? defaultNamespace, name, nic ?? null, []);
    if (typeof selection === 'string') return selection;
    selections.push(selection);
  }
  return selections;
}

function parseJsonList(text: string, defaultNamespace: string): readonly NetworkSelection[] | string {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return `failed to parse pod Network Attachment Selection Annotation JSON format: ${(error as Error).message}`;
  }
  if (!Array.isArray(list)) return 'the JSON form is a list of objects';
  const selections: NetworkSelection[] = [];
  for (const item of list as unknown[]) {
    if (typeof item !== 'object' || item === null) return 'the JSON form is a list of objects';
    const { namespace, name, interface: nic, ips } = item as Record<string, unknown>;
    if (typeof name !== 'string') return 'an object of the list has no `name`';
    if (!optionalText(namespace) || !optionalText(nic)) return '`namespace` and `interface` are strings';
    const wanted = ips ?? [];
    if (!Array.isArray(wanted) || !wanted.every((ip) => typeof ip === 'string')) return '`ips` is a list of strings';
    const selection = checked(namespace ?? defaultNamespace, name, nic ?? null, wanted);
    if (typeof selection === 'string') return selection;
    selections.push(selection);
  }
  return selections;
}

function checked(
  namespace: string,
  name: string,
  nic: string | null,
  ips: readonly string[],
): NetworkSelection | string {
  for (const [part, pattern] of [
    [namespace, LABEL],
    [name, NAME],
    ...(nic === null ? [] : ([[nic, /^[^\s/]{1,15}$/]] as const)),
  ] as const) {
    if (!pattern.test(part)) {
      return `one or more items did not match the format (lower case alphanumeric characters and \`-\`): \`${part}\``;
    }
  }
  return { namespace, name, interface: nic, ips };
}

function optionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
