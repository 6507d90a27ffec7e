/** What a stand-in for a container answers on a TCP connection: an HTTP response to what looks like a request, else an echo. Pure. */

/** `echo`: these bytes go back. `http`: this is the whole response, and the connection ends. Null: wait for more. */
export type TcpAnswer =
  { readonly kind: 'echo' | 'http'; readonly bytes: Uint8Array; readonly body: string } | { readonly kind: 'wait' };

/** Beyond this no head of a request is waited for. */
const LONGEST_HEAD = 16_384;

/**
 * @param arrived all that has come on the connection and was not answered yet
 * @param who the body: who answers whom
 */
export function answerTo(arrived: Buffer, who: string): TcpAnswer {
  const text = arrived.toString('latin1');
  const first = /^([^\r\n]*)\r?\n/.exec(text)?.[1];
  // As long as it may still become a request line.
  if (first === undefined && METHODS.some((method) => `${method} `.startsWith(text.slice(0, method.length + 1))))
    return { kind: 'wait' };
  const request = REQUEST_LINE.exec(first ?? '');
  if (request === null) return { kind: 'echo', bytes: arrived, body: '' };
  if (!/\r?\n\r?\n/.test(text) && arrived.length < LONGEST_HEAD) return { kind: 'wait' };
  const body = `${who}\n`;
  const length = Buffer.byteLength(body);
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${length}`,
    'Connection: close',
    'Server: ipvlane',
  ];
  const sent = request[1] === 'HEAD' ? '' : body;
  return { kind: 'http', bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${sent}`), body };
}

// RFC 9110, section 9, and PATCH of RFC 5789.
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;
const REQUEST_LINE = new RegExp(`^(${METHODS.join('|')}) \\S+ HTTP/1\\.[01]$`);
