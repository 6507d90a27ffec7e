import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { CreditWriter } from './credit-window.ts';

function written(stream: PassThrough): string {
  return (stream.read() as Buffer | null)?.toString() ?? '';
}

test('no more than the window is underway', () => {
  const carrier = new PassThrough();
  const writer = new CreditWriter(carrier, 4);
  writer.write('abcdefghij');
  expect(written(carrier)).toBe('abcd');
  writer.credit(1);
  expect(written(carrier)).toBe('e');
  writer.credit(5);
  expect(written(carrier)).toBe('fghi');
  writer.credit(9);
  expect(written(carrier)).toBe('j');
});

test('a credit that comes late or twice opens nothing', () => {
  const carrier = new PassThrough();
  const writer = new CreditWriter(carrier, 2);
  writer.write('abcdef');
  writer.credit(2);
  expect(written(carrier)).toBe('abcd');
  writer.credit(1);
  writer.credit(2);
  expect(written(carrier)).toBe('');
});

test('ends the carrier after the last byte', async () => {
  const carrier = new PassThrough();
  const writer = new CreditWriter(carrier, 3);
  writer.end('abcdef');
  let text = '';
  for await (const chunk of carrier) {
    text += String(chunk);
    writer.credit(text.length);
  }
  expect(text).toBe('abcdef');
});

test('a broken carrier breaks the writer', async () => {
  const carrier = new PassThrough();
  const writer = new CreditWriter(carrier, 1);
  const broken = new Promise((resolve) => writer.once('close', resolve));
  writer.on('error', () => undefined);
  carrier.destroy(new Error('gone'));
  await broken;
  expect(writer.destroyed).toBe(true);
});
