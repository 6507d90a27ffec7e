import { describe, expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

describe('a sparkline', () => {
  it('grows from the lowest bar to the highest at the top', () => {
    expect(sparkline([1, 25, 50, 75, 100], 5, 100)).toBe('▁▃▅▇█');
  });
  it('shows silence as blanks and keeps the newest values', () => {
    expect(sparkline([9, 9, 0, 0, 1], 3, 9)).toBe('  ▁');
  });
  it('is as wide as asked even with few values', () => {
    expect(sparkline([5], 4, 10)).toBe('   ▅');
  });
  it('stays within the bars above its top', () => {
    expect(sparkline([1000], 1, 10)).toBe('█');
  });
});
