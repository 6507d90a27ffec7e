import { expect, it } from 'vitest';
import { decodeCounters, encodeCounters } from '../../dataplane/bpf/abi.generated.ts';
import { sumOverCpus } from './per-cpu.ts';

it('adds up the counters of all CPUs', () => {
  const value = Buffer.concat([
    encodeCounters({ offeredPackets: 1, offeredBytes: 1514, passedPackets: 1, passedBytes: 1514, markedPackets: 1 }),
    encodeCounters({ offeredPackets: 2, offeredBytes: 3028, passedPackets: 0, passedBytes: 0, markedPackets: 2 }),
  ]);
  expect(sumOverCpus({ cpus: 2, stride: 40, valueSize: 40 }, value, decodeCounters)).toEqual({
    offeredPackets: 3,
    offeredBytes: 4542,
    passedPackets: 1,
    passedBytes: 1514,
    markedPackets: 3,
  });
});
