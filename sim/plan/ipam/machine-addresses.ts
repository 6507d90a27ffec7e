/** Addresses of nodes and hosts: written in the Scenario, and nobody else's. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { ScenarioManifest } from '../../manifest/manifests.ts';
import { addressOfCidr } from './address-of-cidr.ts';
import { refuseDouble, warnOfPools } from '../pods/endpoints.ts';
import type { NodeAddress } from '../exported/node-addresses.ts';
import type { Ipam } from './ipam.ts';

/**
 * Takes them out of the pools' reach. Two machines of one address are a mistake; one inside a pool is a warning.
 */
export function reserveMachines(scenario: ScenarioManifest, ipam: Ipam, diagnostics: Collector): void {
  for (const { owner, text, path } of addressesOf(scenario)) {
    const span = scenario.spanOf(path);
    const address = addressOfCidr(text);
    if (address === null) {
      diagnostics.add('E423', span, `\`${text}\` is no address with a prefix length`, {
        help: 'write an address such as 172.51.0.230/16',
      });
      continue;
    }
    const other = ipam.reserve(address, owner);
    if (other !== null) refuseDouble(text, owner, other, span, diagnostics);
    warnOfPools(address, text, owner, () => span, ipam, diagnostics);
  }
}

/** Addresses that nodes had in an exported cluster, and that no pod can have. */
export function reserveNodes(
  nodes: ReadonlyMap<string, readonly NodeAddress[]>,
  ipam: Ipam,
  diagnostics: Collector,
): void {
  for (const [name, addresses] of nodes) {
    for (const { address, text, span } of addresses) {
      const owner = `node:${name}`;
      const other = ipam.reserve(address, owner);
      if (other !== null && other !== owner) refuseDouble(text, owner, other, span, diagnostics);
      if (other === null) warnOfPools(address, text, owner, () => span, ipam, diagnostics);
    }
  }
}

interface MachineAddress {
  /** `node:NAME`, `host:NAME`. */
  readonly owner: string;
  readonly text: string;
  readonly path: readonly (string | number)[];
}

function* addressesOf({ spec }: ScenarioManifest): Generator<MachineAddress> {
  for (const [n, node] of (spec.nodes ?? []).entries()) {
    for (const [i, nic] of (node.interfaces ?? []).entries()) {
      for (const [a, text] of nic.addresses.entries()) {
        yield { owner: `node:${node.name}`, text, path: ['spec', 'nodes', n, 'interfaces', i, 'addresses', a] };
      }
    }
  }
  for (const [h, host] of spec.hosts.entries()) {
    for (const [a, text] of host.addresses.entries()) {
      yield { owner: `host:${host.name}`, text, path: ['spec', 'hosts', h, 'addresses', a] };
    }
  }
}
