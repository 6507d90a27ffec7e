/** Connections that a pod had: its address may be another pod's tomorrow, and must not find them open. */
import { decodeConntrackKey } from '../../dataplane/bpf/abi.generated.ts';
import { addressBytes } from '../../dataplane/bpf/address.ts';
import type { BpfMap } from '../linux/bpf.ts';
import type { PodPlan } from '../plan/plan.ts';

/** Takes every connection of the pod out of the map, as it saw them and as its peers did. @throws SystemCallError */
export function forgetConnections(conntrack: BpfMap, { endpointId, interfaces }: PodPlan): void {
  const own = new Set(
    interfaces.flatMap(({ addresses }) => addresses.map((cidr) => textOf(addressBytes(cidr.replace(/\/\d+$/, ''))))),
  );
  for (const [key] of conntrack.entries()) {
    const { endpoint, remote } = decodeConntrackKey(key);
    if (endpoint === endpointId || own.has(textOf(remote))) conntrack.delete(key);
  }
}

function textOf(address: Uint8Array): string {
  return Buffer.from(address).toString('hex');
}
