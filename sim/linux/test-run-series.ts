/**
 * Many test runs of one program on packets that differ in a few bytes: the block the kernel reads is laid out once, and a
 * run costs one call. What comes out of it is the verdict alone.
 */
import koffi from 'koffi';
import { OPTIONS } from './bpf-program.ts';
import type { BpfProgram } from './bpf-program.ts';
import { SystemCallError, lastErrno } from './errno.ts';
import { libbpf } from './libbpf.ts';

export class TestRunSeries implements Disposable {
  /** The next run's packet, in the kernel's reach: change its bytes in place. */
  readonly packet: Uint8Array;
  /** The next run's `struct __sk_buff`. */
  readonly ctx: DataView;
  readonly #program: BpfProgram;
  readonly #memory: unknown;
  readonly #address: number;
  readonly #options: DataView;

  /** @throws RangeError for a packet of less than an Ethernet header, which the kernel refuses */
  constructor(program: BpfProgram, packet: Uint8Array, ctx: Uint8Array) {
    if (packet.length < 14) throw new RangeError(`a packet of ${packet.length} bytes has no Ethernet header`);
    const ctxAt = OPTIONS.end;
    const packetAt = ctxAt + ctx.length;
    const size = packetAt + packet.length;
    this.#program = program;
    this.#memory = koffi.alloc('uint8_t', size);
    const address = koffi.address(this.#memory);
    this.#address = Number(address);
    const bytes = new Uint8Array(koffi.view(this.#memory, size));
    bytes.fill(0);
    bytes.set(ctx, ctxAt);
    bytes.set(packet, packetAt);
    this.packet = bytes.subarray(packetAt);
    this.ctx = new DataView(bytes.buffer, bytes.byteOffset + ctxAt, ctx.length);
    this.#options = new DataView(bytes.buffer, bytes.byteOffset, OPTIONS.end);
    this.#options.setBigUint64(OPTIONS.size, BigInt(OPTIONS.end), true);
    this.#options.setBigUint64(OPTIONS.dataIn, address + BigInt(packetAt), true);
    this.#options.setUint32(OPTIONS.dataSizeIn, packet.length, true);
    this.#options.setBigUint64(OPTIONS.ctxIn, address + BigInt(ctxAt), true);
    this.#options.setUint32(OPTIONS.ctxSizeIn, ctx.length, true);
    this.#options.setInt32(OPTIONS.repeat, 1, true);
  }

  /** Once, in this thread's network namespace: `TC_ACT_*` as an unsigned number. @throws SystemCallError */
  run(): number {
    if (libbpf().testRunAt(this.#program.fd, this.#address) < 0) {
      throw new SystemCallError({
        syscall: 'bpf(BPF_PROG_TEST_RUN)',
        errno: lastErrno(),
        attempted: `run eBPF program ${this.#program.name} on a packet of ${this.packet.length} bytes`,
      });
    }
    return this.#options.getUint32(OPTIONS.retval, true);
  }

  /** `packet` and `ctx` are gone with it. */
  [Symbol.dispose](): void {
    koffi.free(this.#memory);
  }
}
