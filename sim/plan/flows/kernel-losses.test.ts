import { expect, it } from 'vitest';
import { KERNEL_LOSSES, lostOf } from './kernel-losses.ts';

const lost = (reason: string, counted: Readonly<Record<string, number>>): number =>
  lostOf(
    KERNEL_LOSSES.find((loss) => loss.reason === reason)!,
    new Map(Object.entries(counted)),
  );

it('takes each packet for one reason', () => {
  // The kernel counts a timeout as a failure too.
  const counted = { 'Ip.ReasmFails': 2962, 'Ip.ReasmTimeout': 661, Ip6ReasmFails: 4, Ip6ReasmTimeout: 4 };
  expect(lost('REASSEMBLY_FAILED', counted)).toBe(2301);
  expect(lost('REASSEMBLY_TIMEOUT', counted)).toBe(665);
  expect(lost('SOCKET_BUFFER', { 'Udp.RcvbufErrors': 3, 'Udp.InErrors': 3, 'TcpExt.TCPRcvQDrop': 2 })).toBe(5);
});

it('takes what could not be cut up for too large where packets are forwarded', () => {
  expect(lost('MTU_EXCEEDED', { 'Ip.Forwarding': 2, 'Ip.FragFails': 1550 })).toBe(0);
  expect(lost('MTU_EXCEEDED', { 'Ip.Forwarding': 1, 'Ip.FragFails': 12 })).toBe(12);
  // The kernel counts each packet of IPv6 in both.
  const counted = { 'Ip.Forwarding': 1, 'Ip.FragFails': 2, Ip6FragFails: 10, Ip6InTooBigErrors: 10 };
  expect(lost('MTU_EXCEEDED', counted)).toBe(12);
});

it('names no reason twice, in the style of the dataplane', () => {
  const reasons = KERNEL_LOSSES.map(({ reason }) => reason);
  expect(new Set(reasons).size).toBe(reasons.length);
  for (const { reason, words } of KERNEL_LOSSES) {
    expect(reason).toMatch(/^[A-Z_]+$/);
    expect(words).toMatch(/^[a-z].*[^.]$/);
  }
});

it('is 0 where a kernel does not count', () => {
  expect(lost('SOFTNET_BACKLOG', {})).toBe(0);
});
