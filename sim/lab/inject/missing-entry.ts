/** A fault of the loader, made on purpose: an endpoint whose entry in one of the dataplane's maps is not there. */
import { endpointRemoval } from '../../../dataplane/bpf/endpoint-map.ts';
import { uint32 } from '../../../dataplane/bpf/integers.ts';
import { endpointDirectionKey } from '../../../dataplane/bpf/policy-map.ts';
import type { BpfMap } from '../../linux/bpf.ts';
import type { Dataplane } from '../dataplane.ts';

/** Whose, as the maps know it: the pod's slave, and its number. */
interface Sender {
  readonly ifindex: number;
  readonly endpointId: number;
}

/** Takes the entry out until disposed. What is seen of it elsewhere in between sees the fault too. @throws SystemCallError */
export function withoutEntry(
  { maps }: Pick<Dataplane, 'maps'>,
  entry: 'endpoint' | 'limit',
  sender: Sender,
): Disposable {
  return entry === 'endpoint'
    ? takenOut(maps.endpoints, uint32(sender.ifindex), (value) => {
        const { key, value: removed } = endpointRemoval(sender.ifindex, value);
        maps.endpoints.update(key, removed);
      })
    : takenOut(maps.limits, endpointDirectionKey(sender.endpointId, 'egress'), (_, key) => maps.limits.delete(key));
}

function takenOut(map: BpfMap, key: Uint8Array, takeOut: (value: Uint8Array, key: Uint8Array) => void): Disposable {
  const value = map.lookup(key);
  if (value === null) throw new Error(`the map ${map.name} has no such entry that could be missing`);
  takeOut(value, key);
  return { [Symbol.dispose]: () => map.update(key, value) };
}
