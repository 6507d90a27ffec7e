/**
 * A CNI configuration to what it does to a pod: which master, which mode, which addresses, and whether limits and
 * policies are enforced.
 *
 * Sources: the CNI specification (a list has `plugins`, a single one `type`), the ipvlan plugin's README, Spiderpool's
 * IPAM and ifacer plugins; of host-local and whereabouts see `cni/ranges.ts`. cilium-chaining takes part only in a list named
 * `spidernet-chainer` that holds `cilium-cni`; in every other chain it silently does nothing.
 */
import { innerRemarks, isDisabled, keyRemarks, pluginRemarks, whyAddFails, type Remark } from '../cni/chain-remarks.ts';
import type { ChainProblem } from '../cni/chain-problem.ts';
import { addressesIn, routesIn, type WrittenAddress, type WrittenRoute } from '../cni/ipam-parts.ts';
import { isObject, textOf, textsOf, withKnownKeys, type PluginConfig } from '../cni/plugin-config.ts';
import {
  bondKeys,
  chainedPlugins,
  innerIpamKeys,
  ipamKeys,
  listKeys,
  mainPlugins,
  pluginKeys,
} from '../cni/plugin-keys.ts';
import { routeProblem, typeProblem } from '../cni/plugin-types.ts';
import { idleRangeKeys, readHostLocal, readWhereabouts, type Around, type RangesIpam } from '../cni/ranges.ts';
import type { CniConfig } from './spider-multus-config.ts';
import { CNI_VERSIONS } from '../spiderpool/multus-config-check.ts';

export const CHAINER_NAME = 'spidernet-chainer';
/** Of images before commit be4f677 of November 2025, and in Spiderpool's docs/usage/cilium-chaining.md still. */
export const OLDER_CHAINER_NAME = 'terway-chainer';
export const CHAINER_PLUGIN = 'cilium-cni';

export interface Chain {
  /** null: the interface that has the node's default route. */
  readonly master: string | null;
  /** The master is an interface of the pod, made by a network before this one. */
  readonly linkInContainer: boolean;
  readonly mode: 'l2' | 'l3' | 'l3s';
  /** null: that of the master. */
  readonly mtu: number | null;
  /** Interfaces made before the slave: a bond, a VLAN, or a VLAN on a bond. */
  readonly ifacer: Ifacer | null;
  readonly ipam: Ipam;
  readonly enforced: boolean;
  /** Spiderpool's coordinator is in the chain, and not disabled. */
  readonly coordinated: boolean;
  /** It moves the routes of further interfaces into tables of their own (`tunePodRoutes`). */
  readonly tunesRoutes: boolean;
  /** What plugins take from the runtime, where a pod asks for it: `ips`, `mac`, `bandwidth`, `portMappings`. */
  readonly capabilities: readonly { readonly name: string; readonly plugin: string }[];
  /** What of the configuration is not made here. */
  readonly remarks: readonly Remark[];
}

interface Ifacer {
  readonly interfaces: readonly string[];
  readonly vlanId: number;
  readonly bond: { readonly name: string; readonly mode: number } | null;
}

type Ipam =
  | {
      readonly kind: 'spiderpool';
      readonly ipv4: readonly string[];
      readonly ipv6: readonly string[];
      /** No default route by an interface on this network, where no annotation of the pod says otherwise. */
      readonly cleanGateway: boolean;
    }
  | {
      readonly kind: 'static';
      readonly addresses: readonly WrittenAddress[];
      readonly routes: readonly WrittenRoute[];
    }
  | RangesIpam;

export function readChain(config: CniConfig): Chain | ChainProblem {
  const unreadable = whyUnreadable(config);
  if (unreadable !== null) return unreadable;
  const plugins = pluginsOf(config);
  const types = plugins.map((plugin) => textOf(plugin['type']) ?? '');
  const at = types.indexOf('ipvlan');
  const ipvlan = plugins[at];
  if (ipvlan === undefined) {
    return { kind: 'not-modelled', problem: `${types.join(', ')} is not modelled, only ipvlan is` };
  }
  const another = types.find((type, i) => i !== at && (type === 'ipvlan' || mainPlugins.has(type)));
  if (another !== undefined) {
    const problem = `\`${another}\` in one chain with ipvlan is not modelled`;
    return { kind: 'not-modelled', problem, plugin: types.findIndex((type, i) => i !== at && type === another) };
  }
  const mode = ipvlan['mode'] ?? 'l2';
  if (mode !== '' && mode !== 'l2' && mode !== 'l3' && mode !== 'l3s') {
    return { kind: 'invalid', problem: `unknown ipvlan mode: ${JSON.stringify(mode)}`, plugin: at, key: 'mode' };
  }
  const version = versionOf(config);
  if (version !== null && !LIBCNI_VERSIONS.includes(version)) {
    return {
      kind: 'fails',
      key: 'cniVersion',
      problem: `incompatible CNI versions; config is "${version}", plugin supports ${LIBCNI_VERSIONS.join(', ')}`,
      help: 'write `"cniVersion": "1.0.0"`',
    };
  }
  const first = chainedPlugins[types[0] ?? ''];
  if (first !== undefined) {
    return {
      kind: 'fails',
      plugin: 0,
      problem: `plugin \`${types[0] ?? ''}\` before ipvlan fails: ${first}`,
      help: 'write it behind ipvlan',
    };
  }
  const ipam = readIpam(ipvlan['ipam'], { cniVersion: version, name: textOf(config['name']) ?? '' });
  if ('problem' in ipam) return { plugin: at, part: 'ipam', ...ipam };
  const mtu = ipvlan['mtu'] ?? 0;
  if (typeof mtu !== 'number' || !Number.isInteger(mtu) || mtu < 0) {
    return {
      kind: 'invalid',
      problem: `ipvlan mtu is no size in bytes: ${JSON.stringify(mtu)}`,
      plugin: at,
      key: 'mtu',
    };
  }
  const failure = whyAddFails(plugins);
  if (failure !== null) {
    const { message, ...rest } = failure;
    return { kind: 'fails', problem: message, ...rest };
  }
  const ifacer = plugins.find((plugin) => plugin['type'] === 'ifacer');
  const coordinators = plugins.filter((plugin) => plugin['type'] === 'coordinator' && !isDisabled(plugin));
  return {
    master: textOf(ipvlan['master']),
    linkInContainer: ipvlan['linkInContainer'] === true,
    mode: mode === '' ? 'l2' : mode,
    mtu: mtu === 0 ? null : mtu,
    ifacer: ifacer === undefined ? null : readIfacer(ifacer),
    ipam,
    enforced: config['name'] === CHAINER_NAME && types.includes(CHAINER_PLUGIN),
    coordinated: coordinators.length > 0,
    tunesRoutes: coordinators.some(({ tunePodRoutes }) => tunePodRoutes !== false),
    capabilities: plugins.flatMap((plugin) => {
      const declared = isObject(plugin['capabilities']) ? plugin['capabilities'] : {};
      const names = Object.keys(declared).filter((name) => declared[name] === true);
      return names.map((name) => ({ name, plugin: textOf(plugin['type']) ?? '' }));
    }),
    remarks: [
      ...('plugins' in config ? keyRemarks('the list of plugins', config, listKeys) : []),
      ...pluginRemarks(plugins),
      ...ipamRemarks(ipvlan['ipam']).map((remark) => ({ ...remark, plugin: at, part: 'ipam' as const })),
    ],
  };
}

/** What libcni or a decoder cannot read, before any plugin runs. */
function whyUnreadable(config: CniConfig): ChainProblem | null {
  const invalid = (problem: string, more: Partial<ChainProblem> = {}) => ({
    kind: 'invalid' as const,
    problem,
    ...more,
  });
  const isList = 'plugins' in config;
  const wrong = isList ? typeProblem(config) : null;
  if (wrong !== null) return invalid(wrong.message, wrong.help === undefined ? {} : { help: wrong.help });
  if (isList && !(Array.isArray(config['plugins']) && config['plugins'].every(isObject))) {
    return invalid('`plugins` is a list of plugins', { help: 'write `"plugins": [ { "type": "ipvlan" } ]`' });
  }
  for (const [at, plugin] of pluginsOf(config).entries()) {
    const type = textOf(plugin['type']);
    const place = isList ? { plugin: at } : {};
    if (type === null && (plugin['type'] ?? '') === '') {
      return invalid('error parsing configuration: missing `type`', { ...place, help: 'name the plugin in `type`' });
    }
    const bond = isObject(plugin['bond'])
      ? typeProblem(withKnownKeys(plugin['bond'], Object.keys(bondKeys)), 'bond')
      : null;
    const found = typeProblem(plugin) ?? bond;
    if (found === null) continue;
    const { key, message, help } = found;
    const of = !isList && ofEveryConfig.has(key) ? '' : ` of ${found === bond ? 'the bond' : (type ?? 'a plugin')}`;
    return invalid(message.replace(`\`${key}\``, `\`${key}\`${of}`), {
      ...place,
      key: found === bond ? 'bond' : key,
      ...(help === undefined ? {} : { help }),
    });
  }
  if (isList && (config['plugins'] as unknown[]).length === 0)
    return invalid('error parsing configuration list: no plugins in list');
  // A network of no name is called as its object by Multus.
  const name = textOf(config['name']);
  if (name === null || NETWORK_NAME.test(name)) return null;
  return invalid(`invalid characters found in network name: ${JSON.stringify(name)}`, {
    help: 'write letters, digits, `_`, `.` and `-`, and a letter or digit first',
  });
}

/** ValidateNetworkName of libcni. */
const NETWORK_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const ofEveryConfig: ReadonlySet<string> = new Set(['cniVersion', 'name', 'type']);

/** The newest that libcni speaks, for which a list has two keys (NetworkConfFromBytes of libcni 1.3.0). */
function versionOf(config: CniConfig): string | null {
  const one = textOf(config['cniVersion']);
  if (!('plugins' in config)) return one;
  const all = [one ?? '', ...textsOf(config['cniVersions'])].filter((text) => LIBCNI_VERSIONS.includes(text));
  all.sort((a, b) => LIBCNI_VERSIONS.indexOf(a) - LIBCNI_VERSIONS.indexOf(b));
  return all.at(-1) ?? one;
}

const LIBCNI_VERSIONS = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'];

/** Those of a list, or the one that the configuration is, each with its keys as they are known. */
function pluginsOf(config: CniConfig): PluginConfig[] {
  const plugins = Array.isArray(config['plugins']) ? (config['plugins'] as unknown[]).filter(isObject) : [config];
  return plugins.map((plugin) => {
    const { type } = withKnownKeys(plugin, ['type']);
    return withKnownKeys(plugin, Object.keys(pluginKeys[textOf(type) ?? ''] ?? { type }));
  });
}

/** Why a chain enforces nothing, as a clause. */
export function whyNotEnforced(config: CniConfig): string {
  return config['name'] === CHAINER_NAME
    ? `its chain holds no \`${CHAINER_PLUGIN}\``
    : `its CNI configuration is named \`${textOf(config['name']) ?? ''}\`, not \`${CHAINER_NAME}\``;
}

function readIfacer(plugin: CniConfig): Ifacer {
  const bond = isObject(plugin['bond']) ? withKnownKeys(plugin['bond'], Object.keys(bondKeys)) : null;
  return {
    interfaces: textsOf(plugin['interfaces']),
    vlanId: typeof plugin['vlanID'] === 'number' ? plugin['vlanID'] : 0,
    bond:
      bond === null
        ? null
        : { name: textOf(bond['name']) ?? '', mode: typeof bond['mode'] === 'number' ? bond['mode'] : 0 },
  };
}

function readIpam(value: unknown, around: Around): Ipam | ChainProblem {
  const { cniVersion } = around;
  const { type } = isObject(value) ? withKnownKeys(value, ['type']) : { type: '' };
  if (!isObject(value) || (type ?? '') === '') {
    return { kind: 'invalid', problem: 'has no IPAM, so its pods get no address' };
  }
  const known = ipamKeys[textOf(type) ?? ''];
  const ipam = withKnownKeys(value, Object.keys(known ?? { type }));
  const wrong = known === undefined ? null : ipamTypeProblem(String(type), ipam);
  if (wrong !== null) return wrong;
  switch (type) {
    case 'spiderpool':
      // Multus adds no version to a network on its way to ADD, and the plugins' own library takes none for the first.
      if (!CNI_VERSIONS.includes(cniVersion ?? WITHOUT_VERSION)) {
        return {
          kind: 'fails',
          problem: `IPAM of Spiderpool: incompatible CNI versions; config is ${cniVersion === null ? `"${WITHOUT_VERSION}", for it says none` : `"${cniVersion}"`}, plugin supports ${CNI_VERSIONS.join(', ')}`,
          help: `write \`"cniVersion": "${CNI_VERSIONS.at(-1) ?? ''}"\``,
        };
      }
      return {
        kind: 'spiderpool',
        ipv4: textsOf(ipam['default_ipv4_ippool']),
        ipv6: textsOf(ipam['default_ipv6_ippool']),
        cleanGateway: ipam['clean_gateway'] === true,
      };
    case 'static':
      return { kind: 'static', addresses: addressesIn(ipam), routes: routesIn(ipam) };
    case 'host-local':
      return readHostLocal(ipam, around);
    case 'whereabouts':
      return readWhereabouts(ipam, around);
    default:
      return {
        kind: 'not-modelled',
        problem: `IPAM ${JSON.stringify(type)} is not modelled, only ${Object.keys(ipamKeys).join(', ')} are`,
        help: 'write `"ipam": { "type": "spiderpool" }`, and a SpiderIPPool with its subnet and addresses',
      };
  }
}

/** Of the IPAM, and of what is in its lists. */
function ipamTypeProblem(type: string, ipam: PluginConfig): ChainProblem | null {
  const failing = (message: string, help: string | undefined): ChainProblem => {
    return { kind: 'fails', problem: `IPAM ${type}: ${message}`, ...(help === undefined ? {} : { help }) };
  };
  const own = typeProblem(ipam);
  if (own !== null) return failing(own.message, own.help);
  for (const [list, { what, keys }] of Object.entries(innerIpamKeys[type] ?? {})) {
    // Range sets are lists in a list.
    for (const written of ((ipam[list] ?? []) as unknown[]).flat().filter(isObject)) {
      const one = withKnownKeys(written, Object.keys(keys));
      const wrong = list === 'routes' ? routeProblem(one) : typeProblem(one);
      if (wrong === null) continue;
      return failing(wrong.message.replace(`\`${wrong.key}\``, `\`${wrong.key}\` of ${what}`), wrong.help);
    }
  }
  return null;
}

const WITHOUT_VERSION = '0.1.0';

function ipamRemarks(value: unknown): Remark[] {
  if (!isObject(value)) return [];
  const { type } = withKnownKeys(value, ['type']);
  const keys = ipamKeys[textOf(type) ?? ''];
  if (keys === undefined) return [];
  const ipam = withKnownKeys(value, Object.keys(keys));
  return [
    ...keyRemarks(`IPAM ${String(type)}`, ipam, keys),
    ...Object.entries(innerIpamKeys[String(type)] ?? {}).flatMap(([key, { what, keys: inner }]) => {
      // Range sets are lists in a list.
      const values = Array.isArray(ipam[key]) ? (ipam[key] as unknown[]).flat() : [];
      return innerRemarks(`${what} of ${String(type)} IPAM`, key, values.filter(isObject), inner);
    }),
    ...idleRangeKeys(type, ipam),
  ];
}
