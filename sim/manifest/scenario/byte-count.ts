/** Numbers of bytes or bits in a Scenario: Kubernetes quantities, `10M` is 10 000 000 and `10Mi` 10 485 760. */
import { parseQuantity, quantityProblems } from '../../../dataplane/bandwidth/quantity.ts';

/** Below 2^53, so that it is exact. */
const MOST = 1_000_000_000_000_000n;

/** How many, or why it is no number of them, as a clause for people. */
export function parseByteCount(text: string, unit: 'byte' | 'bit' = 'byte'): number | string {
  const quantity = parseQuantity(text);
  if (typeof quantity === 'string') return quantityProblems[quantity];
  const { numerator, denominator } = quantity;
  if (numerator % denominator !== 0n) return `is no whole number of ${unit}s`;
  const bytes = numerator / denominator;
  if (bytes < 1n) return `is less than one ${unit}`;
  return bytes > MOST ? 'is more than 1P' : Number(bytes);
}
