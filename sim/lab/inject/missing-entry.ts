/** A fault of the loader, made on purpose: an endpoint whose entry in one of the dataplane's maps is not there. */
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
    ? takenOut(maps.endpoints, new Uint8Array(Uint32Array.of(sender.ifindex).buffer))
    : takenOut(maps.limits, endpointDirectionKey(sender.endpointId, 'egress'));
}

function takenOut(map: BpfMap, key: Uint8Array): Disposable {
  const value = map.lookup(key);
  if (value === null) throw new Error(`the map ${map.name} has no such entry that could be missing`);
  map.delete(key);
  return { [Symbol.dispose]: () => map.update(key, value) };
}
