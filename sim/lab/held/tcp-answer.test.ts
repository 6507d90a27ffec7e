import { expect, test } from 'vitest';
import { answerTo } from './tcp-answer.ts';

const to = (text: string) => answerTo(Buffer.from(text), 'default/web answers 10.0.0.2');
const bytesOf = (text: string) => {
  const answer = to(text);
  return answer.kind === 'wait' ? null : `${answer.kind} ${Buffer.from(answer.bytes).toString()}`;
};

test('a request gets a whole response that says who answers', () => {
  expect(bytesOf('GET / HTTP/1.1\r\nHost: web\r\n\r\n')).toMatch(
    /^http HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 29\r\n[^]*\r\n\r\ndefault\/web answers 10\.0\.0\.2\n$/,
  );
});

test('HEAD gets the same head and no body', () => {
  expect(bytesOf('HEAD / HTTP/1.0\r\n\r\n')).toMatch(/Content-Length: 29\r\n[^]*\r\n\r\n$/);
});

test('a request in pieces is waited for, and never longer than its head may be', () => {
  for (const piece of ['G', 'GET', 'GET / HT', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: web\r\n'])
    expect(to(piece), piece).toEqual({ kind: 'wait' });
  expect(to(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`).kind).toBe('http');
});

test('anything else comes back as it came', () => {
  for (const text of ['hello\n', 'GETTING on', 'GET / SPDY\r\n', '\u0000\u0001'])
    expect(bytesOf(text), text).toBe(`echo ${text}`);
});
