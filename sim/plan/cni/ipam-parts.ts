/** What the IPAM of several plugins has alike. */
import { objectsOf, textOf, withKnownKeys, type PluginConfig } from './plugin-config.ts';
import { staticAddressKeys, staticRouteKeys } from './plugin-keys.ts';

export interface WrittenAddress {
  readonly address: string;
  readonly gateway: string | null;
}

export interface WrittenRoute {
  readonly to: string;
  /** null: the gateway of an address, see `routesBy` of pod-routes.ts. */
  readonly via: string | null;
  /** What else is written of it, which is not made but tells two routes apart. */
  readonly more: PluginConfig;
}

export function addressesIn(ipam: PluginConfig): WrittenAddress[] {
  return entriesOf(ipam, 'addresses', staticAddressKeys).map((entry) => ({
    address: textOf(entry['address']) ?? '',
    gateway: textOf(entry['gateway']),
  }));
}

export function routesIn(ipam: PluginConfig): WrittenRoute[] {
  return entriesOf(ipam, 'routes', staticRouteKeys).map(({ dst, gw, ...more }) => ({
    to: textOf(dst) ?? '',
    via: textOf(gw),
    more,
  }));
}

function entriesOf(ipam: PluginConfig, key: string, keys: object): PluginConfig[] {
  return objectsOf(ipam[key]).map((entry) => withKnownKeys(entry, Object.keys(keys)));
}
