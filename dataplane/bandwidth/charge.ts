/** Bytes of an Ethernet header, without VLAN tag. */
export const ETHERNET_HEADER = 14;

/** With an MTU of 1500, in bytes. */
export const FULL_FRAME = 1500 + ETHERNET_HEADER;

/**
 * What a frame is charged against a pod's limit. The eBPF programs see a frame with its Ethernet header and without what an Ethernet
 * port puts around it; what others count of it is more or less (tc-stab(8), `overhead` and `mpu` of tc-cake(8)).
 */
export const charges = {
  l2: { meaning: 'the frame without its FCS, as the kernel counts it', least: 0, extra: 0, less: 0 },
  wire: { meaning: 'what a port takes for it: 24 bytes more, and at least 84', least: 60, extra: 24, less: 0 },
  ip: { meaning: 'the IP packet: without the Ethernet header', least: 0, extra: 0, less: ETHERNET_HEADER },
} as const;

export type Charge = keyof typeof charges;

export const chargeNames = Object.keys(charges) as [Charge, ...Charge[]];

/**
 * Bytes that frames of equal length are charged.
 * @param bytes of all of them together, Ethernet headers included, FCS not
 */
export function chargedBytes(charge: Charge, bytes: number, frames = 1): number {
  const { least, extra, less } = charges[charge];
  return Math.max(bytes, frames * least) + frames * (extra - less);
}

/** Frames below this are padded before they are sent, and charged so. */
export function isPadded(charge: Charge, frameBytes: number): boolean {
  return frameBytes < charges[charge].least;
}
