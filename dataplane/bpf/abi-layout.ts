/** The ABI as the object's BTF tells it: the maps, and every struct and enum that their keys and values are made of. */
import { type BtfEnumerator, type BtfMember, type BtfType, readBtf } from './btf.ts';
import { elfSection } from './elf.ts';

export interface AbiLayout {
  readonly maps: readonly AbiMap[];
  readonly structs: readonly AbiStruct[];
  readonly enums: readonly { readonly name: string; readonly values: readonly BtfEnumerator[] }[];
}

export interface AbiMap {
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
}

export interface AbiStruct {
  readonly name: string;
  readonly size: number;
  readonly fields: readonly AbiField[];
}

/** Padding (a field called `zero`) and spin locks are no fields. */
export type AbiField =
  | {
      readonly name: string;
      readonly offset: number;
      readonly kind: 'unsigned';
      readonly bits: 8 | 16 | 32 | 64;
      readonly bigEndian: boolean;
    }
  | { readonly name: string; readonly offset: number; readonly kind: 'bytes'; readonly size: number }
  | {
      readonly name: string;
      readonly offset: number;
      readonly kind: 'struct';
      readonly struct: string;
      readonly size: number;
    };

/**
 * Maps that give sizes in place of types are the programs' own, and left out.
 * @throws {Error} when the object has no BTF, or a map a type that an ABI should not have
 */
export function readAbi(object: Uint8Array): AbiLayout {
  const types = readBtf(elfSection(object, '.BTF'));
  const section = types.find((type) => type.kind === 'section' && type.name === '.maps');
  if (section?.kind !== 'section') throw new Error('the object has no maps');

  const structs = new Map<string, AbiStruct>();
  const enums = new Map<string, readonly BtfEnumerator[]>();
  const maps = section.variables.flatMap((variable): readonly AbiMap[] => {
    const { name, type } = asVariable(types, variable);
    const definition = resolve(types, type);
    if (definition.kind !== 'struct') throw new Error(`map ${name} is not defined by a struct`);
    if (definition.members.some((member) => member.name === 'value_size')) return [];
    const member = (wanted: string) => {
      const found = definition.members.find((candidate) => candidate.name === wanted);
      const pointer = found === undefined ? undefined : resolve(types, found.type);
      if (pointer?.kind !== 'pointer') throw new Error(`map ${name} has no ${wanted}`);
      return pointer.type;
    };
    const maxEntries = resolve(types, member('max_entries'));
    if (maxEntries.kind !== 'array') throw new Error(`map ${name}: max_entries is no number`);
    for (const part of ['key', 'value']) collect(types, member(part), structs, enums);
    const [keySize, valueSize] = [sizeOf(types, member('key')), sizeOf(types, member('value'))];
    return [{ name, keySize, valueSize, maxEntries: maxEntries.length }];
  });
  return {
    maps,
    structs: [...structs.values()].filter((struct) => !isBareArray(struct)),
    enums: [...enums].map(([name, values]) => ({ name, values })),
  };
}

function collect(
  types: readonly BtfType[],
  id: number,
  structs: Map<string, AbiStruct>,
  enums: Map<string, readonly BtfEnumerator[]>,
): void {
  const type = resolve(types, id);
  if (type.kind === 'enum') enums.set(type.name, type.values);
  if (type.kind !== 'struct' || structs.has(type.name)) return;
  for (const member of type.members) collect(types, member.type, structs, enums);
  structs.set(type.name, { name: type.name, size: type.size, fields: fieldsOf(types, type.members) });
}

function fieldsOf(types: readonly BtfType[], members: readonly BtfMember[]): readonly AbiField[] {
  return members.flatMap((member) => fieldOf(types, member.name, member.type, member.offset));
}

function fieldOf(types: readonly BtfType[], name: string, id: number, offset: number): readonly AbiField[] {
  const type = resolve(types, id);
  if (name === 'zero' || (type.kind === 'struct' && type.name === 'bpf_spin_lock')) return [];
  const size = type.kind === 'array' || type.kind === 'struct' ? sizeOf(types, id) : 0;
  if (type.kind === 'array') return [{ name, offset, kind: 'bytes', size }];
  if (type.kind === 'struct') {
    const fields = fieldsOf(types, type.members);
    const bare = isBareArray({ name: type.name, size, fields });
    return [bare ? { name, offset, kind: 'bytes', size } : { name, offset, kind: 'struct', struct: type.name, size }];
  }
  if (type.kind !== 'int' && type.kind !== 'enum')
    throw new Error(`${name} is a ${type.kind}: an ABI holds integers, enums and arrays of bytes`);
  const bits = type.size * 8;
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw new Error(`${name} has ${bits} bits`);
  return [{ name, offset, kind: 'unsigned', bits, bigEndian: isBigEndian(types, id) }];
}

/** Such as struct address: sixteen bytes by another name. */
function isBareArray(struct: AbiStruct): boolean {
  return struct.name === 'bpf_spin_lock' || (struct.fields.length === 1 && struct.fields[0]?.kind === 'bytes');
}

/** `__be16`, `__be32`: the kernel's own names for network order. */
function isBigEndian(types: readonly BtfType[], id: number): boolean {
  const type = types[id];
  if (type?.kind !== 'typedef' && type?.kind !== 'modifier') return false;
  return /^__be\d\d$/.test(type.name) || isBigEndian(types, type.type);
}

function sizeOf(types: readonly BtfType[], id: number): number {
  const type = resolve(types, id);
  if (type.kind === 'int' || type.kind === 'enum' || type.kind === 'struct') return type.size;
  if (type.kind === 'array') return type.length * sizeOf(types, type.type);
  throw new Error(`a ${type.kind} has no size`);
}

/** Behind typedefs and const. */
function resolve(types: readonly BtfType[], id: number): BtfType {
  const type = types[id];
  if (type === undefined) throw new Error(`BTF has no type ${id}`);
  return type.kind === 'typedef' || type.kind === 'modifier' ? resolve(types, type.type) : type;
}

function asVariable(types: readonly BtfType[], id: number): { readonly name: string; readonly type: number } {
  const type = types[id];
  if (type?.kind !== 'variable') throw new Error(`BTF type ${id} is no variable`);
  return type;
}
