/**
 * How far ahead of now a packet's departure may lie before it is dropped instead.
 *
 * Two seconds are Cilium's horizon, and right for the rates that annotations ask for. But the horizon belongs to the rate: at
 * 1 kbit/s one frame of 1514 bytes takes 12 s, and TCP hands over up to 64 KiB at once. So it is never less than
 * two such buffers take: one that leaves, and one that waits. The fq behind must keep packets at least as long
 * (`fqHorizonNs`), or it drops what EDT has let pass.
 */

/** Nanoseconds, for a rate in bits per second. */
export function departureHorizonNs(rateBps: number): number {
  return Math.max(shortestNs, Math.ceil((2 * largestBuffer * 8 * 1e9) / rateBps));
}

/** For fq's TCA_FQ_HORIZON (which is in microseconds): the kernel's own default, or longer where EDT needs it. */
export function fqHorizonNs(rateBps: number): number {
  return Math.max(fqDefaultNs, departureHorizonNs(rateBps) + slackNs);
}

const shortestNs = 2e9;
/** GSO_LEGACY_MAX_SIZE, include/linux/netdevice.h */
const largestBuffer = 65536;
/** net/sched/sch_fq.c, fq_init: 10 s */
const fqDefaultNs = 10e9;
const slackNs = 1e9;
