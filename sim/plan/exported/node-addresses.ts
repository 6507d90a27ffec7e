/** Addresses of nodes in an exported cluster: what its Nodes say (`InternalIP`), else what its pods say of theirs (`hostIP`). */
import { cidrContains, familyOf } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Located, NodeManifest, PodManifest, ScenarioNode } from '../../manifest/manifests.ts';
import { hostAddress, withoutPrefix } from '../ipam/address-of-cidr.ts';
import { objectKey } from '../cluster/cluster.ts';
import type { Pool } from '../ipam/ippool.ts';

export interface NodeAddress {
  readonly address: bigint;
  /** CIDR text: with the prefix length of a pool that it lies in, else alone on its link. */
  readonly text: string;
  readonly span: ReturnType<Located['spanOf']>;
}

/**
 * By node. A node whose interfaces a Scenario lists keeps what is written there; where the export says otherwise, a warning
 * says so.
 */
export function exportedNodeAddresses(
  { nodes, pods }: { readonly nodes: readonly NodeManifest[]; readonly pods: readonly PodManifest[] },
  written: readonly ScenarioNode[],
  pools: readonly Pool[],
  diagnostics: Collector,
): Map<string, NodeAddress[]> {
  const found = new Map<string, NodeAddress[]>();
  for (const node of nodes) add(found, node.name, node.addresses, node.spanOf(['status', 'addresses']), pools);
  const byNodes = new Set(found.keys());
  const said = new Map<string, PodManifest>();
  for (const pod of pods) {
    const name = pod.spec.nodeName ?? '';
    const addresses = pod.status?.nodeAddresses ?? [];
    if (name === '' || addresses.length === 0) continue;
    const span = pod.spanOf(['status', 'hostIP']);
    const known = found.get(name);
    if (known === undefined) {
      add(found, name, addresses, span, pools);
      said.set(name, pod);
    } else if (!addresses.every((text) => known.some((one) => one.address === hostAddress(text)))) {
      const by = byNodes.has(name) ? `Node ${name}` : objectKey(said.get(name) ?? pod);
      diagnostics.add(
        'W434',
        span,
        `${objectKey(pod)} had hostIP ${addresses.join(', ')} on node ${name}, and by ${by} that node had ${known.map(bare).join(', ')}`,
        { help: 'export all of them at the same time' },
      );
    }
  }
  for (const { name, interfaces } of written) {
    const known = found.get(name);
    if (interfaces === null || known === undefined) continue;
    found.delete(name);
    const own = interfaces.flatMap(({ addresses }) => addresses.map((text) => hostAddress(withoutPrefix(text))));
    const other = known.filter(({ address }) => !own.includes(address));
    const [first] = other;
    if (first === undefined) continue;
    diagnostics.add(
      'W434',
      first.span,
      `node ${name} had the address ${other.map(bare).join(', ')}, which the Scenario does not give it`,
      { help: 'write it into `interfaces` of the node, or leave `interfaces` out' },
    );
  }
  return found;
}

function add(
  found: Map<string, NodeAddress[]>,
  name: string,
  texts: readonly string[],
  span: NodeAddress['span'],
  pools: readonly Pool[],
): void {
  for (const text of texts) {
    const address = hostAddress(text);
    if (address === null) continue;
    const family = familyOf(address);
    const pool = pools.find((one) => one.family === family && cidrContains(one.subnet, address));
    const length = pool?.prefixLength ?? (family === 4 ? 32 : 128);
    found.set(name, [...(found.get(name) ?? []), { address, text: `${text}/${length}`, span }]);
  }
}

function bare({ text }: NodeAddress): string {
  return withoutPrefix(text);
}
