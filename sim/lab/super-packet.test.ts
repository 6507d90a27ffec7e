import { expect, it } from 'vitest';
import { superPacketSegments } from './super-packet.ts';

it('makes no super-packets where one frame takes longer than 4 ms', () => {
  expect(superPacketSegments(1e3)).toBe(1);
  expect(superPacketSegments(1e6)).toBe(1);
});

it('makes smaller ones where 64 KiB would: 33 frames are 4 ms of 100 Mbit/s', () => {
  expect(superPacketSegments(100e6)).toBe(33);
});

it('leaves fast slaves alone', () => {
  expect(superPacketSegments(1e9)).toBeNull();
});
