/**
 * One limit, asked on several processors at once: every packet must move `t_last` by its own time and by no more, or the limit
 * is not the limit. Each thread runs the loaded program again and again (BPF_PROG_TEST_RUN), all on the same endpoint.
 *
 * Whether two of them ever meet within the few nanoseconds of an update is the machine's mood, a busy one runs them one after the other.
 * So each case first shows its strength: the same program compiled without its lock must lose updates, and for as many rounds as that
 * took, and as many again, the real one must lose none. Where none is lost in PATIENCE_MS the machine lets nobody meet; the real one is
 * asked as often then, and the case says that it has shown nothing.
 */
import koffi from 'koffi';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCounters, decodeLimit, encodeLimit } from '../../dataplane/bpf/abi.generated.ts';
import { endpointEntry } from '../../dataplane/bpf/endpoint-map.ts';
import { countersKey, endpointDirectionKey, limitEntry } from '../../dataplane/bpf/policy-map.ts';
import { type QueueBounds, fifo } from '../../dataplane/bpf/queue-bounds.ts';
import { UDP, frame, udp } from '../../dataplane/bpf/frames.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import { OPTIONS } from '../../sim/linux/bpf-program.ts';
import { type BpfObject, loadBpfObject } from '../../sim/linux/bpf.ts';
import { skipped } from '../report/skipped.ts';
import { empty } from './empty.ts';
import { whyNoDataplane } from './machine.ts';
import { compileDataplane } from './object.ts';
import { encodeSkBuff } from './sk-buff.ts';

const reason =
  whyNoDataplane() ??
  (availableParallelism() < 2 ? `one processor (${availableParallelism()}): nothing runs at once` : null);

const SENDERS = 4; // as many as libuv has threads
const PACKETS_EACH = 200_000;
/** Without the lock; some hundredth of it is enough on a machine with nothing else to do. */
const PATIENCE_MS = 30_000;
const RATE_BPS = 1e9;
const ENDPOINT = 1;
/** A program's test run is on the loopback device of its namespace, which is always there. */
const LOOPBACK = 1;
const full = frame({ from: '10.0.0.1', to: '10.0.0.2' }, UDP, udp(1, 2, new Array<number>(1472).fill(0)));
/** 1514 bytes at 1 Gbit/s, exactly. */
const DELAY_NS = 12_112n;
const WHOLE = BigInt(SENDERS * PACKETS_EACH) * DELAY_NS;
const HOUR_NS = 3600e9;
/** The queue is managed and never full. */
const managed: QueueBounds = {
  ...fifo,
  boundNs: HOUR_NS,
  startNs: HOUR_NS,
  shareNs: HOUR_NS,
  loneNs: HOUR_NS,
  answerNs: HOUR_NS,
  quantumNs: HOUR_NS,
  lumpNs: HOUR_NS,
};

describe.skipIf(reason)(`senders on several processors${skipped(reason)}`, () => {
  let locked: BpfObject;
  let unlocked: BpfObject;
  beforeAll(async () => {
    using file = await compileDataplane();
    using without = await compileDataplane(['-Dbpf_spin_lock(lock)=', '-Dbpf_spin_unlock(lock)=']);
    locked = loadBpfObject(file.path);
    unlocked = loadBpfObject(without.path);
  });
  afterAll(() => {
    locked[Symbol.dispose]();
    unlocked[Symbol.dispose]();
  });

  it.for([
    { program: 'ipvlane_egress', direction: 'egress', what: 'one queue', bounds: fifo },
    { program: 'ipvlane_egress', direction: 'egress', what: 'a managed queue', bounds: managed },
    { program: 'ipvlane_ifb', direction: 'ingress', what: 'one queue', bounds: fifo },
    { program: 'ipvlane_ifb', direction: 'ingress', what: 'a managed queue', bounds: managed },
  ] as const)(
    'share a limit of $direction behind $what to the nanosecond',
    { timeout: 4 * PATIENCE_MS },
    async (one, { skip }) => {
      const until = performance.now() + PATIENCE_MS;
      let rounds = 0;
      let met = false;
      while (!met && performance.now() < until) {
        met = (await round(unlocked, one)).moved !== WHOLE;
        rounds += 1;
      }
      for (let n = 0; n < (met ? 2 : 1) * rounds; n++) {
        expect(await round(locked, one)).toEqual({ moved: WHOLE, passed: SENDERS * PACKETS_EACH });
      }
      skip(
        !met,
        `${rounds} rounds without the lock lost nothing either: a busy machine runs the threads one after the other`,
      );
    },
  );

  async function round(
    object: BpfObject,
    { program, direction, bounds }: { program: string; direction: Direction; bounds: QueueBounds },
  ): Promise<{ moved: bigint; passed: number }> {
    const before = begin(object, direction, bounds);
    await Promise.all(Array.from({ length: SENDERS }, () => send(object, program)));
    return { moved: tLast(object, direction) - before, passed: passed(object, direction) };
  }

  /** The limit is spoken for five seconds ahead, so no packet finds the link idle. */
  function begin(object: BpfObject, direction: Direction, bounds: QueueBounds): bigint {
    for (const map of ['limits', 'counters', 'flows'].map((name) => object.map(name))) empty(map);
    const limited = { ingress: direction === 'ingress', egress: direction === 'egress' };
    const isolated = { ingress: false, egress: false };
    const endpoint = { endpointId: ENDPOINT, policySet: 0, isolated, limited, verifyAddresses: false };
    const { key: ifindex, value: state } = endpointEntry(LOOPBACK, endpoint);
    object.map('endpoints').update(ifindex, state);
    const before = process.hrtime.bigint() + 5_000_000_000n;
    const { key, value } = limitEntry(ENDPOINT, direction, RATE_BPS, bounds);
    const state0 = { ...decodeLimit(value), horizonNs: HOUR_NS, tLast: Number(before) };
    object.map('limits').update(key, encodeLimit(state0));
    return tLast(object, direction);
  }

  /** One thread's packets, one after the other, in the pool of threads that Node has beside its own. */
  function send(object: BpfObject, program: string): Promise<void> {
    const { fd } = object.program(program);
    const sent = new TestRunBlock(encodeSkBuff({ ifindex: LOOPBACK, ingressIfindex: LOOPBACK, wireLen: full.length }));
    return new Promise((resolve, reject) => {
      testRun.async(fd, sent.bytes, (error: Error | null, result: number) => {
        if (error !== null || result !== 0) reject(error ?? new Error(`BPF_PROG_TEST_RUN: ${result}`));
        else resolve();
      });
    });
  }

  function tLast(object: BpfObject, direction: Direction): bigint {
    const value = object.map('limits').lookup(endpointDirectionKey(ENDPOINT, direction));
    if (value === null) throw new Error('the limit is gone');
    expect(decodeLimit(value).rateBps).toBe(RATE_BPS);
    return new DataView(value.buffer, value.byteOffset).getBigUint64(24, true);
  }

  function passed(object: BpfObject, direction: Direction): number {
    const map = object.map('counters');
    const value = map.lookup(countersKey(ENDPOINT, direction)) ?? new Uint8Array();
    let sum = 0;
    for (let at = 0; at < value.length; at += map.stride)
      sum += decodeCounters(value.subarray(at, at + map.stride)).passedPackets;
    return sum;
  }
});

const testRun = koffi.load('libbpf.so.1').func('int bpf_prog_test_run_opts(int, void *)');

/** `struct bpf_test_run_opts` with all that it points at, in memory of its own: several runs are under way at once. */
class TestRunBlock {
  readonly bytes: Uint8Array;

  constructor(ctx: Uint8Array) {
    const size = OPTIONS.end + ctx.length + full.length;
    const memory: unknown = koffi.alloc('uint8_t', size);
    this.bytes = new Uint8Array(koffi.view(memory, size));
    this.bytes.set(ctx, OPTIONS.end);
    this.bytes.set(full, OPTIONS.end + ctx.length);
    const address = koffi.address(memory);
    const options = new DataView(this.bytes.buffer, this.bytes.byteOffset, OPTIONS.end);
    options.setBigUint64(OPTIONS.size, BigInt(OPTIONS.end), true);
    options.setBigUint64(OPTIONS.ctxIn, address + BigInt(OPTIONS.end), true);
    options.setUint32(OPTIONS.ctxSizeIn, ctx.length, true);
    options.setBigUint64(OPTIONS.dataIn, address + BigInt(OPTIONS.end + ctx.length), true);
    options.setUint32(OPTIONS.dataSizeIn, full.length, true);
    options.setInt32(OPTIONS.repeat, PACKETS_EACH, true);
  }
}
