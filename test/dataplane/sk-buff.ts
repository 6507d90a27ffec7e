/** `struct __sk_buff` of linux/bpf.h: what a test run may set and what it reads back (net/bpf/test_run.c). */

export interface SkBuff {
  readonly ifindex: number;
  /** Where the packet came from before a redirect. */
  readonly ingressIfindex?: number;
  readonly tstamp?: bigint;
  /** Default: the length of the frame. */
  readonly wireLen?: number;
  readonly gsoSegments?: number;
  /** Payload of a segment. */
  readonly gsoSize?: number;
}

export function encodeSkBuff(fields: SkBuff): Uint8Array {
  const bytes = new Uint8Array(192);
  const view = new DataView(bytes.buffer);
  view.setUint32(36, fields.ingressIfindex ?? 0, true);
  view.setUint32(40, fields.ifindex, true);
  view.setBigUint64(152, fields.tstamp ?? 0n, true);
  view.setUint32(160, fields.wireLen ?? 0, true);
  view.setUint32(164, fields.gsoSegments ?? 0, true);
  view.setUint32(176, fields.gsoSize ?? 0, true);
  return bytes;
}

export function tstampOf(skBuff: Uint8Array): bigint {
  return new DataView(skBuff.buffer, skBuff.byteOffset).getBigUint64(152, true);
}
