/** Queueing disciplines (tc(8)): what each kind takes, in base units, and what each counts. */
import { readAttributes, text } from './netlink-message.ts';
import type { Message, MessageWriter } from './netlink-message.ts';
import { redParameters, type RedSettings } from './red.ts';
import { rateSpec } from './rate-spec.ts';

/** Rates are bits per second. What is left out is the kernel's default. */
export type QdiscSpec =
  | { readonly kind: 'clsact' }
  | FqSpec
  | NetemSpec
  | TbfSpec
  | { readonly kind: 'fq_codel'; readonly limit?: number; readonly targetNs?: number; readonly intervalNs?: number }
  /** tc-codel(8): one queue, and a packet is dropped at its head when all have waited too long for too long. */
  | { readonly kind: 'codel'; readonly limit?: number; readonly targetNs?: number; readonly intervalNs?: number }
  /** tc-red(8). */
  | ({ readonly kind: 'red' } & RedSettings)
  | HtbSpec
  | CakeSpec
  | { readonly kind: 'pfifo'; readonly limit: number }
  /** tc-prio(8): of its two bands everything goes to the first, unless a filter says otherwise. */
  | { readonly kind: 'prio' };

/** tc-fq(8): a queue a flow, packets sent at their departure time. */
export interface FqSpec {
  readonly kind: 'fq';
  /** Packets in all; the kernel's default is 10000. */
  readonly limit?: number;
  /** Packets of one flow; default 100. */
  readonly flowLimit?: number;
  readonly quantumBytes?: number;
  readonly initialQuantumBytes?: number;
  /** How far ahead a departure time may be (5.8); default ten seconds. Whole microseconds. */
  readonly horizonNs?: number;
  /** Beyond the horizon: drop (default) or send at the horizon. */
  readonly beyondHorizon?: 'drop' | 'cap';
  /** Whether it paces TCP at what each socket reckons its rate to be (default), or leaves that to the socket. Departure times are kept either way. */
  readonly pacing?: boolean;
  /** Most that one socket may be paced to. */
  readonly maxRateBps?: number;
  readonly ceThresholdNs?: number;
  readonly bucketsLog?: number;
}

/** tc-netem(8): delay, loss and rate of a wire. */
interface NetemSpec {
  readonly kind: 'netem';
  readonly delayNs?: number;
  readonly jitterNs?: number;
  readonly lossPct?: number;
  readonly duplicatePct?: number;
  /** Sent at once rather than after the delay. */
  readonly reorderPct?: number;
  /** Where its dice begin, so that they fall alike each time; kernels before 6.6 do not have it and go their own way. */
  readonly seed?: bigint;
  /** Packets held at most; the tc command's default is 1000. A wire holds rate * delay of them. */
  readonly limit?: number;
  readonly rateBps?: number;
}

/** tc-tbf(8): a token bucket. */
type TbfSpec = {
  readonly kind: 'tbf';
  readonly rateBps: number;
  readonly burstBytes: number;
} & ({ readonly latencyNs: number } | { readonly limitBytes: number });

/** tc-htb(8): hierarchical token buckets; its classes come one by one (traffic-class.ts). */
interface HtbSpec {
  readonly kind: 'htb';
  /** Minor number of the class for what no filter places: 1 is `1:1` below a qdisc `1:`. */
  readonly defaultClass: number;
}

/** tc-cake(8): a shaper with queues a flow and an AQM in each. */
interface CakeSpec {
  readonly kind: 'cake';
  readonly rateBps: number;
}

export interface QdiscStats {
  readonly ifindex: number;
  readonly kind: string;
  /** `0x80010000` is `8001:`. */
  readonly handle: number;
  /** TC_H_ROOT for a root qdisc. */
  readonly parent: number;
  readonly packets: number;
  readonly bytes: number;
  readonly drops: number;
  readonly overlimits: number;
  readonly requeues: number;
  readonly backlogBytes: number;
  readonly qlen: number;
  /** What this kind counts beyond that, by the kernel's own names: of fq `horizon_drops`, `flows_plimit`, `throttled`... */
  readonly extra: Readonly<Record<string, number>>;
}

export const RTM_NEWQDISC = 36;
export const RTM_DELQDISC = 37;
export const RTM_GETQDISC = 38;

export const TC_H_ROOT = 0xffffffff;
/** Where clsact hangs (TC_H_CLSACT), beside the root. */
export const TC_H_CLSACT = 0xfffffff1;

const TCA = { kind: 1, options: 2, stats2: 7 } as const;
const TCA_STATS = { basic: 1, queue: 3, app: 4 } as const;

/** `struct tcmsg`. */
export function tcmsg(ifindex: number, handle: number, parent: number, info = 0): Uint8Array {
  const fixed = Buffer.alloc(20);
  fixed.writeInt32LE(ifindex, 4);
  fixed.writeUInt32LE(handle, 8);
  fixed.writeUInt32LE(parent, 12);
  fixed.writeUInt32LE(info, 16);
  return fixed;
}

/** Attributes of RTM_NEWQDISC. @throws RangeError on what the format cannot say. */
export function writeQdisc(message: MessageWriter, spec: QdiscSpec): void {
  message.string(TCA.kind, spec.kind);
  if (spec.kind === 'clsact') return;
  message.nested(TCA.options, () => {
    writeOptions(message, spec);
  });
}

/** One RTM_NEWQDISC of a dump. */
export function readQdisc(message: Message): QdiscStats {
  const attributes = readAttributes(message.payload.subarray(20));
  const stats = readAttributes(attributes.get(TCA.stats2) ?? Buffer.alloc(0));
  const basic = stats.get(TCA_STATS.basic) ?? Buffer.alloc(12);
  const queue = stats.get(TCA_STATS.queue) ?? Buffer.alloc(20);
  const kind = text(attributes.get(TCA.kind));
  return {
    ifindex: message.payload.readInt32LE(4),
    kind,
    handle: message.payload.readUInt32LE(8),
    parent: message.payload.readUInt32LE(12),
    bytes: Number(basic.readBigUInt64LE(0)),
    packets: basic.readUInt32LE(8),
    qlen: queue.readUInt32LE(0),
    backlogBytes: queue.readUInt32LE(4),
    drops: queue.readUInt32LE(8),
    requeues: queue.readUInt32LE(12),
    overlimits: queue.readUInt32LE(16),
    extra: kind === 'fq' ? readFqStats(stats.get(TCA_STATS.app)) : {},
  };
}

function writeOptions(message: MessageWriter, spec: Exclude<QdiscSpec, { kind: 'clsact' }>): void {
  switch (spec.kind) {
    case 'fq':
      writeFq(message, spec);
      break;
    case 'netem':
      writeNetem(message, spec);
      break;
    case 'tbf':
      writeTbf(message, spec);
      break;
    case 'fq_codel':
      optionalU32(message, 1, spec.targetNs, microseconds);
      optionalU32(message, 2, spec.limit);
      optionalU32(message, 3, spec.intervalNs, microseconds);
      break;
    case 'codel':
      optionalU32(message, 1, spec.targetNs, microseconds);
      optionalU32(message, 2, spec.limit);
      optionalU32(message, 3, spec.intervalNs, microseconds);
      break;
    case 'red':
      writeRed(message, spec);
      break;
    case 'htb':
      // struct tc_htb_glob: version, rate to quantum, default class, debug, packets sent without a class.
      message.bytes(TCA_HTB_INIT, words(HTB_VERSION, HTB_RATE_TO_QUANTUM, spec.defaultClass, 0, 0));
      break;
    case 'cake':
      message.u64(TCA_CAKE_BASE_RATE64, BigInt(bytesPerSecond(spec.rateBps)));
      break;
    case 'pfifo':
      // struct tc_fifo_qopt is the options themselves, no attribute.
      message.raw(words(spec.limit));
      break;
    case 'prio': {
      // struct tc_prio_qopt: bands, two at least; the band of each of the sixteen priorities.
      const options = Buffer.alloc(20);
      options.writeInt32LE(2, 0);
      message.raw(options);
      break;
    }
  }
}

function writeRed(message: MessageWriter, settings: RedSettings): void {
  const { limitBytes, minBytes, maxBytes, weightLog, oddsLog, cellLog, idle, odds } = redParameters(settings);
  // struct tc_red_qopt: the limits, three logarithms, flags.
  const options = Buffer.alloc(16);
  [limitBytes, minBytes, maxBytes].forEach((bytes, i) => options.writeUInt32LE(u32(bytes, 'size'), 4 * i));
  options.set([weightLog, oddsLog, cellLog, 0], 12);
  message.bytes(TCA_RED.parms, options).bytes(TCA_RED.stab, idle);
  message.u32(TCA_RED.maxP, Math.round(odds * 2 ** 32));
}

const TCA_RED = { parms: 1, stab: 2, maxP: 3 } as const;

// TCA_FQ_* of linux/pkt_sched.h.
function writeFq(message: MessageWriter, spec: FqSpec): void {
  optionalU32(message, 1, spec.limit);
  optionalU32(message, 2, spec.flowLimit);
  optionalU32(message, 3, spec.quantumBytes);
  optionalU32(message, 4, spec.initialQuantumBytes);
  if (spec.pacing !== undefined) message.u32(5, spec.pacing ? 1 : 0);
  optionalU32(message, 7, spec.maxRateBps, bytesPerSecond);
  optionalU32(message, 8, spec.bucketsLog);
  optionalU32(message, 12, spec.ceThresholdNs, microseconds);
  optionalU32(message, 14, spec.horizonNs, microseconds);
  if (spec.beyondHorizon !== undefined) message.u8(15, spec.beyondHorizon === 'drop' ? 1 : 0);
}

const TCA_NETEM_REORDER = 3;
const TCA_NETEM_RATE = 6;
const TCA_NETEM_RATE64 = 8;
const TCA_NETEM_LATENCY64 = 10;
const TCA_NETEM_JITTER64 = 11;
/** 6.6. An older kernel reads no further than its own last attribute, and passes over this one. */
const TCA_NETEM_PRNG_SEED = 14;
const NETEM_LIMIT = 1000;

function writeNetem(message: MessageWriter, spec: NetemSpec): void {
  // struct tc_netem_qopt: latency (in ticks; the 64-bit attribute says it in nanoseconds), limit, loss, gap, duplicate, jitter.
  // A gap of 1: each packet may be one that is not delayed.
  const { reorderPct = 0 } = spec;
  const gap = reorderPct > 0 ? 1 : 0;
  message.raw(words(0, spec.limit ?? NETEM_LIMIT, probability(spec.lossPct), gap, probability(spec.duplicatePct), 0));
  // struct tc_netem_reorder: probability, correlation.
  if (gap > 0) message.bytes(TCA_NETEM_REORDER, words(probability(reorderPct), 0));
  if (spec.seed !== undefined) message.u64(TCA_NETEM_PRNG_SEED, spec.seed);
  if (spec.delayNs !== undefined) message.u64(TCA_NETEM_LATENCY64, BigInt(whole(spec.delayNs, 'delay')));
  if (spec.jitterNs !== undefined) message.u64(TCA_NETEM_JITTER64, BigInt(whole(spec.jitterNs, 'jitter')));
  if (spec.rateBps !== undefined) {
    const rate = Math.round(spec.rateBps / 8);
    if (rate > MAX_U32) message.u64(TCA_NETEM_RATE64, BigInt(rate));
    // struct tc_netem_rate: rate, packet overhead, cell size, cell overhead.
    message.bytes(TCA_NETEM_RATE, words(Math.min(rate, MAX_U32), 0, 0, 0));
  }
}

const TCA_TBF_PARMS = 1;
const TCA_TBF_RATE64 = 4;
const TCA_TBF_BURST = 6;

function writeTbf(message: MessageWriter, spec: TbfSpec): void {
  const rate = Math.round(spec.rateBps / 8);
  const limit = 'limitBytes' in spec ? spec.limitBytes : Math.round((rate * spec.latencyNs) / 1e9) + spec.burstBytes;
  // struct tc_tbf_qopt: rate and peak rate (tc_ratespec, 12 bytes each), limit, buffer, mtu.
  const parameters = Buffer.alloc(36);
  parameters.set(rateSpec(rate), 0);
  parameters.writeUInt32LE(u32(limit, 'limit'), 24);
  message.bytes(TCA_TBF_PARMS, parameters);
  if (rate > MAX_U32) message.u64(TCA_TBF_RATE64, BigInt(rate));
  message.u32(TCA_TBF_BURST, u32(spec.burstBytes, 'burst'));
}

const TCA_HTB_INIT = 2;
const HTB_VERSION = 3;
/** What the tc command says by default. */
const HTB_RATE_TO_QUANTUM = 10;
const TCA_CAKE_BASE_RATE64 = 2;

// struct tc_fq_qd_stats: later kernels append; an earlier one's answer simply ends before.
const FQ_STATS: readonly (readonly [name: string, bytes: 4 | 8])[] = [
  ['gc_flows', 8],
  ['highprio_packets', 8],
  ['tcp_retrans', 8],
  ['throttled', 8],
  ['flows_plimit', 8],
  ['pkts_too_long', 8],
  ['allocation_errors', 8],
  ['time_next_delayed_flow', 8],
  ['flows', 4],
  ['inactive_flows', 4],
  ['throttled_flows', 4],
  ['unthrottle_latency_ns', 4],
  ['ce_mark', 8],
  ['horizon_drops', 8],
  ['horizon_caps', 8],
  ['fastpath_packets', 8],
];

function readFqStats(bytes: Buffer | undefined): Record<string, number> {
  const stats: Record<string, number> = {};
  if (bytes === undefined) return stats;
  let at = 0;
  for (const [name, size] of FQ_STATS) {
    if (at + size > bytes.length) break;
    stats[name] = size === 8 ? Number(bytes.readBigInt64LE(at)) : bytes.readUInt32LE(at);
    at += size;
  }
  return stats;
}

const MAX_U32 = 0xffffffff;

function optionalU32(
  message: MessageWriter,
  type: number,
  value: number | undefined,
  convert: (value: number) => number = (same) => same,
): void {
  if (value !== undefined) message.u32(type, u32(convert(value), 'value'));
}

function microseconds(ns: number): number {
  return whole(ns / 1000, 'time in microseconds');
}

function bytesPerSecond(bps: number): number {
  return Math.round(bps / 8);
}

function probability(percent = 0): number {
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`not a percentage: ${percent}`);
  return Math.round((percent / 100) * MAX_U32);
}

function u32(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > MAX_U32) {
    throw new RangeError(`a ${what} of ${value} does not fit the 32 bits that the qdisc has for it`);
  }
  return value;
}

function whole(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`a ${what} of ${value} is not a whole number`);
  return value;
}

function words(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}
