import { expect, it } from 'vitest';
import { neighbourDemand, neighbourRoom, type Machine } from './neighbour-room.ts';

const pods = (count: number, ...addresses: string[]): Machine[] => Array.from({ length: count }, () => [addresses]);

it('asks for all pairs, both ways, and something for each interface', () => {
  expect(neighbourDemand(pods(36, '10.1.0.1/16'))).toEqual({ ipv4: 36 * 35 + 36 * 8, ipv6: 0 });
  // The 33rd pod is the one that a kernel's own 1024 does not hold any more: 32 * 31 = 992, 33 * 32 = 1056.
  expect(neighbourDemand(pods(33, '10.1.0.1/16')).ipv4).toBeGreaterThan(1024);
});

it('counts the group that IPv6 asks as well', () => {
  const { ipv4, ipv6 } = neighbourDemand(pods(64, '10.1.0.1/16', 'fd00::1/64'));
  expect({ ipv4, ipv6 }).toEqual({ ipv4: 64 * 63 + 64 * 8, ipv6: 2 * 64 * 63 + 64 * 8 });
});

it('counts every interface of a machine, and not its own addresses', () => {
  const twoNics: Machine = [['10.1.0.1/16'], ['10.2.0.1/16']];
  expect(neighbourDemand([twoNics, [['10.1.0.2/16']]]).ipv4).toBe(2 * (1 + 8) + (2 + 8));
});

it('gives a quarter more, and never less than the kernel has by itself', () => {
  expect(neighbourRoom(pods(300, '10.1.0.1/16'))).toEqual({ ipv4: Math.ceil(300 * (299 + 8) * 1.25), ipv6: 1024 });
  expect(neighbourRoom(pods(2, '10.1.0.1/16'))).toEqual({ ipv4: 1024, ipv6: 1024 });
});
