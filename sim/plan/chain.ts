/**
 * A CNI configuration to what it does to a pod: which master, which mode, which addresses, and whether limits and
 * policies are enforced.
 *
 * Sources: the CNI specification (a list has `plugins`, a single one `type`), the ipvlan plugin's README, Spiderpool's
 * IPAM and ifacer plugins. cilium-chaining takes part only in a list named `spidernet-chainer` that holds `cilium-cni`;
 * in every other chain it silently does nothing.
 */
import type { CniConfig } from './spider-multus-config.ts';

export const CHAINER_NAME = 'spidernet-chainer';
export const CHAINER_PLUGIN = 'cilium-cni';

export interface Chain {
  /** null: the interface that has the node's default route. */
  readonly master: string | null;
  readonly mode: 'l2' | 'l3' | 'l3s';
  /** null: that of the master. */
  readonly mtu: number | null;
  /** Interfaces made before the slave: a bond, a VLAN, or a VLAN on a bond. */
  readonly ifacer: Ifacer | null;
  readonly ipam: Ipam;
  readonly enforced: boolean;
  /** Spiderpool's coordinator is in the chain, and not disabled. */
  readonly coordinated: boolean;
}

interface Ifacer {
  readonly interfaces: readonly string[];
  readonly vlanId: number;
  readonly bond: { readonly name: string; readonly mode: number } | null;
}

type Ipam =
  | { readonly kind: 'spiderpool'; readonly ipv4: readonly string[]; readonly ipv6: readonly string[] }
  | {
      readonly kind: 'static';
      readonly addresses: readonly { readonly address: string; readonly gateway: string | null }[];
      readonly routes: readonly { readonly to: string; readonly via: string | null }[];
    };

/** Why a configuration cannot be planned, as a clause: `macvlan is not modelled, only ipvlan is`. */
export interface ChainProblem {
  readonly kind: 'invalid' | 'not-modelled';
  readonly problem: string;
  /** What to do, where it is known better than "another network". */
  readonly help?: string;
}

export function readChain(config: CniConfig): Chain | ChainProblem {
  const plugins = Array.isArray(config['plugins']) ? (config['plugins'] as unknown[]).filter(isObject) : [config];
  const ipvlan = plugins.find((plugin) => plugin['type'] === 'ipvlan');
  if (ipvlan === undefined) {
    const types = plugins.map((plugin) => textOf(plugin['type']) ?? 'a plugin without a type');
    return { kind: 'not-modelled', problem: `${types.join(', ')} is not modelled, only ipvlan is` };
  }
  const mode = ipvlan['mode'] ?? 'l2';
  if (mode !== 'l2' && mode !== 'l3' && mode !== 'l3s') {
    return { kind: 'invalid', problem: `unknown ipvlan mode: ${JSON.stringify(mode)}` };
  }
  const ipam = readIpam(ipvlan['ipam']);
  if ('problem' in ipam) return ipam;
  const mtu = ipvlan['mtu'] ?? 0;
  if (typeof mtu !== 'number' || !Number.isInteger(mtu) || mtu < 0) {
    return { kind: 'invalid', problem: `ipvlan mtu is no size in bytes: ${JSON.stringify(mtu)}` };
  }
  const ifacer = plugins.find((plugin) => plugin['type'] === 'ifacer');
  return {
    master: textOf(ipvlan['master']),
    mode,
    mtu: mtu === 0 ? null : mtu,
    ifacer: ifacer === undefined ? null : readIfacer(ifacer),
    ipam,
    enforced: config['name'] === CHAINER_NAME && plugins.some((plugin) => plugin['type'] === CHAINER_PLUGIN),
    coordinated: plugins.some(({ type, mode: how }) => type === 'coordinator' && how !== 'disabled'),
  };
}

/** Why a chain enforces nothing, as a clause. */
export function whyNotEnforced(config: CniConfig): string {
  return config['name'] === CHAINER_NAME
    ? `its chain holds no \`${CHAINER_PLUGIN}\``
    : `its CNI configuration is named \`${textOf(config['name']) ?? ''}\`, not \`${CHAINER_NAME}\``;
}

function readIfacer(plugin: CniConfig): Ifacer {
  const bond = isObject(plugin['bond']) ? plugin['bond'] : null;
  return {
    interfaces: textsOf(plugin['interfaces']),
    vlanId: typeof plugin['vlanID'] === 'number' ? plugin['vlanID'] : 0,
    bond:
      bond === null
        ? null
        : { name: textOf(bond['name']) ?? '', mode: typeof bond['mode'] === 'number' ? bond['mode'] : 0 },
  };
}

function readIpam(ipam: unknown): Ipam | ChainProblem {
  if (!isObject(ipam)) return { kind: 'invalid', problem: 'has no IPAM, so its pods get no address' };
  switch (ipam['type']) {
    case 'spiderpool':
      return {
        kind: 'spiderpool',
        ipv4: textsOf(ipam['default_ipv4_ippool']),
        ipv6: textsOf(ipam['default_ipv6_ippool']),
      };
    case 'static':
      return {
        kind: 'static',
        addresses: objectsOf(ipam['addresses']).map((entry) => ({
          address: textOf(entry['address']) ?? '',
          gateway: textOf(entry['gateway']),
        })),
        routes: objectsOf(ipam['routes']).map((entry) => ({
          to: textOf(entry['dst']) ?? '',
          via: textOf(entry['gw']),
        })),
      };
    default:
      return {
        kind: 'not-modelled',
        problem: `IPAM ${JSON.stringify(ipam['type'])} is not modelled, only spiderpool and static are`,
        help: 'write `"ipam": { "type": "spiderpool" }`, and a SpiderIPPool with its subnet and addresses',
      };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
}
