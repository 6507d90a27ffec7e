/** Rates as older parts of tc write them: `struct tc_ratespec`, and times in ticks of the packet scheduler. */

/** One tick of the packet scheduler (PSCHED_SHIFT 6), since 2.6.31. */
export const TICK_NS = 64;

// Without a link layer the kernel wants a rate table that it believes.
const TC_LINKLAYER_ETHERNET = 1;
const MAX_U32 = 0xffffffff;

/** @param cellLog only where a rate table comes along: a cell is 2^n bytes */
export function rateSpec(bytesPerSecond: number, cellLog = 0): Uint8Array {
  // cell_log, linklayer, overhead, cell_align, mpu, rate.
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(cellLog, 0);
  bytes.writeUInt8(TC_LINKLAYER_ETHERNET, 1);
  bytes.writeUInt32LE(Math.min(bytesPerSecond, MAX_U32), 8);
  return bytes;
}
