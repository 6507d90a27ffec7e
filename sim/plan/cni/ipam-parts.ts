/** What the IPAM of several plugins has alike. */
import { objectsOf, textOf, withKnownKeys, type PluginConfig } from './plugin-config.ts';
import { staticAddressKeys, staticRouteKeys } from './plugin-keys.ts';

export interface WrittenAddress {
  readonly address: string;
  readonly gateway: string | null;
}

export interface WrittenRoute {
  readonly to: string;
  /** null: the gateway of an address, see `routesBy` of endpoints.ts. */
  readonly via: string | null;
}

export function addressesIn(ipam: PluginConfig): WrittenAddress[] {
  return entriesOf(ipam, 'addresses', staticAddressKeys).map((entry) => ({
    address: textOf(entry['address']) ?? '',
    gateway: textOf(entry['gateway']),
  }));
}

export function routesIn(ipam: PluginConfig): WrittenRoute[] {
  return entriesOf(ipam, 'routes', staticRouteKeys).map((entry) => ({
    to: textOf(entry['dst']) ?? '',
    via: textOf(entry['gw']),
  }));
}

function entriesOf(ipam: PluginConfig, key: string, keys: object): PluginConfig[] {
  return objectsOf(ipam[key]).map((entry) => withKnownKeys(entry, Object.keys(keys)));
}
