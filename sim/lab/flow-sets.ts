/** What the dataplane remembers of a pod's flows: memory that goes with the pod. */
import { decodeFlowKey } from '../../dataplane/bpf/abi.generated.ts';
import type { BpfMap } from '../linux/bpf.ts';

/** @throws SystemCallError */
export function forgetFlows(flows: BpfMap, endpointId: number): void {
  for (const key of [...flows.keys()]) if (decodeFlowKey(key).endpoint === endpointId) flows.delete(key);
}
