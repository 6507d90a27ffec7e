/**
 * libbpf.so.1 through koffi: the calls that load an object and reach its maps, and what libbpf says while it does so.
 * It is on every machine with iproute2. Results are libbpf's own: null or a negative errno, both with errno set.
 */
import koffi from 'koffi';
import * as libc from './libc.ts';
import type { Memory } from './libc.ts';

/** A `struct bpf_object *` and its like. */
declare const pointerOf: unique symbol;
export interface Pointer<Name extends string> {
  readonly [pointerOf]: Name;
}

export interface Libbpf {
  open(path: string, options: null): Pointer<'object'> | null;
  load(object: Pointer<'object'>): number;
  close(object: Pointer<'object'>): void;
  findProgram(object: Pointer<'object'>, name: string): Pointer<'program'> | null;
  findMap(object: Pointer<'object'>, name: string): Pointer<'map'> | null;
  nextProgram(object: Pointer<'object'>, previous: Pointer<'program'> | null): Pointer<'program'> | null;
  nextMap(object: Pointer<'object'>, previous: Pointer<'map'> | null): Pointer<'map'> | null;
  programName(program: Pointer<'program'>): string;
  mapName(map: Pointer<'map'>): string;
  programFd(program: Pointer<'program'>): number;
  mapFd(map: Pointer<'map'>): number;
  mapType(map: Pointer<'map'>): number;
  keySize(map: Pointer<'map'>): number;
  valueSize(map: Pointer<'map'>): number;
  maxEntries(map: Pointer<'map'>): number;
  setMaxEntries(map: Pointer<'map'>, count: number): number;
  setMapType(map: Pointer<'map'>, type: number): number;
  reuseMap(map: Pointer<'map'>, fd: number): number;
  possibleCpus(): number;
  lookup(fd: number, key: Memory, value: Memory): number;
  update(fd: number, key: Memory, value: Memory, flags: number): number;
  delete(fd: number, key: Memory): number;
  nextKey(fd: number, key: Memory | null, next: Memory): number;
  lookupBatch(
    fd: number,
    from: Memory | null,
    to: Memory,
    keys: Memory,
    values: Memory,
    count: Memory,
    options: null,
  ): number;
  updateBatch(fd: number, keys: Memory, values: Memory, count: Memory, options: null): number;
  testRun(fd: number, options: Memory): number;
  /** `options` by address: a number is handed over in a third of the time that a buffer takes. */
  testRunAt(fd: number, options: number): number;
  info(fd: number, info: Memory, length: Memory): number;
}

let loaded: Libbpf | null = null;

/** Loads the library the first time. @throws Error with the remedy when the machine has none. */
export function libbpf(): Libbpf {
  loaded ??= load();
  return loaded;
}

/**
 * Runs `work` and hands back what libbpf said meanwhile, warnings and the verifier's log included, instead of letting
 * it write to standard error.
 */
export function withMessages<T>(work: () => T): { readonly result: T; readonly messages: string } {
  const before = said;
  said = [];
  try {
    const result = work();
    return { result, messages: said.join('') };
  } finally {
    said = before;
  }
}

let said: string[] = [];

function load(): Libbpf {
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load('libbpf.so.1');
  } catch (cause) {
    throw new Error('cannot load libbpf.so.1, which loads the eBPF programs; install it: apt-get install libbpf1', {
      cause,
    });
  }
  library.func('void *libbpf_set_print(void *callback)')(koffi.register(hear, koffi.pointer(printCallback)));
  return Object.fromEntries(
    Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]),
  ) as unknown as Libbpf;
}

const printCallback = koffi.proto('int libbpf_print(int level, void *format, void *arguments)');
const LIBBPF_DEBUG = 2;
// libbpf lets the verifier write at most this much (BPF_LOG_BUF_SIZE), and prints it in one message.
const LONGEST_MESSAGE = 16 << 20;

function hear(level: number, format: unknown, arguments_: unknown): number {
  if (level >= LIBBPF_DEBUG) return 0;
  const buffer = Buffer.allocUnsafe(LONGEST_MESSAGE);
  const length = libc.vsnprintf(buffer, buffer.length, format, arguments_);
  said.push(buffer.toString('utf8', 0, Math.min(Math.max(length, 0), buffer.length - 1)));
  return 0;
}

const prototypes: Readonly<Record<keyof Libbpf, string>> = {
  open: 'void *bpf_object__open_file(const char *path, void *options)',
  load: 'int bpf_object__load(void *object)',
  close: 'void bpf_object__close(void *object)',
  findProgram: 'void *bpf_object__find_program_by_name(void *object, const char *name)',
  findMap: 'void *bpf_object__find_map_by_name(void *object, const char *name)',
  nextProgram: 'void *bpf_object__next_program(void *object, void *previous)',
  nextMap: 'void *bpf_object__next_map(void *object, void *previous)',
  programName: 'const char *bpf_program__name(void *program)',
  mapName: 'const char *bpf_map__name(void *map)',
  programFd: 'int bpf_program__fd(void *program)',
  mapFd: 'int bpf_map__fd(void *map)',
  mapType: 'int bpf_map__type(void *map)',
  keySize: 'uint32_t bpf_map__key_size(void *map)',
  valueSize: 'uint32_t bpf_map__value_size(void *map)',
  maxEntries: 'uint32_t bpf_map__max_entries(void *map)',
  setMaxEntries: 'int bpf_map__set_max_entries(void *map, uint32_t count)',
  setMapType: 'int bpf_map__set_type(void *map, int type)',
  reuseMap: 'int bpf_map__reuse_fd(void *map, int fd)',
  possibleCpus: 'int libbpf_num_possible_cpus()',
  lookup: 'int bpf_map_lookup_elem(int fd, const void *key, void *value)',
  update: 'int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)',
  delete: 'int bpf_map_delete_elem(int fd, const void *key)',
  nextKey: 'int bpf_map_get_next_key(int fd, const void *key, void *next)',
  lookupBatch:
    'int bpf_map_lookup_batch(int fd, void *from, void *to, void *keys, void *values, void *count, const void *options)',
  updateBatch:
    'int bpf_map_update_batch(int fd, const void *keys, const void *values, void *count, const void *options)',
  testRun: 'int bpf_prog_test_run_opts(int fd, void *options)',
  testRunAt: 'int bpf_prog_test_run_opts(int fd, uintptr_t options)',
  info: 'int bpf_obj_get_info_by_fd(int fd, void *info, void *length)',
};
