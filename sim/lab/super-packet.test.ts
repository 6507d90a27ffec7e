import { expect, it } from 'vitest';
import { superPacketSegments } from './super-packet.ts';

it('makes no super-packets where one frame takes longer than 4 ms', () => {
  expect(superPacketSegments(1e3, 1500)).toBe(1);
  expect(superPacketSegments(1e6, 1500)).toBe(1);
});

it('makes smaller ones where 64 KiB would take longer: 33 frames are 4 ms of 100 Mbit/s', () => {
  expect(superPacketSegments(100e6, 1500)).toBe(33);
});

it('counts the slave’s own frames: two jumbo frames are 2.9 ms of 50 Mbit/s, 42 of 590 bytes 4 ms', () => {
  expect(superPacketSegments(50e6, 9000)).toBe(2);
  expect(superPacketSegments(50e6, 576)).toBe(42);
});

it('leaves fast slaves and those without a limit what the kernel gives them', () => {
  expect(superPacketSegments(1e9, 1500)).toBe(65_535);
  expect(superPacketSegments(null, 1500)).toBe(65_535);
});
