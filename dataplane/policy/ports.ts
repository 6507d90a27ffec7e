/** Ports of rules: names resolved at a pod, ranges cut into prefixes for the longest-prefix policy map. */
import type { PolicyPod, Protocol } from './network-policy.ts';

/** IANA protocol numbers. */
export const PROTOCOL_NUMBER: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

/** `bits` leading bits of `port` are given; 16 is exactly that port, 0 every port. */
export interface PortPrefix {
  readonly port: number;
  readonly bits: number;
}

/**
 * Fewest prefixes whose union is exactly `first..last` (both inclusive), ascending; at most 30 of them.
 * @throws RangeError when it is no range of ports.
 */
export function portPrefixes(first: number, last: number): PortPrefix[] {
  if (!isPort(first) || !isPort(last) || first > last) throw new RangeError(`not a port range: ${first}-${last}`);
  const prefixes: PortPrefix[] = [];
  for (let port = first; port <= last;) {
    let size = 1;
    while (port % (size * 2) === 0 && port + size * 2 - 1 <= last) size *= 2;
    prefixes.push({ port, bits: 16 - Math.log2(size) });
    port += size;
  }
  return prefixes;
}

/** The pod's container port of that name and protocol, the first where several are declared (as kubelet's FindPort); null: none. */
export function resolvePort(pod: Pick<PolicyPod, 'ports'>, name: string, protocol: Protocol): number | null {
  return pod.ports.find((port) => port.name === name && port.protocol === protocol)?.port ?? null;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}
