/** eBPF maps by file descriptor: keys and values are bytes, laid out as the object's BTF says. */
import { readFileSync } from 'node:fs';
import { SystemCallError, lastErrno } from './errno.ts';
import { libbpf } from './libbpf.ts';
import { observer } from './observer.ts';

/** What an update may find: anything, nothing (BPF_NOEXIST) or an entry (BPF_EXIST). */
export type UpdateFlags = 'any' | 'create' | 'replace';

export interface BpfMapShape {
  readonly fd: number;
  readonly name: string;
  /** `BPF_MAP_TYPE_*` of linux/bpf.h. */
  readonly type: number;
  readonly keySize: number;
  /** Bytes of one value; of one CPU's value in a per-CPU map. */
  readonly valueSize: number;
  readonly maxEntries: number;
}

export class BpfMap {
  readonly fd: number;
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Its keys are the numbers below `maxEntries`, and there is an entry of each: it can be written, not taken out. */
  readonly isArray: boolean;
  /** 1, or in a per-CPU map the CPUs the machine could have: so many values are in what `lookup` gives. */
  readonly cpus: number;
  /** From one CPU's value to the next. */
  readonly stride: number;
  /** How often entries were written or taken out by this process. */
  changes = 0;
  #batch: 'untried' | 'works' | 'refused' = 'untried';
  /** Where a batch of an array puts its keys, which nobody needs. */
  #keys: Uint8Array | null = null;

  constructor(shape: BpfMapShape) {
    this.fd = shape.fd;
    this.name = shape.name;
    this.keySize = shape.keySize;
    this.valueSize = shape.valueSize;
    this.maxEntries = shape.maxEntries;
    this.isArray = ARRAY_TYPES.has(shape.type);
    const perCpu = PER_CPU_TYPES.has(shape.type);
    this.cpus = perCpu ? libbpf().possibleCpus() : 1;
    this.stride = perCpu ? Math.ceil(shape.valueSize / 8) * 8 : shape.valueSize;
  }

  /**
   * Bytes of kernel memory, as the kernel says (`memlock` in fdinfo): from 6.4 on what is taken, before that what the map would take
   * if it were full. Null where it does not say.
   */
  memoryBytes(): number | null {
    const said = /^memlock:\s*(\d+)$/m.exec(readFileSync(`/proc/thread-self/fdinfo/${this.fd}`, 'utf8'));
    return said?.[1] === undefined ? null : Number(said[1]);
  }

  /** The value, `cpus * stride` bytes, or null when there is no such entry. @throws SystemCallError */
  lookup(key: Uint8Array): Uint8Array | null {
    const value = new Uint8Array(this.cpus * this.stride);
    const result = libbpf().lookup(this.fd, this.#sized('key', key), value);
    return this.#found(result, 'read') ? value : null;
  }

  /** @throws SystemCallError: EEXIST, ENOENT as the flags ask; E2BIG when the map is full. */
  update(key: Uint8Array, value: Uint8Array, flags: UpdateFlags = 'any'): void {
    const [keyBytes, valueBytes] = [this.#sized('key', key), this.#sized('value', value)];
    for (let refills = 0; libbpf().update(this.fd, keyBytes, valueBytes, FLAGS[flags]) < 0; refills++) {
      const errno = lastErrno();
      if (errno !== ENOMEM || refills >= MOST_REFILLS) throw this.#error('write to', errno);
      awaitTick();
    }
    this.changes += 1;
    observer.tell?.({ what: 'update-entry', map: this, key, values: this.#valuesIn(value), flags });
  }

  /** Takes an entry out; false when there was none. @throws SystemCallError */
  delete(key: Uint8Array): boolean {
    const found = this.#found(libbpf().delete(this.fd, this.#sized('key', key)), 'delete from');
    if (found) {
      this.changes += 1;
      observer.tell?.({ what: 'delete-entry', map: this, key });
    }
    return found;
  }

  /** Without what fills one CPU's value up to the next. */
  #valuesIn(value: Uint8Array): Uint8Array[] {
    return Array.from({ length: this.cpus }, (_, cpu) =>
      value.subarray(cpu * this.stride, cpu * this.stride + this.valueSize),
    );
  }

  /** All keys. What changes meanwhile may be missed or seen twice. @throws SystemCallError */
  *keys(): Generator<Uint8Array> {
    let previous: Uint8Array | null = null;
    for (;;) {
      const next = new Uint8Array(this.keySize);
      if (!this.#found(libbpf().nextKey(this.fd, previous, next), 'list')) return;
      yield next;
      previous = next;
    }
  }

  /**
   * All entries; by batches where the kernel can (hash maps from 5.6), so that a map of a thousand entries costs a few
   * system calls. What changes meanwhile may be missed. @throws SystemCallError
   */
  *entries(): Generator<[key: Uint8Array, value: Uint8Array]> {
    if (this.#batch !== 'refused') {
      const all = this.#lookupBatches();
      if (all !== null) {
        yield* all;
        return;
      }
    }
    for (const key of this.keys()) {
      const value = this.lookup(key);
      if (value !== null) yield [key, value];
    }
  }

  /**
   * Of an array the first values, as many as `into` has room for, `cpus * stride` bytes each; by batches where the kernel can (per-CPU
   * arrays from 5.13). Nothing is made anew, so that it may be asked often. @throws SystemCallError
   */
  read(into: Uint8Array): void {
    const valueBytes = this.cpus * this.stride;
    const wanted = Math.min(this.maxEntries, into.length / valueBytes);
    let done = 0;
    while (done < wanted && this.#batch !== 'refused') {
      const read = this.#readBatch(into.subarray(done * valueBytes), done, wanted - done);
      if (read === null) this.#batch = 'refused';
      else done += read;
    }
    for (const key = new Uint32Array(1); done < wanted; done++) {
      key[0] = done;
      const value = into.subarray(done * valueBytes, (done + 1) * valueBytes);
      this.#found(libbpf().lookup(this.fd, bytesOf(key), value), 'read');
    }
  }

  /** @returns how many, from `first` on; null where the kernel reads no batches of such a map */
  #readBatch(into: Uint8Array, first: number, most: number): number | null {
    this.#keys ??= new Uint8Array(this.maxEntries * this.keySize);
    const [from, to, count] = [Uint32Array.of(first - 1), new Uint32Array(1), Uint32Array.of(most)];
    // A batch goes on behind the key it is given.
    const result = libbpf().lookupBatch(
      ...([this.fd, first === 0 ? null : bytesOf(from), bytesOf(to), this.#keys, into, bytesOf(count), null] as const),
    );
    const code = result < 0 ? lastErrno() : 0;
    if (code !== 0 && code !== ENOENT) {
      if (this.#batch === 'untried') return null;
      throw this.#error('read from', code);
    }
    this.#batch = 'works';
    return count[0] ?? 0;
  }

  #lookupBatches(): [Uint8Array, Uint8Array][] | null {
    const entries: [Uint8Array, Uint8Array][] = [];
    const valueBytes = this.cpus * this.stride;
    // The cursor is a key in some maps and a bucket number of four bytes in others.
    let from: Uint8Array | null = null;
    for (let room = Math.min(this.maxEntries, 512); ;) {
      const keys = new Uint8Array(room * this.keySize);
      const values = new Uint8Array(room * valueBytes);
      const count = new Uint32Array([room]);
      const to: Uint8Array = new Uint8Array(Math.max(this.keySize, 4));
      const result = libbpf().lookupBatch(this.fd, from, to, keys, values, bytesOf(count), null);
      const code = result < 0 ? lastErrno() : 0;
      if (code === ENOSPC && room < 2 * this.maxEntries) {
        // One bucket holds more than there is room for.
        room *= 2;
        continue;
      }
      if (code !== 0 && code !== ENOENT) {
        if (this.#batch === 'untried' && from === null) {
          this.#batch = 'refused';
          return null;
        }
        throw this.#error('read from', code);
      }
      this.#batch = 'works';
      for (let i = 0; i < (count[0] ?? 0); i++) {
        entries.push([
          keys.slice(i * this.keySize, (i + 1) * this.keySize),
          values.slice(i * valueBytes, (i + 1) * valueBytes),
        ]);
      }
      if (code === ENOENT) return entries;
      from = to;
    }
  }

  #sized(what: 'key' | 'value', bytes: Uint8Array): Uint8Array {
    const size = what === 'key' ? this.keySize : this.cpus * this.stride;
    if (bytes.length !== size) {
      throw new RangeError(`a ${what} of eBPF map ${this.name} has ${size} bytes, not ${bytes.length}`);
    }
    return bytes;
  }

  #found(result: number, attempted: string): boolean {
    if (result >= 0) return true;
    const errno = lastErrno();
    if (errno === ENOENT) return false;
    throw this.#error(attempted, errno);
  }

  #error(attempted: string, errno = lastErrno()): SystemCallError {
    return new SystemCallError({
      syscall: 'bpf',
      errno,
      attempted: `${attempted} eBPF map ${this.name}`,
      ...(errno === E2BIG ? { detail: `it is full at ${this.maxEntries} entries` } : {}),
    });
  }
}

/**
 * A map without preallocation takes its elements from a store of a few, which the kernel fills up by irq_work. User-mode
 * Linux has none but the timer's: there, many updates in a row find the store empty until the next tick, of HZ=100.
 */
const MOST_REFILLS = 20;
const TICK_MS = 10;

function awaitTick(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TICK_MS);
}

const ENOENT = 2;
const ENOMEM = 12;
const E2BIG = 7;
const ENOSPC = 28;
const FLAGS: Readonly<Record<UpdateFlags, number>> = { any: 0, create: 1, replace: 2 };

// ARRAY and PERCPU_ARRAY of linux/bpf.h.
const ARRAY_TYPES: ReadonlySet<number> = new Set([2, 6]);
// PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH and PERCPU_CGROUP_STORAGE of linux/bpf.h.
const PER_CPU_TYPES: ReadonlySet<number> = new Set([5, 6, 10, 21]);

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
