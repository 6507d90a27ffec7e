import { afterEach, expect, it } from 'vitest';
import { poll } from './poll.ts';
import { setCongestionControl } from './socket-options.ts';
import { accept, close, localEndpoint, sendDatagram, tcpConnectStart, tcpListen } from './socket.ts';
import { tcpInfo } from './tcp-info.ts';

const open: number[] = [];
afterEach(() => open.splice(0).forEach(close));

it('counts what was sent and acknowledged, and what was sent again', () => {
  const listener = tcpListen('127.0.0.1', 0);
  const { fd } = tcpConnectStart(localEndpoint(listener));
  open.push(listener, fd);
  poll([{ fd: listener, for: 'read' }], 1000);
  open.push(accept(listener)?.fd ?? -1);
  sendDatagram(fd, new Uint8Array(1000));
  const info = tcpInfo(fd);
  expect(info.sentBytes).toBe(1000);
  expect(info.retransmits).toBe(0);
  expect(info.ackedBytes).toBeLessThanOrEqual(1001);
  expect(info.congestionWindow).toBeGreaterThanOrEqual(10);
});

it('names a congestion control that the kernel does not have', () => {
  const listener = tcpListen('127.0.0.1', 0);
  open.push(listener);
  expect(() => setCongestionControl(listener, 'nosuch')).toThrow(
    /use congestion control nosuch.*load module tcp_nosuch/,
  );
});
