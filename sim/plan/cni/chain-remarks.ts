/** What of a CNI configuration is not made here, in words; and why a plugin fails, so that no pod on it ever starts. */
import { isIP } from 'node:net';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { coordinatorProblems } from '../spiderpool/coordinator.ts';
import type { SpiderCoordinatorSpec } from '../../manifest/manifests.ts';
import {
  isObject,
  objectsOf,
  textOf,
  textsOf,
  withKnownKeys,
  type ConfigPlace,
  type PluginConfig,
} from './plugin-config.ts';
import { bondKeys, otherPlugins, pluginKeys, policyRouteKeys, type Keys } from './plugin-keys.ts';

export interface Remark extends ConfigPlace {
  /** A sentence about the configuration, without its name. */
  readonly message: string;
  readonly help: string;
}

/** Keys that lose something, and keys that the program does not know, which it ignores. */
export function keyRemarks(what: string, config: PluginConfig, keys: Keys): Remark[] {
  return Object.entries(config).flatMap(([key, value]): Remark[] => {
    const decision = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (decision === undefined) {
      return [
        {
          key,
          message: `\`${key}\` of ${what} is not known: the plugin ignores it, or it is not modelled`,
          help: didYouMean(key, Object.keys(keys)) ?? 'remove it',
        },
      ];
    }
    if (typeof decision === 'string' || isNothing(value)) return [];
    return [{ key, message: `\`${key}\` of ${what} has no effect here: ${decision.lost}`, help: 'remove it' }];
  });
}

/** Of objects inside of the value of `key`, whose keys are read as those of plugins are. */
export function innerRemarks(what: string, key: string, values: readonly PluginConfig[], keys: Keys): Remark[] {
  return values.flatMap((value) =>
    keyRemarks(what, withKnownKeys(value, Object.keys(keys)), keys).map((remark) => ({ ...remark, key })),
  );
}

/** Whether a configuration of the coordinator makes it do nothing. */
export function isDisabled({ mode }: PluginConfig): boolean {
  return mode === 'disabled' || mode === 'disable';
}

/** Of the plugins behind the one that makes the interface, and before it. */
export function pluginRemarks(plugins: readonly PluginConfig[]): Remark[] {
  return plugins.flatMap((one, plugin) => remarksOf(one).map((remark) => ({ ...remark, plugin })));
}

function remarksOf(plugin: PluginConfig): Remark[] {
  const type = textOf(plugin['type']) ?? '';
  const keys = pluginKeys[type];
  if (keys !== undefined) {
    return [
      ...keyRemarks(type, plugin, keys),
      ...(type === 'coordinator' ? coordinatorRemarks(plugin) : []),
      ...(type === 'ifacer' ? bondRemarks(plugin) : []),
    ];
  }
  const lost = otherPlugins[type];
  if (lost === null) return [];
  return [
    {
      message: `plugin \`${type}\` has no effect here: ${lost ?? 'nobody here knows what it does to packets'}`,
      help: lost === undefined ? (didYouMean(type, Object.keys(pluginKeys)) ?? 'remove it') : 'remove it',
    },
  ];
}

/** Why ADD of a plugin fails on a slave, whatever the pod; null where it does not. */
export function whyAddFails(plugins: readonly PluginConfig[]): Remark | null {
  for (const [plugin, one] of plugins.entries()) {
    const why = failureOf(one);
    if (why !== null) return { ...why, plugin };
  }
  return null;
}

/** The plugin `bandwidth` shapes the other end of a veth pair; a slave has none. */
export const NO_VETH_PEER: Remark = {
  message: 'plugin `bandwidth` fails behind ipvlan: the container interface has no veth peer, so the pod never starts',
  help: 'remove the plugin; limit pods by kubernetes.io/ingress-bandwidth and egress-bandwidth, and `{"type":"cilium-cni"}`',
};

/** A slave has the MAC of its master, and the driver of ipvlan takes no other. */
export const MAC_IS_THE_MASTERS: Remark = {
  message:
    'a slave of ipvlan cannot have a MAC address of its own (operation not supported), so the plugin fails and the pod never starts',
  help: 'remove it: all slaves have the MAC address of their master',
};

function failureOf(plugin: PluginConfig): Remark | null {
  switch (plugin['type']) {
    case 'bandwidth': {
      const rates = ['ingressRate', 'ingressBurst', 'egressRate', 'egressBurst'];
      return rates.some((key) => !isNothing(plugin[key])) ? NO_VETH_PEER : null;
    }
    case 'tuning':
      if (textOf(plugin['mac']) === null) return null;
      return { ...MAC_IS_THE_MASTERS, message: `\`mac\` of tuning: ${MAC_IS_THE_MASTERS.message}` };
    case 'coordinator':
      return coordinatorFailure(plugin);
    case 'ifacer': {
      const vlan = plugin['vlanID'] ?? 0;
      if (textsOf(plugin['interfaces']).length === 0) {
        return { message: 'ifacer: interfaces have at least one interface', help: 'name the master in `interfaces`' };
      }
      if (typeof vlan === 'number' && vlan >= 0 && vlan <= 4094) return null;
      return {
        message: `ifacer: invalid vlan tag ${JSON.stringify(vlan)}: vlan tag must be in range [0,4094]`,
        help: 'write a VLAN of 1 to 4094, or 0 for none',
      };
    }
    default:
      return null;
  }
}

const MODES = ['auto', 'underlay', 'overlay', 'disabled'];

function coordinatorFailure(plugin: PluginConfig): Remark | null {
  const mode = textOf(plugin['mode']) ?? 'auto';
  const settings = { ...plugin, podDefaultRouteNIC: plugin['podDefaultRouteNic'] } as SpiderCoordinatorSpec;
  const [wrong] = coordinatorProblems(readable(settings), []);
  if (wrong !== undefined)
    return { key: String(wrong.path[0]), message: `coordinator: ${wrong.message}`, help: wrong.help };
  if (isDisabled(plugin)) return null;
  if (!MODES.includes(mode)) {
    return { key: 'mode', message: `coordinator: unknown tuneMode: ${mode}`, help: `write ${MODES.join(', ')}` };
  }
  if (textOf(plugin['podMACPrefix']) === null) return null;
  return {
    ...MAC_IS_THE_MASTERS,
    key: 'podMACPrefix',
    message: `podMACPrefix of coordinator: ${MAC_IS_THE_MASTERS.message}`,
  };
}

/** What is of the wrong type is left out: the decoder of the plugin would refuse it, and `coordinatorProblems` cannot read it. */
function readable({ hijackCIDR, policyRoutes, ...rest }: SpiderCoordinatorSpec): SpiderCoordinatorSpec {
  const routes = objectsOf(policyRoutes).map(({ dst, gw }) => ({ dst: textOf(dst) ?? '', gw: textOf(gw) ?? '' }));
  return { ...rest, hijackCIDR: textsOf(hijackCIDR), policyRoutes: routes };
}

/** Only what is written and not the default: that veth0 is not there is told where it matters (W412). */
function coordinatorRemarks(plugin: PluginConfig): Remark[] {
  if (isDisabled(plugin)) return [];
  const remarks: Remark[] = [];
  const say = (key: string, message: string, help: string): void => {
    remarks.push({ key, message: `coordinator: ${message}`, help });
  };
  for (const key of ['hijackCIDR', 'overlayPodCIDR', 'serviceCIDR']) {
    const hijacked = textsOf(plugin[key]);
    if (hijacked.length === 0) continue;
    say(
      key,
      `\`${key}\`: traffic to ${hijacked.join(', ')} goes by veth0 and the node, past limits and policies of the slave; here it goes by the slave`,
      'measure to other addresses',
    );
  }
  const routes = objectsOf(plugin['policyRoutes']).map((route) => {
    return textOf(withKnownKeys(route, Object.keys(policyRouteKeys))['dst']) ?? '';
  });
  remarks.push(
    ...innerRemarks('a route of coordinator', 'policyRoutes', objectsOf(plugin['policyRoutes']), policyRouteKeys),
  );
  if (routes.length > 0) {
    say('policyRoutes', `\`policyRoutes\` to ${routes.join(', ')} are not made`, 'write them as `routes` of the pool');
  }
  if (!isNothing(plugin['vethMTU']) || textOf(plugin['vethLinkAddress']) !== null) {
    const key = isNothing(plugin['vethMTU']) ? 'vethLinkAddress' : 'vethMTU';
    say(key, 'veth0 is not made, so its MTU and its address have no effect', 'remove `vethMTU` and `vethLinkAddress`');
  }
  const nic = textOf(plugin['podDefaultRouteNic']);
  if (nic !== null && nic !== 'eth0')
    say(
      'podDefaultRouteNic',
      `the default route stays at eth0, not at ${nic} (\`podDefaultRouteNic\`)`,
      'remove `podDefaultRouteNIC`',
    );
  if (plugin['podRPFilter'] === 1 || plugin['podRPFilter'] === 2) {
    say('podRPFilter', '`podRPFilter`: the pod does not filter by reverse path (rp_filter)', 'write `podRPFilter: 0`');
  }
  if (plugin['mode'] === 'overlay')
    say('mode', 'mode overlay needs another network before this one', 'write `mode: auto`');
  return remarks;
}

function bondRemarks(plugin: PluginConfig): Remark[] {
  if (!isObject(plugin['bond'])) return [];
  const remarks = innerRemarks('the bond', 'bond', [plugin['bond']], bondKeys);
  const options = textOf(withKnownKeys(plugin['bond'], Object.keys(bondKeys))['options']);
  if (options === null) return remarks;
  const help = 'remove them; the mode is heeded';
  return [...remarks, { key: 'bond', message: `\`options\` of the bond have no effect here: ${options}`, help }];
}

/** As Go takes a value that is not there. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === 0 || value === '' || value === false;
}

/** `10.8.0.1` of a JSON list of addresses; null where one is none. */
export function addressesOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const texts = textsOf(value);
  return texts.length === value.length && texts.every((text) => isIP(text) !== 0) ? texts : null;
}
