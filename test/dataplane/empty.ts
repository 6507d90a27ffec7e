import type { BpfMap } from '../../sim/linux/bpf.ts';

/** Takes everything out of a map; of an array, whose entries are always there, all is zero then. */
export function empty(map: BpfMap): void {
  const nothing = new Uint8Array(map.cpus * map.stride);
  for (const key of [...map.keys()]) {
    if (map.isArray) map.update(key, nothing);
    else map.delete(key);
  }
}
