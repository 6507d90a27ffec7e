/** Bonding modes by number, as Spiderpool's manifests give them: Linux, Documentation/networking/bonding.rst. */
import type { BondMode } from '../linux/link.ts';

const MODES: readonly BondMode[] = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
];

/** @throws RangeError */
export function bondMode(number: number): BondMode {
  const mode = MODES[number];
  if (mode === undefined) throw new RangeError(`no bonding mode has the number ${number}`);
  return mode;
}
