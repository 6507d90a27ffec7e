import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { NoEndError } from '../../manifest/finding/special-file.ts';
import { standardInput } from './standard-input.ts';

/** Never ends, and counts what was taken of it. */
function endless(): Readable & { taken: number } {
  const stream = Object.assign(new Readable({ read }), { taken: 0 });
  function read(): void {
    stream.taken += 1000;
    stream.push(Buffer.alloc(1000));
  }
  return stream;
}

test('what comes by a pipe is read to its end', async () => {
  const pieces = Readable.from([Buffer.from('kind: '), Buffer.from('Pod\n')]);
  expect(await standardInput(pieces, () => undefined, 10)).toEqual(Buffer.from('kind: Pod\n'));
});

test('what has no end is read up to a bound, which the error says, and no further', async () => {
  const stream = endless();
  const came = await standardInput(stream, () => undefined, 50_000);
  expect(came).toBeInstanceOf(NoEndError);
  expect((came as Error).message).toBe('more than 50000 bytes came');
  expect(stream.destroyed).toBe(true);
  expect(stream.taken).toBeLessThan(200_000);
});
