/**
 * What the value of each key is, as the decoders of the plugins take it: one of another type ends ADD before it begins, and so no
 * pod on the network starts. `plugin-types.test.ts` holds it to `plugin-keys.ts`.
 */
import { addressOfCidr, hostAddress } from '../ipam/address-of-cidr.ts';
import { isObject, type PluginConfig } from './plugin-config.ts';

/** Name of a type, its test, the words of what it is, and what helps. */
const TYPES = {
  any: { is: () => true, words: 'anything', help: undefined },
  text: { is: isText, words: 'a text', help: 'write it in quotes' },
  whole: { is: Number.isInteger, words: 'a whole number', help: 'write it without quotes' },
  truth: {
    is: (value: unknown) => typeof value === 'boolean',
    words: 'true or false',
    help: 'write it without quotes',
  },
  texts: { is: (value: unknown) => isListOf(value, isText), words: 'a list of texts', help: 'write `[ "..." ]`' },
  object: { is: isObject, words: 'an object', help: 'write it in braces' },
  addresses: {
    is: (value: unknown) => isListOf(value, isObject),
    words: 'a list of addresses',
    help: 'write `[ { "address": "10.1.0.9/16" } ]`',
  },
  routes: {
    is: (value: unknown) => isListOf(value, isObject),
    words: 'a list of routes',
    help: 'write `[ { "dst": "10.1.0.0/16" } ]`',
  },
  ranges: {
    is: (value: unknown) => isListOf(value, isObject),
    words: 'a list of ranges',
    help: 'write `[ { "range": "10.1.0.0/16" } ]`',
  },
  sets: {
    is: (value: unknown) => isListOf(value, (set) => isListOf(set, isObject)),
    words: 'a list of lists of ranges',
    help: 'write `[ [ { "subnet": "10.1.0.0/16" } ] ]`',
  },
  cidr: {
    is: (value: unknown) => typeof value === 'string' && addressOfCidr(value) !== null,
    words: 'an address with a prefix length (invalid CIDR address)',
    help: 'write `0.0.0.0/0` for all, or a network such as 10.1.0.0/16',
  },
  address: {
    is: (value: unknown) => value === '' || (typeof value === 'string' && hostAddress(value) !== null),
    words: 'an IP address',
    help: 'write an address such as 10.1.0.1',
  },
} as const;

type TypeName = keyof typeof TYPES;

function listed(type: TypeName, keys: string): [string, TypeName][] {
  return keys.split(' ').map((key) => [key, type]);
}

/** By the name of a key, for one name is of one type nearly everywhere. */
export const keyTypes: ReadonlyMap<string, TypeName> = new Map([
  ...listed('text', 'cniVersion name type master mode mac dataDir log-file log-format podMACPrefix vethLinkAddress'),
  ...listed(
    'text',
    'podDefaultRouteNic podDefaultCniNic multusNicPrefix subnet rangeStart rangeEnd gateway resolvConf',
  ),
  ...listed('text', 'range range_start range_end network_name node_slice_size configuration_path address'),
  ...listed('text', 'log_file log_level log_file_path ipam_unix_socket_path reconciler_cron_expression'),
  ...listed('text', 'datastore etcd_host etcd_username etcd_password etcd_key_file etcd_cert_file etcd_ca_cert_file'),
  ...listed('whole', 'mtu vlanID vethMTU podRPFilter hostRPFilter hostRuleTable txQueueLen txQLen sleep_for_race'),
  ...listed('whole', 'ingressRate ingressBurst egressRate egressBurst advmss priority table scope'),
  ...listed('whole', 'leader_lease_duration leader_renew_deadline leader_retry_period'),
  ...listed('whole', 'log_file_max_size log_file_max_age log_file_max_count'),
  ...listed('truth', 'linkInContainer enable-debug tunePodRoutes detectGateway detectIPConflict promisc allmulti'),
  ...listed('truth', 'clean_gateway match_master_subnet enable_overlapping_ranges'),
  ...listed(
    'texts',
    'cniVersions interfaces hijackCIDR overlayPodCIDR serviceCIDR default_ipv4_ippool default_ipv6_ippool',
  ),
  ...listed('object', 'ipam dns prevResult capabilities bond logOptions kubernetes sysctl'),
  ...listed('addresses', 'addresses'),
  ...listed('routes', 'routes policyRoutes'),
  ...listed('ranges', 'ipRanges'),
  ...listed('sets', 'ranges'),
  ...listed('cidr', 'dst'),
  ...listed('address', 'gw'),
  // Texts too (libcni reads "true"), what nobody reads, what is read elsewhere, and what no decoder has a type for.
  ...listed('any', 'disableCheck disableGC loadOnlyInlinedPlugins plugins exclude options version runtimeConfig args'),
  ...listed('any', 'eni azure alibaba-cloud cni.dev/valid-attachments'),
]);

/** Where a name has another type than elsewhere, by the table that it is in. */
const exceptions: Readonly<Record<string, Readonly<Record<string, TypeName>>>> = {
  bond: { mode: 'whole' },
};

export interface TypeProblem {
  readonly key: string;
  /** A clause: `master` is a text, not 1. */
  readonly message: string;
  readonly help?: string;
}

/**
 * The first value of a wrong type; null where all are right. null of JSON is no value, for Go.
 * @param table the name of what it is in, where that has exceptions
 */
export function typeProblem(config: PluginConfig, table = ''): TypeProblem | null {
  for (const [key, value] of Object.entries(config)) {
    const type = TYPES[exceptions[table]?.[key] ?? keyTypes.get(key) ?? 'any'];
    if (value === null || value === undefined || type.is(value)) continue;
    const message = `\`${key}\` is ${type.words}, not ${JSON.stringify(value)}`;
    return type.help === undefined ? { key, message } : { key, message, help: type.help };
  }
  return null;
}

/** A route without `dst` is none: what the IPAM hands on cannot be read. */
export function routeProblem(route: PluginConfig): TypeProblem | null {
  return typeProblem({ ...route, dst: route['dst'] ?? '' });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isListOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}
