/** eBPF programs by file descriptor, and running one on a packet of our own making. */
import koffi from 'koffi';
import { SystemCallError, lastErrno } from './errno.ts';
import { libbpf } from './libbpf.ts';

export interface TestRun {
  /** The packet, from its Ethernet header; at least 14 bytes. */
  readonly data: Uint8Array;
  /** A `struct __sk_buff`; the kernel takes some fields (mark, priority, ifindex, tstamp, wire_len, gso_segs…) and refuses others that are not zero. */
  readonly ctx?: Uint8Array;
  /** How often; default 1. State in maps and in `ctx` carries over. */
  readonly repeat?: number;
}

export interface TestRunResult {
  /** The program's verdict: `TC_ACT_*` as an unsigned number (TC_ACT_UNSPEC is 4294967295). */
  readonly retval: number;
  /** Nanoseconds one run took, on average. */
  readonly durationNs: number;
  /** The packet as the program left it. */
  readonly data: Uint8Array;
  /** The `__sk_buff` as the program left it; empty when none went in. */
  readonly ctx: Uint8Array;
}

export class BpfProgram {
  readonly fd: number;
  readonly name: string;
  /** Instructions after the kernel's rewriting; null when the kernel does not tell. */
  readonly insnCount: number | null;
  /** Instructions the verifier walked through, the measure its limit of a million is about; null before 5.16. */
  readonly verifiedInsns: number | null;
  /** The kernel's fingerprint of the instructions, maps aside, in hexadecimal: two programs of one tag are one program. */
  readonly tag: string;

  constructor(fd: number, name: string) {
    this.fd = fd;
    this.name = name;
    const info = programInfo(fd, name);
    this.insnCount = info.insnCount;
    this.verifiedInsns = info.verifiedInsns;
    this.tag = info.tag;
  }

  /**
   * BPF_PROG_TEST_RUN: the loaded program, the real maps, a packet that never was on a wire. About 2 µs a run without
   * the JIT's help. @throws SystemCallError: EINVAL for a packet under 14 bytes or a ctx field the kernel refuses.
   */
  testRun(run: TestRun): TestRunResult {
    const arena = testRunArena();
    const ctxSize = run.ctx?.length ?? 0;
    if (run.data.length > PACKET_ROOM || ctxSize > CTX_ROOM) {
      throw new RangeError(`a test run takes at most ${PACKET_ROOM} bytes of packet and ${CTX_ROOM} of ctx`);
    }
    arena.bytes.set(run.data, DATA_IN);
    if (run.ctx) arena.bytes.set(run.ctx, CTX_IN);
    const { options } = arena;
    options.setUint32(OPTIONS.dataSizeIn, run.data.length, true);
    options.setUint32(OPTIONS.dataSizeOut, PACKET_ROOM, true);
    options.setUint32(OPTIONS.ctxSizeIn, ctxSize, true);
    options.setUint32(OPTIONS.ctxSizeOut, ctxSize === 0 ? 0 : CTX_ROOM, true);
    options.setBigUint64(OPTIONS.ctxIn, ctxSize === 0 ? 0n : arena.address + BigInt(CTX_IN), true);
    options.setBigUint64(OPTIONS.ctxOut, ctxSize === 0 ? 0n : arena.address + BigInt(CTX_OUT), true);
    options.setInt32(OPTIONS.repeat, run.repeat ?? 1, true);
    if (libbpf().testRun(this.fd, arena.bytes) < 0) {
      throw new SystemCallError({
        syscall: 'bpf(BPF_PROG_TEST_RUN)',
        errno: lastErrno(),
        attempted: `run eBPF program ${this.name} on a packet of ${run.data.length} bytes`,
      });
    }
    const dataSize = options.getUint32(OPTIONS.dataSizeOut, true);
    const ctxSizeOut = ctxSize === 0 ? 0 : options.getUint32(OPTIONS.ctxSizeOut, true);
    return {
      retval: options.getUint32(OPTIONS.retval, true),
      durationNs: options.getUint32(OPTIONS.duration, true),
      data: arena.bytes.slice(DATA_OUT, DATA_OUT + dataSize),
      ctx: arena.bytes.slice(CTX_OUT, CTX_OUT + ctxSizeOut),
    };
  }
}

/** struct bpf_test_run_opts of libbpf 1.x, in bytes. */
export const OPTIONS = {
  size: 0,
  dataIn: 8,
  dataOut: 16,
  dataSizeIn: 24,
  dataSizeOut: 28,
  ctxIn: 32,
  ctxOut: 40,
  ctxSizeIn: 48,
  ctxSizeOut: 52,
  retval: 56,
  repeat: 60,
  duration: 64,
  end: 80,
} as const;

// One block of C memory serves every run: the options, then what they point at. A run is synchronous, so one is enough.
const CTX_ROOM = 512;
const PACKET_ROOM = 65536;
const CTX_IN = 128;
const CTX_OUT = CTX_IN + CTX_ROOM;
const DATA_IN = CTX_OUT + CTX_ROOM;
const DATA_OUT = DATA_IN + PACKET_ROOM;

interface TestRunArena {
  readonly bytes: Uint8Array;
  readonly options: DataView;
  readonly address: bigint;
}

let arena: TestRunArena | null = null;

function testRunArena(): TestRunArena {
  arena ??= makeArena();
  return arena;
}

function makeArena(): TestRunArena {
  const size = DATA_OUT + PACKET_ROOM;
  const memory: unknown = koffi.alloc('uint8_t', size);
  const address = koffi.address(memory);
  const bytes = new Uint8Array(koffi.view(memory, size));
  const options = new DataView(bytes.buffer, 0, OPTIONS.end);
  options.setBigUint64(OPTIONS.size, BigInt(OPTIONS.end), true);
  options.setBigUint64(OPTIONS.dataIn, address + BigInt(DATA_IN), true);
  options.setBigUint64(OPTIONS.dataOut, address + BigInt(DATA_OUT), true);
  return { bytes, options, address };
}

// struct bpf_prog_info of linux/bpf.h: tag at 8, xlated_prog_len at 20, verified_insns at 216; the kernel says how much it filled in.
function programInfo(
  fd: number,
  name: string,
): { insnCount: number | null; verifiedInsns: number | null; tag: string } {
  const info = new Uint8Array(232);
  const length = new Uint8Array(4);
  const view = new DataView(info.buffer);
  new DataView(length.buffer).setUint32(0, info.length, true);
  if (libbpf().info(fd, info, length) < 0) {
    throw new SystemCallError({
      syscall: 'bpf(BPF_OBJ_GET_INFO_BY_FD)',
      errno: lastErrno(),
      attempted: `ask about eBPF program ${name}`,
    });
  }
  const filled = new DataView(length.buffer).getUint32(0, true);
  const translated = view.getUint32(20, true);
  return {
    insnCount: translated === 0 ? null : translated / 8,
    verifiedInsns: filled >= 220 ? view.getUint32(216, true) : null,
    tag: Buffer.from(info.subarray(8, 16)).toString('hex'),
  };
}
