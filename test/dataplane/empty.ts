import type { BpfMap } from '../../sim/linux/bpf.ts';

/** Takes everything out of a map; of an array, whose entries are always there, all is zero then. */
export function empty(map: BpfMap): void {
  if (!map.isArray) {
    for (const key of [...map.keys()]) map.delete(key);
    return;
  }
  const nothing = new Uint8Array(map.cpus * map.stride);
  // A guest takes a hundred times as long to write an entry as to look whether it must.
  for (const [key, value] of [...map.entries()]) if (value.some((byte) => byte !== 0)) map.update(key, nothing);
}
