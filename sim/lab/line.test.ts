import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { asItCame, LineError, openLine } from './line.ts';

async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

function hearing(chunks: (string | Buffer)[]) {
  return openLine(Readable.from(chunks, { objectMode: true }), new PassThrough(), asItCame);
}

describe('a line, hearing', () => {
  it('puts a message together from pieces, a character cut in two included', async () => {
    const bytes = Buffer.from('{"name":"Zürich"}\n{"n":2}\n');
    const cut = bytes.indexOf(0xc3) + 1;
    const line = hearing([bytes.subarray(0, 3), bytes.subarray(3, cut), bytes.subarray(cut)]);
    expect(await collect(line.messages)).toEqual([{ name: 'Zürich' }, { n: 2 }]);
  });

  it('takes several messages out of one piece, and a terminal’s carriage returns and empty lines', async () => {
    expect(await collect(hearing(['{"n":1}\r\n\r\n{"n":2}\r\n{"n":3}\n']).messages)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
  });

  it('drops a last message that was cut off', async () => {
    expect(await collect(hearing(['{"n":1}\n{"n":']).messages)).toEqual([{ n: 1 }]);
  });

  it('says what it heard where that is no message', async () => {
    await expect(collect(hearing(['Kernel panic - not syncing\n']).messages)).rejects.toThrow(
      new LineError('not a message: "Kernel panic - not syncing"'),
    );
  });

  it('gives up on a message without an end', async () => {
    let taken = 0;
    function* endless(): Generator<string> {
      for (;;) {
        taken += 1000;
        yield 'x'.repeat(1000);
      }
    }
    const input = Readable.from(endless(), { objectMode: true, highWaterMark: 1 });
    const line = openLine(input, new PassThrough(), asItCame, 10_000);
    await expect(collect(line.messages)).rejects.toThrow(new LineError('a message of more than 10000 characters'));
    expect(taken).toBeLessThan(20_000);
  });

  it('ends where a terminal hangs up', async () => {
    const input = new PassThrough();
    const line = openLine(input, new PassThrough(), asItCame);
    const all = collect(line.messages);
    input.write('{"n":1}\n');
    setImmediate(() => input.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' })));
    expect(await all).toEqual([{ n: 1 }]);
  });
});

describe('a line, saying', () => {
  /** A carrier that takes a write only when told to. */
  function slowCarrier() {
    const writes: string[] = [];
    const takers: (() => void)[] = [];
    const output = new Writable({
      highWaterMark: 16,
      write(chunk: Buffer, _encoding, done) {
        writes.push(chunk.toString());
        takers.push(done);
      },
    });
    return { output, writes, takeOne: () => takers.shift()?.() };
  }

  it('sends all messages of one turn in one write', async () => {
    const { output, writes, takeOne } = slowCarrier();
    const line = openLine<unknown, { n: number }>(new PassThrough(), output, asItCame);
    line.send({ n: 1 });
    line.send({ n: 2 });
    const flushed = line.flush();
    takeOne();
    await flushed;
    expect(writes).toEqual(['{"n":1}\n{"n":2}\n']);
  });

  it('waits for a slow carrier, is congested meanwhile, and loses nothing', async () => {
    const { output, writes, takeOne } = slowCarrier();
    const line = openLine<unknown, string>(new PassThrough(), output, asItCame);
    const long = 'x'.repeat(1 << 20);
    line.send(long);
    expect(line.congested).toBe(true);
    let done = false;
    const flushed = line.flush().then(() => (done = true));
    line.send('after');
    takeOne();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(writes).toHaveLength(2);
    expect(done).toBe(false);
    takeOne();
    await flushed;
    expect(writes.join('')).toBe(`"${long}"\n"after"\n`);
    expect(line.congested).toBe(false);
  });

  it('stops hearing, and says nothing more, once the other side is gone', async () => {
    const output = new PassThrough();
    const line = openLine<unknown, string>(new PassThrough(), output, asItCame);
    const heard = collect(line.messages);
    output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await heard).toEqual([]);
    line.send('into the void');
    await line.flush();
    await line.close();
  });
});
