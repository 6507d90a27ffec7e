/** The programs that the object holds, as the kernel and bpftool name them, in the order that faces show. */
export const PROGRAM_NAMES = [
  'ipvlane_egress',
  'ipvlane_ingress',
  'ipvlane_ifb',
  'ipvlane_underlay',
  'ipvlane_handover',
  'ipvlane_guard',
  'ipvlane_admit',
] as const;

export type ProgramName = (typeof PROGRAM_NAMES)[number];
