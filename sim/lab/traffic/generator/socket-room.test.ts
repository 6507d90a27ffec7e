import { describe, expect, it } from 'vitest';
import { roomOfStream } from './socket-room.ts';

const MIB = 2 ** 20;
const GUEST_BYTES = 2048 * MIB;
/** What a guest of 2 GiB says: `cat /proc/sys/net/ipv4/tcp_mem` is 23991 31990 47982 (pages). */
const UNPRESSED_BYTES = 23991 * 4096;

describe('the room of a stream', () => {
  it('is 8 MiB of a flow alone, shared by its streams', () => {
    expect(roomOfStream(1, 1, GUEST_BYTES)).toBe(8 * MIB);
    expect(roomOfStream(4, 4, GUEST_BYTES)).toBe(2 * MIB);
  });

  it.each([2, 10, 200])('keeps %i flows in the foreground, and as many behind, below what TCP may hold', (flows) => {
    const asked = 2 * flows * roomOfStream(1, flows, GUEST_BYTES);
    const held = 2 * 2 * asked;
    expect(held).toBeLessThanOrEqual(1.05 * UNPRESSED_BYTES);
    expect(held).toBeGreaterThan(0.6 * UNPRESSED_BYTES);
  });

  it('takes a frame however many there are', () => {
    expect(roomOfStream(1, 100_000, GUEST_BYTES)).toBe(32 * 1024);
  });
});
