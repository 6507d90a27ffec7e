import { expect, test, vi } from 'vitest';
import { LineIndex } from './line-index.ts';

test('lines are looked for when the first position is asked for, and once', () => {
  const sought = vi.spyOn(String.prototype, 'indexOf');
  try {
    const lines = new LineIndex('a.yaml', 'one\ntwo\n');
    expect(sought).not.toHaveBeenCalled();
    const span = lines.span(4, 7);
    const once = sought.mock.calls.length;
    lines.span(0, 3);
    expect(sought).toHaveBeenCalledTimes(once);
    expect(span).toEqual({ file: 'a.yaml', line: 2, column: 1, offset: 4, length: 3 });
  } finally {
    sought.mockRestore();
  }
});

test('a text that ends without a line break, and offsets beyond it', () => {
  const lines = new LineIndex('a.yaml', 'one\ntwo');
  expect(lines.span(99, 100)).toEqual({ file: 'a.yaml', line: 2, column: 4, offset: 7, length: 0 });
  expect(new LineIndex('a.yaml', '').span(0, 1)).toMatchObject({ line: 1, column: 1, length: 0 });
});
