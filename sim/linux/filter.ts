/**
 * Filters on clsact, or on a qdisc with classes: an eBPF program that decides by itself (cls_bpf), and for everything alike (matchall) a policer, a
 * redirection to another link, or the one after the other.
 */
import type { MessageWriter } from './netlink-message.ts';
import { TICK_NS, rateSpec } from './rate-spec.ts';
import { tcmsg } from './qdisc.ts';

/** Of clsact; a number is the handle of a qdisc that asks its filters where a packet belongs: `0x00010000` for `1:`. */
type Hook = 'ingress' | 'egress' | number;

interface FilterPlace {
  readonly ifindex: number;
  readonly hook: Hook;
  /** Lower runs first; one filter a priority. */
  readonly priority: number;
}

export interface BpfFilter extends FilterPlace {
  readonly programFd: number;
  /** What `tc filter show` calls it. */
  readonly name: string;
}

/** tc-police(8): what comes faster than the bucket fills is dropped; what keeps to it goes on to the next action or filter. */
export interface PoliceSpec {
  readonly rateBps: number;
  readonly burstBytes: number;
}

/** For every packet, in this order; at least one of them. */
export interface ActionFilter extends FilterPlace {
  readonly police?: PoliceSpec;
  /** The packet leaves its path here and goes out by this link. */
  readonly redirectTo?: number;
}

export const RTM_NEWTFILTER = 44;

const TCA_KIND = 1;
const TCA_OPTIONS = 2;

// TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) and ..._EGRESS.
const PARENTS: Readonly<Record<Exclude<Hook, number>, number>> = { ingress: 0xfffffff2, egress: 0xfffffff3 };
// ETH_P_ALL in network order.
const ALL_PROTOCOLS = 0x0300;

/** `struct tcmsg` of a filter. @throws RangeError for a priority that is not 1 to 65535. */
export function filterMessage({ ifindex, hook, priority }: FilterPlace): Uint8Array {
  if (!Number.isInteger(priority) || priority < 1 || priority > 0xffff) {
    throw new RangeError(`a filter's priority is 1 to 65535, not ${priority}`);
  }
  return tcmsg(ifindex, 0, typeof hook === 'number' ? hook : PARENTS[hook], ((priority << 16) | ALL_PROTOCOLS) >>> 0);
}

const TCA_BPF = { fd: 6, name: 7, flags: 8 } as const;
const TCA_BPF_FLAG_ACT_DIRECT = 1;

export function writeBpfFilter(message: MessageWriter, filter: BpfFilter): void {
  message.string(TCA_KIND, 'bpf').nested(TCA_OPTIONS, () => {
    message.u32(TCA_BPF.fd, filter.programFd).string(TCA_BPF.name, filter.name);
    message.u32(TCA_BPF.flags, TCA_BPF_FLAG_ACT_DIRECT);
  });
}

const TCA_MATCHALL_ACT = 2;
const TCA_ACT = { kind: 1, options: 2 } as const;
const TC_ACT = { unspec: -1, shot: 2, pipe: 3, stolen: 4 } as const;

export function writeActionFilter(message: MessageWriter, { police, redirectTo }: ActionFilter): void {
  const actions: (() => void)[] = [];
  // The last action's word counts: unspec is "on to the next filter", pipe "on to the next action".
  const goesOn = redirectTo === undefined ? TC_ACT.unspec : TC_ACT.pipe;
  if (police !== undefined) actions.push(() => writePolice(message, police, goesOn));
  if (redirectTo !== undefined) actions.push(() => writeRedirect(message, redirectTo));
  message.string(TCA_KIND, 'matchall').nested(TCA_OPTIONS, () => {
    message.nested(TCA_MATCHALL_ACT, () => {
      actions.forEach((write, index) => message.nested(index + 1, write));
    });
  });
}

const TCA_MIRRED_PARMS = 2;
const TCA_EGRESS_REDIR = 1;

function writeRedirect(message: MessageWriter, toIfindex: number): void {
  // struct tc_mirred: index, capab, action, refcnt, bindcnt, what to do, where to.
  const mirred = Buffer.alloc(28);
  mirred.writeInt32LE(TC_ACT.stolen, 8);
  mirred.writeInt32LE(TCA_EGRESS_REDIR, 20);
  mirred.writeUInt32LE(toIfindex, 24);
  message.string(TCA_ACT.kind, 'mirred').nested(TCA_ACT.options, () => message.bytes(TCA_MIRRED_PARMS, mirred), true);
}

const TCA_POLICE = { tbf: 1, rate: 2, result: 5, rate64: 8 } as const;
const MAX_U32 = 0xffffffff;
/** Of a rate table: 256 cells of 256 bytes reach beyond the largest super-packet. */
const CELL_LOG = 8;
const LONGEST_PACKET = 65_535;

function writePolice(message: MessageWriter, { rateBps, burstBytes }: PoliceSpec, conforming: number): void {
  const bytesPerSecond = Math.round(rateBps / 8);
  const ticks = (bytes: number): number => Math.min(MAX_U32, Math.round((bytes / bytesPerSecond) * (1e9 / TICK_NS)));
  // struct tc_police: index, what to do beyond the rate, limit, burst (ticks), mtu, rate, peak rate, refcnt, bindcnt, capab.
  const parameters = Buffer.alloc(56);
  parameters.writeInt32LE(TC_ACT.shot, 4);
  parameters.writeUInt32LE(ticks(burstBytes), 12);
  parameters.writeUInt32LE(LONGEST_PACKET, 16);
  parameters.set(rateSpec(bytesPerSecond, CELL_LOG), 20);
  // The kernel takes a rate only with its table, though it has not looked into one since 3.8.
  const table = Buffer.alloc(1024);
  for (let cell = 0; cell < 256; cell += 1) table.writeUInt32LE(ticks((cell + 1) << CELL_LOG), 4 * cell);
  message.string(TCA_ACT.kind, 'police').nested(TCA_ACT.options, () => {
    message.bytes(TCA_POLICE.tbf, parameters).bytes(TCA_POLICE.rate, table);
    message.u32(TCA_POLICE.result, conforming >>> 0);
    if (bytesPerSecond > MAX_U32) message.u64(TCA_POLICE.rate64, BigInt(bytesPerSecond));
  });
}
