import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBpfObject } from './bpf.ts';
import type { BpfObject } from './bpf.ts';
import { SystemCallError } from './errno.ts';
import { compileBpf } from './testdata/compile.ts';
import { noBpf } from './testdata/machine.ts';
import { skipped } from '../../test/report/skipped.ts';

const reason = noBpf();
const u32 = (...words: number[]) => new Uint8Array(new Uint32Array(words).buffer);
const u64 = (word: bigint) => new Uint8Array(new BigUint64Array([word]).buffer);
const TC_ACT_SHOT = 2;

describe.skipIf(reason)(`an eBPF object${skipped(reason)}`, () => {
  let file: ReturnType<typeof compileBpf>;
  let object: BpfObject;

  beforeAll(() => {
    file = compileBpf('probe.bpf.c');
    object = loadBpfObject(file.path, { maxEntries: { seen: 3000 } });
  });
  afterAll(() => {
    object[Symbol.dispose]();
    file[Symbol.dispose]();
  });

  it('runs a loaded program on a synthetic packet, ctx and maps included', () => {
    const ctx = new Uint8Array(192);
    new DataView(ctx.buffer).setUint32(8, 41, true);
    const run = object.program('count').testRun({ data: new Uint8Array(100).fill(7), ctx, repeat: 1 });
    expect(run.retval).toBe(0);
    expect(new DataView(run.ctx.buffer).getUint32(8, true)).toBe(42);
    expect(run.data).toEqual(new Uint8Array(100).fill(7));
    expect(object.map('seen').lookup(u32(41))).toEqual(u64(1n));
    object.program('count').testRun({ data: new Uint8Array(60), ctx });
    expect(object.map('seen').lookup(u32(41))).toEqual(u64(2n));
    expect(object.program('drop').testRun({ data: new Uint8Array(60) }).retval).toBe(TC_ACT_SHOT);
  });

  it('says what the kernel knows of a program', () => {
    const program = object.program('count');
    expect(program.fd).toBeGreaterThan(2);
    expect(program.insnCount).toBeGreaterThan(10);
    // At least every instruction of the one path through it.
    if (program.verifiedInsns !== null) expect(program.verifiedInsns).toBeGreaterThan(10);
  });

  it('explains a packet too short for an Ethernet header as EINVAL of BPF_PROG_TEST_RUN', () => {
    expect(() => object.program('drop').testRun({ data: new Uint8Array(3) })).toThrow(
      /cannot run eBPF program drop on a packet of 3 bytes: bpf\(BPF_PROG_TEST_RUN\): invalid argument \(EINVAL\)/,
    );
  });

  it('gives a map the room asked for and walks thousands of entries', () => {
    const map = object.map('seen');
    expect(map.maxEntries).toBe(3000);
    for (const key of map.keys()) map.delete(key);
    for (let i = 0; i < 3000; i++) map.update(u32(i), u64(BigInt(i) * 3n));
    const entries = [...map.entries()];
    expect(entries).toHaveLength(3000);
    const sum = entries.reduce((total, [, value]) => total + new DataView(value.buffer).getBigUint64(0, true), 0n);
    expect(sum).toBe((3n * 2999n * 3000n) / 2n);
    expect([...map.keys()]).toHaveLength(3000);
    expect(() => map.update(u32(5000), u64(0n))).toThrow(/write to eBPF map seen.*E2BIG.*full at 3000 entries/);
  });

  it('tells an entry that is not there from one that is', () => {
    const map = object.map('prefixes');
    const key = u32(16, 0x000033ac);
    expect(map.lookup(key)).toBeNull();
    expect(map.delete(key)).toBe(false);
    map.update(key, u32(9), 'create');
    expect(map.lookup(u32(32, 0x640033ac))).toEqual(u32(9));
    expect([...map.entries()]).toEqual([[key, u32(9)]]);
    expect(map.delete(key)).toBe(true);
    expect([...map.entries()]).toEqual([]);
  });

  it('reads one value a CPU from a per-CPU map, eight bytes apart', () => {
    const map = object.map('by_cpu');
    const key = u32(77);
    const values = new Uint8Array(map.cpus * 8);
    for (let cpu = 0; cpu < map.cpus; cpu++) values.set(u32(100 + cpu), cpu * 8);
    map.update(key, values);
    expect(map.stride).toBe(8);
    expect(map.lookup(key)).toEqual(values);
    expect([...map.entries()].find(([found]) => found[0] === 77)?.[1]).toEqual(values);
  });

  it('reads the first values of an array into what it is given, every value of every CPU', () => {
    const map = object.map('numbered');
    const bytes = map.cpus * map.stride;
    const valueOf = (i: number) => {
      const value = new Uint8Array(bytes);
      for (let cpu = 0; cpu < map.cpus; cpu++) value.set(u32(1000 * cpu + i), cpu * map.stride);
      return value;
    };
    expect(map.isArray).toBe(true);
    for (let i = 0; i < 1500; i++) map.update(u32(i), valueOf(i));
    for (const count of [1, 700, 1500]) {
      const values = new Uint8Array(count * bytes);
      map.read(values);
      for (let i = 0; i < count; i++) expect(values.subarray(i * bytes, (i + 1) * bytes)).toEqual(valueOf(i));
    }
    const more = new Uint8Array(1501 * bytes).fill(7);
    map.read(more);
    expect(more.subarray(1499 * bytes)).toEqual(Uint8Array.of(...valueOf(1499), ...new Uint8Array(bytes).fill(7)));
  });

  it('refuses a key of the wrong size before the kernel reads beyond it', () => {
    expect(() => object.map('seen').lookup(new Uint8Array(3))).toThrow(/a key of eBPF map seen has 4 bytes, not 3/);
  });

  it('lists what it has when asked for what it has not', () => {
    expect(() => object.program('egress')).toThrow(/no program egress; it has count, drop/);
    expect(() => loadBpfObject(file.path, { maxEntries: { nowhere: 5 } })).toThrow(/no map nowhere/);
  });

  it("passes on the verifier's last lines", () => {
    using refused = compileBpf('refused.bpf.c');
    let thrown: unknown;
    try {
      loadBpfObject(refused.path);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SystemCallError);
    const error = thrown as SystemCallError;
    expect(error.code).toBe('EACCES');
    expect(error.detail).toMatch(/invalid access to packet/);
    expect(error.attempted).toMatch(/load eBPF object .*refused\.bpf\.o/);
  });

  it('says so when the file is not there, or no object', () => {
    expect(() => loadBpfObject('/nonexistent.o')).toThrow(/cannot open eBPF object \/nonexistent\.o.*ENOENT/);
    expect(() => loadBpfObject(import.meta.filename)).toThrow(/cannot open eBPF object/);
  });
});
