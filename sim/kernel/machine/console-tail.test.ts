import { expect, test } from 'vitest';
import { ConsoleTail } from './console-tail.ts';

test('keeps the end, cut at a line', () => {
  const tail = new ConsoleTail(12);
  tail.add('first line\nsecond\nlast\n');
  expect(tail.text).toBe('second\nlast\n');
});

test('finds the kernel’s word for its end among the stack trace', () => {
  const tail = new ConsoleTail();
  tail.add('booting\r\nKernel panic - not syncing: VFS: no root\r\nCPU: 0 PID: 1\r\n');
  tail.add('Stack:\n 606944ba 607e7fcd\nCall Trace:\n [<606944ba>] ? _printk+0x0/0x94\n');
  expect(tail.panic).toBe('Kernel panic - not syncing: VFS: no root');
  expect(tail.lastLines(9)).toBe('booting\nKernel panic - not syncing: VFS: no root');
});
