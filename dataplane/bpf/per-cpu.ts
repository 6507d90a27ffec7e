/** Values of per-CPU maps: one a possible CPU, each on a multiple of eight bytes (kernel/bpf/hashtab.c). */
import { type Counters, type DropCount, COUNTERS_SIZE, DROP_COUNT_SIZE } from './abi.generated.ts';
import { decodeCounters, decodeDropCount } from './abi.generated.ts';

/** All CPUs together. @throws {RangeError} when `bytes` holds no whole number of values */
export function sumCounters(bytes: Uint8Array): Counters {
  return slots(bytes, COUNTERS_SIZE)
    .map(decodeCounters)
    .reduce(
      (sum, one) => ({
        offeredPackets: sum.offeredPackets + one.offeredPackets,
        offeredBytes: sum.offeredBytes + one.offeredBytes,
        passedPackets: sum.passedPackets + one.passedPackets,
        passedBytes: sum.passedBytes + one.passedBytes,
      }),
      { offeredPackets: 0, offeredBytes: 0, passedPackets: 0, passedBytes: 0 },
    );
}

/** All CPUs together. @throws {RangeError} when `bytes` holds no whole number of values */
export function sumDropCount(bytes: Uint8Array): DropCount {
  return slots(bytes, DROP_COUNT_SIZE)
    .map(decodeDropCount)
    .reduce((sum, one) => ({ packets: sum.packets + one.packets, bytes: sum.bytes + one.bytes }), {
      packets: 0,
      bytes: 0,
    });
}

function slots(bytes: Uint8Array, size: number): Uint8Array[] {
  const stride = Math.ceil(size / 8) * 8;
  if (bytes.length === 0 || bytes.length % stride !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole number of per-CPU values of ${stride} bytes`);
  return Array.from({ length: bytes.length / stride }, (_, index) =>
    bytes.subarray(index * stride, index * stride + size),
  );
}
