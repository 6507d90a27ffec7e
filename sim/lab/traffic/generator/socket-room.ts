/**
 * How much the kernel may hold for a socket of bulk traffic. What it holds for all of them together is bounded (tcp_mem): beyond,
 * a socket says that it is writable and takes nothing (EAGAIN), and whoever waits for it spins.
 */

/**
 * For a flow that has the machine for itself, each way. One thread makes all traffic and reads all counters: while it does the
 * one it must not starve the other, on a processor of a nanosecond an instruction either (tens of milliseconds a sample).
 */
const ROOM_OF_FLOW_BYTES = 8 * 1024 * 1024;
/** A full frame must always fit, with the kernel's bookkeeping. */
const LEAST_ROOM_BYTES = 32 * 1024;

/** tcp_mem[0], below which TCP never saves: the kernel's own rule (tcp_init_mem), three quarters of a sixteenth of the memory. */
const UNPRESSED_SHARE = 3 / 64;
/** Sender and receiver, each of which the kernel gives twice what it is asked for; and a step in the background beside this one. */
const HOLDERS = 2 * 2 * 2;

/**
 * @param streamsOfFlow share what one flow holds
 * @param streamsAtOnce of all flows that send together share what TCP may hold
 * @param memoryBytes the machine's, or the guest's
 * @returns bytes to ask the kernel for, for the sender as for the receiver of a stream
 */
export function roomOfStream(streamsOfFlow: number, streamsAtOnce: number, memoryBytes: number): number {
  const ofMemory = (memoryBytes * UNPRESSED_SHARE) / HOLDERS / streamsAtOnce;
  return Math.max(LEAST_ROOM_BYTES, Math.floor(Math.min(ROOM_OF_FLOW_BYTES / streamsOfFlow, ofMemory)));
}
