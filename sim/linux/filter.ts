/** Filters on clsact: an eBPF program that decides by itself (cls_bpf), and everything to another link (matchall, mirred). */
import type { MessageWriter } from './netlink-message.ts';
import { tcmsg } from './qdisc.ts';

type Hook = 'ingress' | 'egress';

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

export interface RedirectFilter extends FilterPlace {
  /** The packet leaves its path here and goes out by this link. */
  readonly toIfindex: number;
}

export const RTM_NEWTFILTER = 44;

const TCA_KIND = 1;
const TCA_OPTIONS = 2;

// TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) and ..._EGRESS.
const PARENTS: Readonly<Record<Hook, number>> = { ingress: 0xfffffff2, egress: 0xfffffff3 };
// ETH_P_ALL in network order.
const ALL_PROTOCOLS = 0x0300;

/** `struct tcmsg` of a filter. @throws RangeError for a priority that is not 1 to 65535. */
export function filterMessage({ ifindex, hook, priority }: FilterPlace): Uint8Array {
  if (!Number.isInteger(priority) || priority < 1 || priority > 0xffff) {
    throw new RangeError(`a filter's priority is 1 to 65535, not ${priority}`);
  }
  return tcmsg(ifindex, 0, PARENTS[hook], ((priority << 16) | ALL_PROTOCOLS) >>> 0);
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
const TCA_MIRRED_PARMS = 2;
const TCA_EGRESS_REDIR = 1;
const TC_ACT_STOLEN = 4;

export function writeRedirectFilter(message: MessageWriter, filter: RedirectFilter): void {
  // struct tc_mirred: index, capab, action, refcnt, bindcnt, what to do, where to.
  const mirred = Buffer.alloc(28);
  mirred.writeInt32LE(TC_ACT_STOLEN, 8);
  mirred.writeInt32LE(TCA_EGRESS_REDIR, 20);
  mirred.writeUInt32LE(filter.toIfindex, 24);
  message.string(TCA_KIND, 'matchall').nested(TCA_OPTIONS, () => {
    message.nested(TCA_MATCHALL_ACT, () => {
      message.nested(1, () => {
        message
          .string(TCA_ACT.kind, 'mirred')
          .nested(TCA_ACT.options, () => message.bytes(TCA_MIRRED_PARMS, mirred), true);
      });
    });
  });
}
