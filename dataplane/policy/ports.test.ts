import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portPrefixes } from './ports.ts';

test('a range is cut into at most 30 prefixes that cover exactly it, each port once', () => {
  const port = fc.integer({ min: 0, max: 65535 });
  fc.assert(
    fc.property(port, port, (a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const prefixes = portPrefixes(first, last);
      expect(prefixes.length).toBeLessThanOrEqual(30);
      let next = first;
      for (const prefix of prefixes) {
        const size = 2 ** (16 - prefix.bits);
        expect([prefix.port, prefix.port % size]).toEqual([next, 0]);
        next += size;
      }
      expect(next).toBe(last + 1);
    }),
  );
  expect(portPrefixes(1, 65534).length).toBe(30);
  expect(portPrefixes(0, 65535)).toEqual([{ port: 0, bits: 0 }]);
});

test('what is no range is refused', () => {
  expect(() => portPrefixes(2, 1)).toThrow(RangeError);
  expect(() => portPrefixes(1, 65536)).toThrow(RangeError);
});
