import { readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NetworkNamespace } from './namespace.ts';
import { spawnIn } from './process.ts';
import { notRoot } from './testdata/machine.ts';
import { spawnOnTerminal } from './terminal.ts';
import { skipped } from '../../test/report/skipped.ts';

const reason = notRoot();
const exit = (child: ReturnType<typeof spawnIn>) =>
  new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject));
const everything = async (stream: AsyncIterable<Buffer>) => {
  let all = '';
  for await (const chunk of stream) all += chunk.toString();
  return all;
};

describe.skipIf(reason)(`a program in a namespace${skipped(reason)}`, () => {
  it('lives in that namespace and not in ours, and its exit code and output come through', async () => {
    using ns = NetworkNamespace.create();
    const inside = ns.run(() => readlinkSync('/proc/thread-self/ns/net'));
    const child = spawnIn(ns, ['sh', '-c', 'readlink /proc/self/ns/net; exit 7']);
    const [output, code] = await Promise.all([everything(child.stdout!), exit(child)]);
    expect(output.trim()).toBe(inside);
    expect(code).toBe(7);
    expect(readlinkSync('/proc/thread-self/ns/net')).not.toBe(inside);
  });

  it('gets the environment it is given and no other', async () => {
    const child = spawnIn(null, ['/usr/bin/env'], { env: { POD: 'web-0' } });
    expect((await everything(child.stdout!)).trim()).toBe('POD=web-0');
  });

  it('that is not there is an error event', async () => {
    await expect(exit(spawnIn(null, ['/nonexistent/iperf3']))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => spawnIn(null, [])).toThrow(RangeError);
  });
});

describe.skipIf(reason)(`a program on a terminal${skipped(reason)}`, () => {
  const size = { columns: 91, rows: 33 };

  it('has a controlling terminal of the size asked for, in its namespace', async () => {
    using ns = NetworkNamespace.create();
    const inside = ns.run(() => readlinkSync('/proc/thread-self/ns/net'));
    const { output, child } = spawnOnTerminal(
      ns,
      ['sh', '-c', 'stty size < /dev/tty; readlink /proc/self/ns/net'],
      size,
    );
    const [shown, code] = await Promise.all([everything(output), exit(child)]);
    expect(shown.split('\r\n')).toEqual(['33 91', inside, '']);
    expect(code).toBe(0);
  });

  it('hears of a new size', async () => {
    const { output, resize } = spawnOnTerminal(
      null,
      ['bash', '-c', 'trap "stty size; exit" WINCH; echo ready; while :; do read -t 5 line; done'],
      size,
    );
    let shown = '';
    output.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown === 'ready\r\n') resize({ columns: 120, rows: 50 });
    });
    await new Promise((resolve) => output.once('close', resolve));
    expect(shown).toBe('ready\r\n50 120\r\n');
  });

  it('is interrupted by Ctrl-C typed', async () => {
    // cat gives back what the terminal has already echoed: the second time proves that it runs.
    const { output, type, child } = spawnOnTerminal(null, ['cat'], size);
    let shown = '';
    output.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown === 'ready\r\nready\r\n') type(Buffer.from([3]));
    });
    type(Buffer.from('ready\n'));
    const signal = new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    expect(await signal).toBe('SIGINT');
  });

  it('reads more than a terminal holds at once, whole and in order', async () => {
    const { output, type } = spawnOnTerminal(
      null,
      ['sh', '-c', 'stty raw -echo; echo ready; head -c 200000 | sha256sum'],
      size,
    );
    const text = Buffer.from(Array.from({ length: 200_000 }, (_, i) => 97 + ((i * 7) % 26)));
    const { createHash } = await import('node:crypto');
    let shown = '';
    output.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown.trim() === 'ready') type(text);
    });
    await new Promise((resolve) => output.once('close', resolve));
    expect(shown).toContain(createHash('sha256').update(text).digest('hex'));
  });
});
