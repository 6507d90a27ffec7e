/**
 * Multus annotations of a pod: which networks its interfaces attach to.
 *
 * Source: the Kubernetes Network Custom Resource Definition De-facto Standard v1 (comma list and JSON list) and
 * multus-cni pkg/k8sclient: a default network without a namespace is looked for in Multus's own, `kube-system`, an
 * additional one in the pod's own namespace.
 */
import { isIP } from 'node:net';
import { readJson } from '../../manifest/yaml/inner-json.ts';
import { addressesOf } from '../cni/chain-remarks.ts';
import { withKnownKeys } from '../cni/plugin-config.ts';
import { withoutPrefix } from '../ipam/address-of-cidr.ts';

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
  /** Routers of the default route, which this interface is to have; null: not asked for. */
  readonly gateways: readonly string[] | null;
  /** What else the JSON form says, by key. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** Keys of the JSON form (Multus 4.3.0, pkg/types/types.go). */
export const selectionKeys = [
  'name',
  'namespace',
  'interface',
  'interfaceRequest',
  'ips',
  'mac',
  'infiniband-guid',
  'portMappings',
  'bandwidth',
  'deviceID',
  'cni-args',
  'default-route',
  'ipam-claim-reference',
] as const;

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
    const selection = checked(namespace || defaultNamespace, name, nic ?? null);
    if (typeof selection === 'string') return selection;
    selections.push(selection);
  }
  return selections;
}

function parseJsonList(text: string, defaultNamespace: string): readonly NetworkSelection[] | string {
  let list: unknown;
  try {
    list = readJson(text);
  } catch (error) {
    return `failed to parse pod Network Attachment Selection Annotation JSON format: ${(error as Error).message}`;
  }
  if (!Array.isArray(list)) return 'the JSON form is a list of objects';
  const selections: NetworkSelection[] = [];
  for (const item of list as unknown[]) {
    if (typeof item !== 'object' || item === null) return 'the JSON form is a list of objects';
    const written = withKnownKeys(item as Record<string, unknown>, selectionKeys);
    const { namespace, name, ips, 'default-route': gateways } = written;
    const { interface: wantedNic, interfaceRequest, ...rest } = written;
    const nic = wantedNic === undefined || wantedNic === '' ? interfaceRequest : wantedNic;
    if (typeof name !== 'string') return 'an object of the list has no `name`';
    if (!optionalText(namespace) || !optionalText(nic)) return '`namespace` and `interface` are strings';
    const wanted = ips ?? [];
    const routers = gateways === undefined || gateways === null ? null : addressesOf(gateways);
    if (!Array.isArray(wanted) || !wanted.every((ip) => typeof ip === 'string')) return '`ips` is a list of strings';
    const wrongIp = wanted.find((ip) => isIP(withoutPrefix(ip)) === 0);
    if (wrongIp !== undefined) return `failed to parse IP address "${wrongIp}"`;
    if (gateways !== undefined && gateways !== null && routers === null)
      return '`default-route` is a list of IP addresses';
    const { mac } = rest;
    if (mac !== undefined && !(typeof mac === 'string' && (mac === '' || MAC.test(mac)))) {
      return `failed to mac: address ${JSON.stringify(mac)}: invalid MAC address`;
    }
    const selection = checked(namespace || defaultNamespace, name, nic ?? null);
    if (typeof selection === 'string') return selection;
    selections.push({ ...selection, ips: wanted, gateways: routers, others: withoutHeeded(rest) });
  }
  return selections;
}

/** As Go's net.ParseMAC takes them: 6, 8 or 20 bytes. */
const MAC = /^([0-9a-f]{2}[:-]){5,19}[0-9a-f]{2}$|^([0-9a-f]{4}\.){2,9}[0-9a-f]{4}$/i;

function withoutHeeded(written: Record<string, unknown>): Record<string, unknown> {
  const heeded = new Set(['name', 'namespace', 'ips', 'default-route']);
  return Object.fromEntries(Object.entries(written).filter(([key, value]) => !heeded.has(key) && !isNothing(value)));
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** IFNAMSIZ, without the zero at the end. */
const LONGEST_NIC = 15;

function checked(namespace: string, name: string, nic: string | null): NetworkSelection | string {
  for (const [part, pattern] of [
    [namespace, LABEL],
    [name, NAME],
    ...(nic === null ? [] : ([[nic, /^[^\s/]+$/]] as const)),
  ] as const) {
    if (!pattern.test(part)) {
      return `one or more items did not match the format (lower case alphanumeric characters and \`-\`): \`${part}\``;
    }
  }
  if (nic !== null && nic.length > LONGEST_NIC) {
    return `\`${nic}\` is no name of an interface: it has ${nic.length} characters, and Linux takes ${LONGEST_NIC}`;
  }
  return { namespace, name, interface: nic, ips: [], gateways: null, others: {} };
}

function optionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
