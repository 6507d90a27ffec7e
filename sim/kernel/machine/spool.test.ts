import { writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openSpool, SpoolReader } from './spool.ts';

test('what is written while it is read arrives whole, in order, and ends with the writer', async () => {
  const fd = openSpool();
  let gone: () => void = () => undefined;
  const reader = new SpoolReader(fd, new Promise<void>((resolve) => (gone = resolve)));
  writeSync(fd, 'first ');
  const pieces: string[] = [];
  for await (const piece of reader.setEncoding('utf8') as AsyncIterable<string>) {
    pieces.push(piece);
    if (pieces.length === 1) {
      writeSync(fd, 'x'.repeat(300_000));
      writeSync(fd, ' last', null);
      gone();
    }
  }
  expect(pieces.join('')).toBe(`first ${'x'.repeat(300_000)} last`);
});

test('a spool is destroyed in the middle without a fault', async () => {
  const reader = new SpoolReader(openSpool(), new Promise(() => undefined));
  reader.resume();
  await new Promise((resolve) => setImmediate(resolve));
  reader.destroy();
  await new Promise((resolve) => reader.once('close', resolve));
  expect(reader.destroyed).toBe(true);
});
