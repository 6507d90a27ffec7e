/** `struct sockaddr_in` and `sockaddr_in6`. */
import { addressText } from '../../dataplane/address/text.ts';
import { AF_INET, AF_INET6, parseIp } from './ip-address.ts';

/** Room for either. */
export const SOCKET_ADDRESS_SIZE = 28;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** @throws RangeError when it is no IP address, or no port. */
export function encodeSocketAddress({ address, port }: Endpoint): Uint8Array {
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new RangeError(`not a port: ${port}`);
  const { family, bytes } = parseIp(address);
  const encoded = Buffer.alloc(family === AF_INET ? 16 : SOCKET_ADDRESS_SIZE);
  encoded.writeUInt16LE(family, 0);
  encoded.writeUInt16BE(port, 2);
  encoded.set(bytes, family === AF_INET ? 4 : 8);
  return encoded;
}

/** @throws RangeError for a family that is neither. */
export function decodeSocketAddress(encoded: Uint8Array): Endpoint {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const port = bytes.readUInt16BE(2);
  switch (bytes.readUInt16LE(0)) {
    case AF_INET:
      return { address: addressText(bytes.subarray(4, 8)), port };
    case AF_INET6:
      return { address: addressText(bytes.subarray(8, 24)), port };
    default:
      throw new RangeError(`socket address of family ${bytes.readUInt16LE(0)}`);
  }
}
