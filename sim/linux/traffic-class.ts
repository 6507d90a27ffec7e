/** Classes of a classful qdisc (tc(8)): of HTB, the one kind that a comparison needs. */
import type { MessageWriter } from './netlink-message.ts';
import { TICK_NS, rateSpec } from './rate-spec.ts';

/** tc-htb(8). Rate and ceiling are the same: nobody to borrow from. Bits per second. */
export interface HtbClassSpec {
  readonly kind: 'htb';
  readonly rateBps: number;
  /** Tokens that may be saved up. */
  readonly burstBytes: number;
}

export const RTM_NEWTCLASS = 40;

const TCA = { kind: 1, options: 2 } as const;
const TCA_HTB = { parms: 1, rate64: 6, ceil64: 7 } as const;
const MAX_U32 = 0xffffffff;

/** Attributes of RTM_NEWTCLASS. */
export function writeClass(message: MessageWriter, spec: HtbClassSpec): void {
  const bytesPerSecond = Math.round(spec.rateBps / 8);
  const bucket = Math.min(MAX_U32, Math.round((spec.burstBytes / bytesPerSecond) * (1e9 / TICK_NS)));
  // struct tc_htb_opt: rate, ceiling, buffer and ceiling buffer (ticks), quantum (0: by the rate), level, priority.
  const options = Buffer.alloc(44);
  options.set(rateSpec(bytesPerSecond), 0);
  options.set(rateSpec(bytesPerSecond), 12);
  options.writeUInt32LE(bucket, 24);
  options.writeUInt32LE(bucket, 28);
  message.string(TCA.kind, spec.kind).nested(TCA.options, () => {
    message.bytes(TCA_HTB.parms, options);
    if (bytesPerSecond > MAX_U32) {
      message.u64(TCA_HTB.rate64, BigInt(bytesPerSecond)).u64(TCA_HTB.ceil64, BigInt(bytesPerSecond));
    }
  });
}
