/**
 * Reads sections out of an ELF object file (System V ABI, chapter 4): 64 bit, little-endian, as clang writes for the
 * target bpf. No more than the generator of the ABI asks for.
 */

/**
 * The bytes of the section called `name`, a view into `object`.
 * @throws {Error} when `object` is no such ELF file or has no such section
 */
export function elfSection(object: Uint8Array, name: string): Uint8Array {
  const view = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const magic = object.byteLength < 64 ? 0 : view.getUint32(0);
  if (magic !== 0x7f454c46 || view.getUint8(4) !== 2 || view.getUint8(5) !== 1)
    throw new Error('not a 64-bit little-endian ELF file');

  const tableOffset = Number(view.getBigUint64(0x28, true));
  const headerSize = view.getUint16(0x3a, true);
  const headers = Array.from({ length: view.getUint16(0x3c, true) }, (_, index) => {
    const at = tableOffset + index * headerSize;
    return {
      name: view.getUint32(at, true),
      offset: Number(view.getBigUint64(at + 0x18, true)),
      size: Number(view.getBigUint64(at + 0x20, true)),
    };
  });
  const strings = headers[view.getUint16(0x3e, true)];
  if (strings === undefined) throw new Error('the ELF file has no section names');
  const found = headers.find((header) => cString(object, strings.offset + header.name) === name);
  if (found === undefined) throw new Error(`the ELF file has no section ${name}`);
  return object.subarray(found.offset, found.offset + found.size);
}

/** The zero-terminated string at `offset`. */
export function cString(bytes: Uint8Array, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return new TextDecoder().decode(bytes.subarray(offset, end < 0 ? undefined : end));
}
