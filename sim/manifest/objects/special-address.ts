/** Addresses that are of no one machine, or of its own link alone. */
import { BlockList, isIPv6 } from 'node:net';

export type SpecialAddress = 'unspecified' | 'loopback' | 'link-local' | 'multicast' | 'reserved';

const BLOCKS: readonly (readonly [SpecialAddress, string, number])[] = [
  ['unspecified', '0.0.0.0', 8],
  ['loopback', '127.0.0.0', 8],
  ['link-local', '169.254.0.0', 16],
  ['multicast', '224.0.0.0', 4],
  ['reserved', '240.0.0.0', 4],
  ['unspecified', '::', 128],
  ['loopback', '::1', 128],
  ['link-local', 'fe80::', 10],
  ['multicast', 'ff00::', 8],
];

const LISTS = BLOCKS.map(([what, network, length]) => {
  const list = new BlockList();
  list.addSubnet(network, length, isIPv6(network) ? 'ipv6' : 'ipv4');
  return { what, list };
});

/** null: one that a machine may have, and others send to. @param address without a prefix length */
export function specialAddress(address: string): SpecialAddress | null {
  return LISTS.find(({ list }) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'))?.what ?? null;
}
