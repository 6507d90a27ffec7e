/** Whether connections ask for ECN (RFC 3168). */
import { readSysctl, writeSysctl } from '../../../linux/sysctl.ts';

/**
 * Whether a connection asks for ECN is decided when its first packet is made, by the sysctl of its namespace; so it is set around
 * that moment, and flows of one pod may differ. The receiver's default (2) answers those that ask.
 */
export function withEcn<T>(ecn: boolean | undefined, work: () => T): T {
  if (ecn === undefined) return work();
  const before = readSysctl(TCP_ECN);
  writeSysctl(TCP_ECN, ecn ? 1 : 0);
  try {
    return work();
  } finally {
    writeSysctl(TCP_ECN, before);
  }
}

const TCP_ECN = 'net/ipv4/tcp_ecn';
