/** eBPF objects: a compiled file into the kernel, nothing pinned, all of it gone with this process. */
import { BpfMap } from './bpf-map.ts';
import { BpfProgram } from './bpf-program.ts';
import { SystemCallError, lastErrno } from './errno.ts';
import { libbpf, withMessages } from './libbpf.ts';
import { observer } from './observer.ts';
import type { Pointer } from './libbpf.ts';

export type { BpfMap } from './bpf-map.ts';
export type { BpfProgram } from './bpf-program.ts';

export interface LoadOptions {
  /** Room of maps by name, in entries, in place of what the object says. */
  readonly maxEntries?: Readonly<Record<string, number>>;
  /** Maps by name that are not made anew: those of another loaded object, shared from now on. */
  readonly reuse?: Readonly<Record<string, BpfMap>>;
  /** LRU maps by name that become plain hash maps: when they are full, they refuse what is new in place of forgetting what is old. */
  readonly refuseWhenFull?: readonly string[];
}

/**
 * Loads every program and map of an object file. libbpf raises the memlock limit itself on kernels before 5.11.
 *
 * @throws SystemCallError when the kernel or libbpf refuses: `detail` ends with the last lines of what they said, the
 *   verifier's complaint included.
 * @throws RangeError for the room, or the sharing, of a map that the object does not have.
 */
export function loadBpfObject(path: string, options: LoadOptions = {}): BpfObject {
  const opened = withMessages(() => libbpf().open(path, null));
  if (opened.result === null)
    throw failure(`open eBPF object ${path}`, 'bpf_object__open_file', lastErrno(), opened.messages);
  const object = opened.result;
  try {
    for (const [name, entries] of Object.entries(options.maxEntries ?? {})) resize(object, path, name, entries);
    for (const name of options.refuseWhenFull ?? []) makePlainHash(object, path, name);
    for (const [name, map] of Object.entries(options.reuse ?? {})) share(object, path, name, map);
    const load = withMessages(() => libbpf().load(object));
    if (load.result < 0) throw failure(`load eBPF object ${path}`, 'bpf_object__load', -load.result, load.messages);
    const loaded = new BpfObject(object, path);
    observer.tell?.({ what: 'load-object', path, options, programs: loaded.programs, maps: loaded.maps });
    return loaded;
  } catch (error) {
    libbpf().close(object);
    throw error;
  }
}

/** A loaded object. Disposing closes its descriptors: programs still attached to a hook live on with the hook. */
export class BpfObject implements Disposable {
  readonly path: string;
  readonly #programs: ReadonlyMap<string, BpfProgram>;
  readonly #maps: ReadonlyMap<string, BpfMap>;
  #object: Pointer<'object'> | null;

  constructor(object: Pointer<'object'>, path: string) {
    const bpf = libbpf();
    this.#object = object;
    this.path = path;
    this.#programs = new Map(
      each((previous: Pointer<'program'> | null) => bpf.nextProgram(object, previous)).map((program) => {
        const name = bpf.programName(program);
        return [name, new BpfProgram(bpf.programFd(program), name)];
      }),
    );
    this.#maps = new Map(
      each((previous: Pointer<'map'> | null) => bpf.nextMap(object, previous)).map((map) => {
        const name = bpf.mapName(map);
        const shape = {
          fd: bpf.mapFd(map),
          name,
          type: bpf.mapType(map),
          keySize: bpf.keySize(map),
          valueSize: bpf.valueSize(map),
          maxEntries: bpf.maxEntries(map),
        };
        return [name, new BpfMap(shape)];
      }),
    );
  }

  get programs(): readonly BpfProgram[] {
    return [...this.#programs.values()];
  }

  get maps(): readonly BpfMap[] {
    return [...this.#maps.values()];
  }

  /** By its C function's name. @throws RangeError when the object has none. */
  program(name: string): BpfProgram {
    return named(this.#programs, 'program', name, this.path);
  }

  /** By its C variable's name. @throws RangeError when the object has none. */
  map(name: string): BpfMap {
    return named(this.#maps, 'map', name, this.path);
  }

  [Symbol.dispose](): void {
    if (this.#object === null) return;
    libbpf().close(this.#object);
    this.#object = null;
    observer.tell?.({ what: 'unload-object', maps: this.maps });
  }
}

function resize(object: Pointer<'object'>, path: string, name: string, entries: number): void {
  const map = libbpf().findMap(object, name);
  if (map === null) throw new RangeError(`eBPF object ${path} has no map ${name} to give room for ${entries} entries`);
  const { result, messages } = withMessages(() => libbpf().setMaxEntries(map, entries));
  if (result < 0)
    throw failure(`give map ${name} room for ${entries} entries`, 'bpf_map__set_max_entries', -result, messages);
}

// Of linux/bpf.h.
const BPF_MAP_TYPE_HASH = 1;
const BPF_MAP_TYPE_LRU_HASH = 9;

function makePlainHash(object: Pointer<'object'>, path: string, name: string): void {
  const map = libbpf().findMap(object, name);
  if (map === null || libbpf().mapType(map) !== BPF_MAP_TYPE_LRU_HASH)
    throw new RangeError(`eBPF object ${path} has no LRU map ${name} that could refuse in place of forgetting`);
  const { result, messages } = withMessages(() => libbpf().setMapType(map, BPF_MAP_TYPE_HASH));
  if (result < 0) throw failure(`make map ${name} a plain hash map`, 'bpf_map__set_type', -result, messages);
}

function share(object: Pointer<'object'>, path: string, name: string, shared: BpfMap): void {
  const map = libbpf().findMap(object, name);
  if (map === null) throw new RangeError(`eBPF object ${path} has no map ${name} to share`);
  const { result, messages } = withMessages(() => libbpf().reuseMap(map, shared.fd));
  if (result < 0) throw failure(`share map ${name}`, 'bpf_map__reuse_fd', -result, messages);
}

function each<P>(next: (previous: P | null) => P | null): P[] {
  const all: P[] = [];
  for (let item = next(null); item !== null; item = next(item)) all.push(item);
  return all;
}

function named<T>(items: ReadonlyMap<string, T>, what: string, name: string, path: string): T {
  const item = items.get(name);
  if (item === undefined) {
    throw new RangeError(
      `eBPF object ${path} has no ${what} ${name}; it has ${[...items.keys()].join(', ') || 'none'}`,
    );
  }
  return item;
}

const LINES_OF_LOG = 40;

function failure(attempted: string, syscall: string, errno: number, messages: string): SystemCallError {
  const lines = messages.trimEnd().split('\n').slice(-LINES_OF_LOG);
  return new SystemCallError({ syscall, errno, attempted, ...(messages ? { detail: lines.join('\n') } : {}) });
}
