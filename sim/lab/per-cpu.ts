/** Values of per-CPU maps: one a possible CPU, one behind the other. */
import type { BpfMap } from '../linux/bpf.ts';

/** Adds up every CPU's value, field by field. @throws RangeError when there is none */
export function sumOverCpus<T extends { readonly [K in keyof T]: number }>(
  map: Pick<BpfMap, 'cpus' | 'stride' | 'valueSize'>,
  value: Uint8Array,
  decode: (bytes: Uint8Array) => T,
): T {
  const perCpu = Array.from({ length: map.cpus }, (_, cpu) =>
    decode(value.subarray(cpu * map.stride, cpu * map.stride + map.valueSize)),
  );
  const [first, ...rest] = perCpu;
  if (first === undefined) throw new RangeError('a per-CPU value of no CPU');
  return rest.reduce<T>((sums, one) => {
    const fields = Object.entries<number>(sums).map(([field, sum]) => [field, sum + one[field as keyof T]]);
    return Object.fromEntries(fields) as T;
  }, first);
}
