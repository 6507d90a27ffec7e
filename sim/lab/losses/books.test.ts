import { expect, it } from 'vitest';
import { encodeCounters } from '../../../dataplane/bpf/abi.generated.ts';
import type { BpfMap } from '../../linux/bpf.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { LabClock } from '../clock.ts';
import type { PodEndpoint } from '../endpoint.ts';
import { Books, unseen } from './books.ts';

it('what the driver took is held against what was passed, sent or refused behind it', () => {
  expect(unseen({ txPackets: 10, txDropped: 0 }, 10)).toBe(0);
  expect(unseen({ txPackets: 10, txDropped: 3 }, 10)).toBe(3);
  // Super-packets count once at the driver, and as their segments at the program.
  expect(unseen({ txPackets: 10, txDropped: 0 }, 450)).toBe(0);
});

/** A pod whose slave and programs count what the test says. */
class Pod {
  ifindex = 7;
  sent = 0;
  passed = 0;
  readonly records: TraceRecord[] = [];
  readonly endpoints = new Map<number, PodEndpoint>();
  readonly books: Books;

  constructor(maxEntries = 8) {
    const counters = {
      cpus: 1,
      stride: 40,
      valueSize: 40,
      // As the kernel does: an array has nothing beyond its end.
      lookup: (key: Uint8Array) => {
        if (new DataView(key.buffer, key.byteOffset).getUint32(0, true) >= maxEntries) return null;
        const none = { offeredPackets: 0, offeredBytes: 0, passedBytes: 0, markedPackets: 0 };
        return encodeCounters({ ...none, passedPackets: this.passed });
      },
    } as unknown as BpfMap;
    const lab = { clock: new LabClock(), record: (record: TraceRecord) => void this.records.push(record) };
    this.plug();
    this.books = new Books(lab, counters, this.endpoints);
  }

  plug(): void {
    const link = () => ({ stats: { txPackets: this.sent, txDropped: 0 } });
    this.endpoints.set(1, { name: 'default/a', ifindex: this.ifindex, rtnetlink: { link } } as unknown as PodEndpoint);
  }

  get told(): number[] {
    return this.records.map((record) => (record.type === 'around' ? record.packets : Number.NaN));
  }
}

it('says what went around when there is more of it, and nothing while the books balance', () => {
  const pod = new Pod();
  [pod.sent, pod.passed] = [5, 5];
  pod.books.look();
  expect(pod.told).toEqual([]);
  pod.sent = 8;
  pod.books.look(['default/b']);
  expect(pod.told).toEqual([]);
  pod.books.look(['default/a']);
  pod.books.look();
  pod.sent = 9;
  pod.books.look();
  expect(pod.told).toEqual([3, 4]);
});

it('a pod that comes again has a slave that counts from zero, and programs that go on', () => {
  const pod = new Pod();
  [pod.sent, pod.passed] = [7, 5];
  pod.books.look();
  [pod.ifindex, pod.sent, pod.passed] = [8, 4, 8];
  pod.plug();
  pod.books.look();
  expect(pod.told).toEqual([2, 3]);
});

it('nothing can be said of a pod that the counters have no room for', () => {
  const pod = new Pod(3);
  pod.sent = 7;
  pod.books.look();
  expect(pod.told).toEqual([]);
});
