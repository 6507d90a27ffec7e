/**
 * Reads BPF Type Format, the type information that clang puts into a BPF object.
 * Source: Documentation/bpf/btf.rst and include/uapi/linux/btf.h of the Linux kernel.
 */
import { cString } from './elf.ts';

export type BtfType =
  | { readonly kind: 'void' }
  | { readonly kind: 'int'; readonly name: string; readonly size: number; readonly signed: boolean }
  | { readonly kind: 'pointer' | 'typedef' | 'modifier' | 'variable'; readonly name: string; readonly type: number }
  | { readonly kind: 'array'; readonly type: number; readonly length: number }
  | { readonly kind: 'struct'; readonly name: string; readonly size: number; readonly members: readonly BtfMember[] }
  | { readonly kind: 'enum'; readonly name: string; readonly size: number; readonly values: readonly BtfEnumerator[] }
  | { readonly kind: 'section'; readonly name: string; readonly variables: readonly number[] }
  /** Functions, forward declarations, unions and what else no map is made of. */
  | { readonly kind: 'other'; readonly name: string };

export interface BtfMember {
  readonly name: string;
  readonly type: number;
  /** In bytes; bit fields are refused. */
  readonly offset: number;
}

export interface BtfEnumerator {
  readonly name: string;
  readonly value: number;
}

/** All types, by their number; 0 is void. @throws {Error} when the section is not BTF */
export function readBtf(section: Uint8Array): readonly BtfType[] {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  if (section.byteLength < 24 || view.getUint16(0, true) !== 0xeb9f) throw new Error('not a BTF section');
  const headerLength = view.getUint32(4, true);
  const typesAt = headerLength + view.getUint32(8, true);
  const end = typesAt + view.getUint32(12, true);
  const strings = section.subarray(headerLength + view.getUint32(16, true));

  const types: BtfType[] = [{ kind: 'void' }];
  for (let at = typesAt; at < end;) {
    const name = cString(strings, view.getUint32(at, true));
    const info = view.getUint32(at + 4, true);
    const [count, kind, flag] = [info & 0xffff, (info >>> 24) & 0x1f, info >>> 31 === 1];
    const sizeOrType = view.getUint32(at + 8, true);
    at += 12;
    const word = (index: number) => view.getUint32(at + index * 4, true);
    const text = (index: number) => cString(strings, word(index));
    const items = Array.from({ length: count }, (_, index) => index);
    switch (kind) {
      case 1:
        types.push({ kind: 'int', name, size: sizeOrType, signed: ((word(0) >>> 24) & 1) === 1 });
        at += 4;
        break;
      case 2:
        types.push({ kind: 'pointer', name, type: sizeOrType });
        break;
      case 3:
        types.push({ kind: 'array', type: word(0), length: word(2) });
        at += 12;
        break;
      case 4: {
        const members = items.map((i) => ({ name: text(3 * i), type: word(3 * i + 1), offset: word(3 * i + 2) / 8 }));
        // A union or a struct with bit fields is no part of an ABI of ours; it only must not be misread.
        if (flag || members.some((member) => !Number.isInteger(member.offset))) types.push({ kind: 'other', name });
        else types.push({ kind: 'struct', name, size: sizeOrType, members });
        at += count * 12;
        break;
      }
      case 6:
        types.push({
          kind: 'enum',
          name,
          size: sizeOrType,
          values: items.map((i) => ({ name: text(2 * i), value: view.getInt32(at + i * 8 + 4, true) })),
        });
        at += count * 8;
        break;
      case 8:
        types.push({ kind: 'typedef', name, type: sizeOrType });
        break;
      case 9: // volatile
      case 10: // const
      case 11: // restrict
        types.push({ kind: 'modifier', name, type: sizeOrType });
        break;
      case 14:
        types.push({ kind: 'variable', name, type: sizeOrType });
        at += 4;
        break;
      case 15:
        types.push({ kind: 'section', name, variables: items.map((i) => word(3 * i)) });
        at += count * 12;
        break;
      default:
        types.push({ kind: 'other', name });
        at += trailingBytes(kind, count);
    }
  }
  return types;
}

/** Length of what follows the type record of a kind that is not read. */
function trailingBytes(kind: number, count: number): number {
  switch (kind) {
    case 5: // union
    case 19: // enum of 64 bits
      return count * 12;
    case 13: // function prototype
      return count * 8;
    case 17: // declaration tag
      return 4;
    case 7: // forward declaration
    case 12: // function
    case 16: // float
    case 18: // type tag
      return 0;
    default:
      throw new Error(`BTF kind ${kind} is not known: a newer compiler? Add it to dataplane/bpf/btf.ts`);
  }
}
