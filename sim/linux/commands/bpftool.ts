/** eBPF objects and entries of their maps as lines of bpftool(8). */
import type { UpdateFlags } from '../bpf-map.ts';
import type { BpfOperation } from '../observer.ts';
import type { Names } from './names.ts';
import { shellWord } from './shell-word.ts';

type Of<K extends BpfOperation['what']> = Extract<BpfOperation, { readonly what: K }>;

/** To be called when the names know the object. */
export function loadLines({ path, options }: Of<'load-object'>, names: Names): readonly string[] {
  const { bpffs, programs, maps, first } = names.pins;
  const shared = Object.entries(options.reuse ?? {}).map(([name, map]) => `map name ${name} pinned ${names.map(map)} `);
  const room = Object.entries(options.maxEntries ?? {}).map(([name, entries]) => `${name} ${entries}`);
  const plain = options.refuseWhenFull ?? [];
  return [
    ...(first ? [`mkdir -p ${bpffs}`, `mount -t bpf bpf ${bpffs}`] : []),
    `bpftool prog loadall ${shellWord(path)} ${programs} type classifier ${shared.join('')}pinmaps ${maps}`,
    ...(room.length === 0
      ? []
      : [`# bpftool leaves maps as large as the file says; here, in entries: ${room.join(', ')}`]),
    ...plain.map((name) => `# bpftool leaves maps of the kind that the file says; here ${name} is a plain hash map`),
  ];
}

/** With the last object goes the file system. */
export function unloadLines(left: number, { maps }: Of<'unload-object'>, names: Names): readonly string[] {
  if (left === 0) return [`umount ${names.pins.bpffs}`];
  const [first] = maps;
  const folder = first === undefined ? null : names.map(first).replace(/\/[^/]+$/, '');
  return folder === null ? [] : [`rm -r ${folder} ${folder.replace('/maps', '/programs')}`];
}

/** Entries of one map that were changed in one way, one after the other. */
export interface EntryChanges {
  readonly verb: 'update' | 'delete';
  /** Where the map is pinned. */
  readonly map: string;
  readonly flags: UpdateFlags;
  /** Keys, and of an update values, in hexadecimal. */
  readonly entries: (readonly string[])[];
}

export function keyText(key: Uint8Array): string {
  return hex(key);
}

/** Of all CPUs; null: bpftool gives them one value, and here they differ. */
export function valueText(values: readonly Uint8Array[]): string | null {
  const [value = '', ...others] = values.map(hex);
  return others.every((other) => other === value) ? value : null;
}

/** A line an entry, or for many of them one that hands them on to `bpftool batch` together: a process an entry takes long. */
export function entryLines({ verb, map, flags, entries }: EntryChanges): readonly string[] {
  const words = (key: string, value: string): string =>
    `map ${verb} pinned ${map} key hex ${key}${verb === 'delete' ? '' : ` value hex ${value}`}${FLAG_WORDS[flags]}`;
  if (entries.length <= MOST_SINGLE) return entries.map(([key = '', value = '']) => `bpftool ${words(key, value)}`);
  const chunks = Array.from({ length: Math.ceil(entries.length / LARGEST_BATCH) }, (_, n) =>
    entries.slice(n * LARGEST_BATCH, (n + 1) * LARGEST_BATCH),
  );
  return chunks.map((chunk) => {
    const items = chunk.flat().map((text) => `'${text}'`);
    return `printf '${words('%s', '%s')}\\n' ${items.join(' ')} | bpftool batch file -`;
  });
}

const MOST_SINGLE = 8;
const LARGEST_BATCH = 256;
const FLAG_WORDS: Readonly<Record<UpdateFlags, string>> = { any: '', create: ' noexist', replace: ' exist' };

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
