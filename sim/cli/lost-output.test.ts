import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { watchOutput } from './lost-output.ts';

function watched() {
  const said: string[] = [];
  const seen = { readerGone: 0 };
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const output = watchOutput({ stdout, stderr }, () => (seen.readerGone += 1));
  const fail = (stream: PassThrough, code: string): boolean =>
    stream.emit('error', Object.assign(new Error(`${code}: write`), { code }));
  return { said, seen, output, stdout, stderr, fail };
}

test('a full disk is said once, in one line', () => {
  const { said, output, stdout, fail } = watched();
  fail(stdout, 'ENOSPC');
  fail(stdout, 'ENOSPC');
  expect(said).toEqual(['ipvlane: standard output cannot be written: no space left on the device (ENOSPC)\n']);
  expect(output.lost).toBe(true);
});

test('a reader that goes away is told of without a word', () => {
  const { said, seen, output, stdout, stderr, fail } = watched();
  fail(stdout, 'EPIPE');
  fail(stderr, 'EPIPE');
  expect([said, seen.readerGone, output.lost]).toEqual([[], 1, false]);
});

test('words of standard error that are lost are lost words too', () => {
  const { output, stderr, fail } = watched();
  fail(stderr, 'ENOSPC');
  expect(output.lost).toBe(true);
});
