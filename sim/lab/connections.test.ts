import { expect, test } from 'vitest';
import { encodeConntrackEntry, encodeConntrackKey } from '../../dataplane/bpf/abi.generated.ts';
import { addressBytes } from '../../dataplane/bpf/address.ts';
import { ExpiredConnections } from './connections.ts';

const SECOND = 1e9;

test('what has expired for both openers is taken out, at most once a second, and what lives stays', () => {
  const entries = new Map<string, [key: Uint8Array, value: Uint8Array]>();
  const open = (localPort: number, byRemoteNs: number, byLocalNs: number): void => {
    const [local, remote] = [addressBytes('10.0.0.1'), addressBytes('10.0.0.2')];
    const key = encodeConntrackKey({ endpoint: 1, local, remote, localPort, remotePort: 80, protocol: 17 });
    const of = (expiresNs: number) => ({ expiresNs, ruleId: 0, flags: 0, epoch: 0 });
    const value = encodeConntrackEntry({ openedByRemote: of(byRemoteNs), openedByLocal: of(byLocalNs) });
    entries.set(String(localPort), [key, value]);
  };
  let now = 50 * SECOND;
  const map = {
    *entries() {
      yield* entries.values();
    },
    delete: (key: Uint8Array) => [...entries].some(([name, [known]]) => known === key && entries.delete(name)),
  };
  const expired = new ExpiredConnections(map, { now: () => now, monotonic: (t) => t + 1000 * SECOND });
  open(1, 1049 * SECOND, 0);
  open(2, 1049 * SECOND, 1051 * SECOND);
  open(3, 1051 * SECOND, 0);
  expired.forget();
  expect([...entries.keys()]).toEqual(['2', '3']);
  now += 0.9 * SECOND;
  open(4, 1, 1);
  expired.forget();
  expect([...entries.keys()]).toEqual(['2', '3', '4']);
  now += 0.6 * SECOND;
  expired.forget();
  expect([...entries.keys()]).toEqual([]);
});
