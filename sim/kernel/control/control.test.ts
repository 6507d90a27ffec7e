import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { AgentCommand } from '../../lab/protocol.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { type Control, openControl } from './control.ts';
import { askLab } from './request-client.ts';
import { execInLab, type ExecRequest } from './exec-client.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipvlane-control-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kernel whose programs give back the party and their words, then what they read, and end with the number of words. */
async function echoControl(path: string): Promise<AsyncDisposable & { control: Control; commands: AgentCommand[] }> {
  const commands: AgentCommand[] = [];
  const words = new Map<number, number>();
  const control = await openControl(path, {
    send: (command) => {
      commands.push(command);
      if (command.type === 'exec') {
        words.set(command.id, command.argv.length);
        const data = base64(`${command.party}: ${command.argv.join(' ')}\n`);
        control.deliver({ type: 'exec-output', id: command.id, stream: 'stdout', data });
      }
      if (command.type === 'exec-input')
        control.deliver({ type: 'exec-output', id: command.id, stream: 'stderr', data: command.data });
      if (command.type === 'exec-input-end')
        control.deliver({ type: 'exec-exit', id: command.id, code: words.get(command.id) ?? null, signal: null });
    },
  });
  return { control, commands, [Symbol.asyncDispose]: () => control[Symbol.asyncDispose]() };
}

/** A request whose streams are strings; `input` null is a program that is never told the end of its input. */
function request(outDir: string, argv: string[], input: string | null): ExecRequest & { text(): string[] } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (input !== null) stdin.end(input);
  return {
    outDir,
    party: 'default/client',
    argv,
    env: {},
    cwd: '/',
    terminal: false,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    text: () => [stdout, stderr].map((stream) => String(stream.read() ?? '')),
  };
}

test('a program’s output, input and exit code pass through', async () => {
  await using lab = await echoControl(join(folder, 'control.sock'));
  const asked = request(folder, ['cat', '-'], 'words in');
  expect(await execInLab(asked)).toBe(2);
  expect(asked.text()).toEqual(['default/client: cat -\n', 'words in']);
  expect(lab.commands.filter(({ type }) => type === 'exec-signal')).toEqual([]);
});

test('two clients of one number do not hear each other', async () => {
  await using lab = await echoControl(join(folder, 'control.sock'));
  const both = [request(folder, ['a'], 'of a'), request(folder, ['b', 'b'], 'of b')];
  expect(await Promise.all(both.map(execInLab))).toEqual([1, 2]);
  expect(both.map((one) => one.text())).toEqual([
    ['default/client: a\n', 'of a'],
    ['default/client: b b\n', 'of b'],
  ]);
  expect(lab.commands.filter(({ type }) => type === 'exec-signal')).toEqual([]);
});

test('the socket is private, and gone when the lab ends', async () => {
  const path = join(folder, 'control.sock');
  const { control } = await echoControl(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await control[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
});

test('an output folder deeper than sun_path’s 107 bytes works', async () => {
  const deep = join(folder, 'd'.repeat(100), 'e'.repeat(100));
  mkdirSync(deep, { recursive: true });
  await using lab = await echoControl(join(deep, 'control.sock'));
  expect(await execInLab(request(deep, ['a'], ''))).toBe(1);
  expect(lab.commands.filter(({ type }) => type === 'exec-signal')).toEqual([]);
});

test('a client that goes away takes its program along', async () => {
  const path = join(folder, 'control.sock');
  await using lab = await echoControl(path);
  const socket = connect(path);
  await once(socket, 'connect');
  const message = { type: 'exec', id: 9, party: 'default/client', argv: ['sleep'], env: {}, terminal: null };
  socket.write(`${JSON.stringify(message)}\n`);
  await once(socket, 'data');
  socket.destroy();
  await expect.poll(() => lab.commands.map((command) => command.type)).toContain('exec-signal');
  expect(lab.commands.at(-1)).toMatchObject({ type: 'exec-signal', signal: 'SIGHUP' });
});

test('what is no command of the socket never reaches the agent', async () => {
  const path = join(folder, 'control.sock');
  await using lab = await echoControl(path);
  const socket = connect(path);
  socket.write('{"type":"stop"}\n');
  await once(socket.resume(), 'close');
  expect(lab.commands).toEqual([]);
});

test.each([
  'no JSON',
  'null',
  '[]',
  '7',
  '{}',
  '{"type":"exec"}',
  '{"type":"exec","id":1,"party":"a","argv":[],"env":{},"terminal":null}',
  '{"type":"exec","id":1,"party":"a","argv":["true"],"env":{"A":1},"terminal":null}',
  '{"type":"exec","id":1,"party":"a","argv":["true"],"env":{},"terminal":{"columns":-1,"rows":1e9}}',
  '{"type":"exec","id":"1","party":"a","argv":["true"],"env":{},"terminal":null}',
  '{"type":"exec-input","id":1,"data":7}',
  '{"type":"exec-signal","id":1,"signal":"SIGNOTHING"}',
  '{"type":"exec-resize","id":1}',
  '{"type":"constructor","id":1}',
])('%s: who says it is hung up on, the agent hears nothing, and the lab goes on', async (message) => {
  const path = join(folder, 'control.sock');
  await using lab = await echoControl(path);
  const socket = connect(path);
  socket.on('error', () => undefined).write(`${message}\n`);
  await once(socket.resume(), 'close');
  expect(lab.commands).toEqual([]);
  const after = request(folder, ['still', 'there'], '');
  expect(await execInLab(after)).toBe(2);
});

test('a lab that ends under a program is said so', async () => {
  const { control } = await echoControl(join(folder, 'control.sock'));
  const asked = request(folder, ['sleep'], null);
  const running = execInLab(asked);
  await once(asked.stdout, 'readable');
  await control[Symbol.asyncDispose]();
  await expect(running).rejects.toThrow('the lab ended');
});

test('no lab there: the folder and the remedy are named', async () => {
  const failure = await execInLab(request(folder, ['true'], '')).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DiagnosticError);
  expect((failure as DiagnosticError).diagnostics[0]).toMatchObject({
    code: 'E515',
    help: expect.stringContaining('--hold') as string,
  });
});

test('a mistake in answering is told to who asked, and the lab lives on', async () => {
  let asked = 0;
  const control = await openControl(join(folder, 'control.sock'), { send: () => undefined }, (body) => {
    asked += 1;
    return asked === 1 ? Promise.reject(new TypeError('no such thing')) : Promise.resolve(body);
  });
  await expect(askLab(folder, 'first', z.string())).rejects.toThrow(
    /who runs the lab failed: TypeError: no such thing/,
  );
  expect(await askLab(folder, 'second', z.string())).toBe('second');
  await control[Symbol.asyncDispose]();
});

test('an answer that is not what was asked for is another release’s', async () => {
  const control = await openControl(join(folder, 'control.sock'), { send: () => undefined }, (body) =>
    Promise.resolve({ plan: body }),
  );
  const failure = await askLab(folder, 7, z.object({ plan: z.string() })).catch((error: unknown) => error);
  expect((failure as DiagnosticError).diagnostics[0]).toMatchObject({
    code: 'E515',
    message: expect.stringMatching(/its answer is not what was asked for \(plan: .*another release/) as string,
  });
  await control[Symbol.asyncDispose]();
});
