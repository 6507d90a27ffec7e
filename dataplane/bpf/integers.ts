/**
 * Integers of map keys and values, in the byte order of every machine a lab runs on (little-endian; the object is built
 * for no other). A number that does not fit is an error: it must not wrap into a wrong but valid key.
 */

/** @throws {RangeError} when `value` is no unsigned integer of `bits` bits, or beyond 2^53 */
export function putUnsigned(
  view: DataView,
  offset: number,
  bits: 8 | 16 | 32 | 64,
  value: number,
  what: string,
  bigEndian = false,
): void {
  const limit = bits === 64 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
  if (!Number.isInteger(value) || value < 0 || value > limit)
    throw new RangeError(`${what} is ${value}, not an integer from 0 to ${limit}`);
  switch (bits) {
    case 8:
      view.setUint8(offset, value);
      return;
    case 16:
      view.setUint16(offset, value, !bigEndian);
      return;
    case 32:
      view.setUint32(offset, value, !bigEndian);
      return;
    case 64:
      view.setBigUint64(offset, BigInt(value), !bigEndian);
  }
}

/** @throws {RangeError} when a 64-bit value is beyond 2^53, so that it would lose digits */
export function takeUnsigned(
  view: DataView,
  offset: number,
  bits: 8 | 16 | 32 | 64,
  what: string,
  bigEndian = false,
): number {
  switch (bits) {
    case 8:
      return view.getUint8(offset);
    case 16:
      return view.getUint16(offset, !bigEndian);
    case 32:
      return view.getUint32(offset, !bigEndian);
    case 64: {
      const value = view.getBigUint64(offset, !bigEndian);
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`${what} is ${value}, beyond 2^53`);
      return Number(value);
    }
  }
}

/** @throws {RangeError} when `bytes` is not `size` long */
export function putBytes(into: Uint8Array, offset: number, size: number, bytes: Uint8Array, what: string): void {
  if (bytes.length !== size) throw new RangeError(`${what} has ${bytes.length} bytes, not ${size}`);
  into.set(bytes, offset);
}

/** A view of exactly `size` bytes. @throws {RangeError} when there are not so many */
export function structView(bytes: Uint8Array, size: number, what: string): DataView {
  if (bytes.length !== size) throw new RangeError(`${what} has ${bytes.length} bytes, not ${size}`);
  return new DataView(bytes.buffer, bytes.byteOffset, size);
}

/** Of a key or value that is one number. @throws {RangeError} when it does not fit */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  putUnsigned(new DataView(bytes.buffer), 0, 32, value, 'map key or value');
  return bytes;
}
