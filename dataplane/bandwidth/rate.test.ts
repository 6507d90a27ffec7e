import { describe, expect, it } from 'vitest';
import { parseRate } from './rate.ts';

describe('a bandwidth annotation', () => {
  it.each([
    ['100M', 100_000_000],
    ['100Mi', 104_857_600],
    ['1k', 1_000],
    ['1000', 1_000],
    ['999.1', 1_000],
    ['1P', 1_000_000_000_000_000],
    ['1e6', 1_000_000],
  ])('%s is %d bit/s', (text, bps) => {
    expect(parseRate(text)).toEqual({ bps });
  });

  it.each(['100', '999', '0', '-100M', '100m', '500u'])(
    '%s is refused as unreasonably small, as kubelet does',
    (text) => {
      expect(parseRate(text)).toBe('too-small');
    },
  );

  it.each(['2P', '1E', '1Pi', '1000000000000001'])('%s is refused as unreasonably large, as kubelet does', (text) => {
    expect(parseRate(text)).toBe('too-large');
  });

  it('is refused when it is no quantity', () => {
    expect(parseRate('100 M')).toBe('not-a-quantity');
    expect(parseRate('100Mbit')).toBe('unknown-suffix');
  });
});
