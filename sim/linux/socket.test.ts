import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemCallError } from './errno.ts';
import { decodeEchoReply, encodeEcho, icmpSocket, internetChecksum, receiveEcho, sendEcho } from './icmp.ts';
import { NetworkNamespace } from './namespace.ts';
import { poll } from './poll.ts';
import { Rtnetlink } from './rtnetlink.ts';
import {
  accept,
  close,
  closeWithReset,
  discardArrived,
  localEndpoint,
  receiveDatagram,
  sendDatagram,
  sctpConnectStart,
  sctpListen,
  setMaxPacingRate,
  socketOutcome,
  tcpConnectStart,
  tcpListen,
  udpSocket,
} from './socket.ts';
import { setReceiveLowWater } from './socket-options.ts';
import { readSysctl, writeSysctl } from './sysctl.ts';
import { notRoot } from './testdata/machine.ts';
import { skipped } from '../../test/report/skipped.ts';

const reason = notRoot();

describe.skipIf(reason)(`sockets between two pods${skipped(reason)}`, () => {
  let a: NetworkNamespace;
  let b: NetworkNamespace;

  beforeEach(() => {
    a = NetworkNamespace.create();
    b = NetworkNamespace.create();
    using ra = Rtnetlink.open(a);
    using rb = Rtnetlink.open(b);
    ra.addLink({ kind: 'veth', name: 'eth0', ifindex: 10, peer: { name: 'eth0', ifindex: 11, namespaceFd: b.fd } });
    for (const [rt, ifindex, host] of [
      [ra, 10, 1],
      [rb, 11, 2],
    ] as const) {
      rt.setLink(1, { up: true });
      rt.addAddress(ifindex, `172.51.0.${host}/16`);
      rt.addAddress(ifindex, `fd00:51::${host}/64`, { noDad: true });
      rt.setLink(ifindex, { up: true });
    }
  });
  afterEach(() => {
    a[Symbol.dispose]();
    b[Symbol.dispose]();
  });

  it.each([
    ['IPv4', '172.51.0.2'],
    ['IPv6', 'fd00:51::2'],
  ])('connect by TCP over %s, wherever they are polled from', (_, address) => {
    const listener = b.run(() => tcpListen(address, 0));
    const { port } = localEndpoint(listener);
    const { fd, outcome } = a.run(() => tcpConnectStart({ address, port }));
    expect(['pending', 'connected']).toContain(outcome);
    expect(poll([{ fd, for: 'write' }], 2000)).toMatchObject([{ fd, writable: true, failed: false }]);
    expect(socketOutcome(fd)).toBe('connected');
    expect(poll([{ fd: listener, for: 'read' }], 2000)).toMatchObject([{ readable: true }]);
    const accepted = accept(listener);
    expect(accepted).not.toBeNull();
    expect(accept(listener)).toBeNull();
    setMaxPacingRate(fd, 100_000_000);
    closeWithReset(accepted!.fd);
    close(fd);
    close(listener);
  });

  it('have a reader who is woken at the low water, and can throw away what arrived before', () => {
    const listener = b.run(() => tcpListen('172.51.0.2', 0));
    const { port } = localEndpoint(listener);
    const { fd } = a.run(() => tcpConnectStart({ address: '172.51.0.2', port }));
    poll([{ fd: listener, for: 'read' }], 2000);
    const accepted = accept(listener)!.fd;
    setReceiveLowWater(accepted, 1000);
    sendDatagram(fd, new Uint8Array(999));
    // Sending over a veth delivers before it returns; if it did not, nothing would be there to throw away.
    expect(poll([{ fd: accepted, for: 'read' }], 0)).toEqual([]);
    expect(discardArrived(accepted)).toBe(999);
    expect(discardArrived(accepted)).toBe(0);
    sendDatagram(fd, new Uint8Array(1000));
    expect(poll([{ fd: accepted, for: 'read' }], 2000)).toMatchObject([{ readable: true }]);
    closeWithReset(accepted);
    expect(() => discardArrived(accepted)).toThrow(SystemCallError);
    close(fd);
    close(listener);
  });

  it('are refused by TCP where nobody listens', () => {
    const { fd, outcome } = a.run(() => tcpConnectStart({ address: '172.51.0.2', port: 81 }));
    if (outcome === 'pending') {
      expect(poll([{ fd, for: 'write' }], 2000)).toMatchObject([{ failed: true }]);
      expect(socketOutcome(fd)).toBe('refused');
    } else expect(outcome).toBe('refused');
    close(fd);
  });

  it('are still pending while nobody answers, and know a network that is not there', () => {
    const silent = a.run(() => tcpConnectStart({ address: '172.51.9.9', port: 80 }));
    expect(silent.outcome).toBe('pending');
    expect(poll([{ fd: silent.fd, for: 'write' }], 0)).toEqual([]);
    const nowhere = a.run(() => tcpConnectStart({ address: '10.0.0.1', port: 80 }));
    expect(nowhere.outcome).toBe('unreachable');
    close(silent.fd);
    close(nowhere.fd);
  });

  it('connect hundreds at once, one poll for all', () => {
    const listener = b.run(() => tcpListen('172.51.0.2', 80, 1024));
    const fds = a.run(() => Array.from({ length: 300 }, () => tcpConnectStart({ address: '172.51.0.2', port: 80 }).fd));
    const done = new Set<number>();
    for (let round = 0; done.size < fds.length && round < 100; round++) {
      const waiting = fds.filter((fd) => !done.has(fd)).map((fd) => ({ fd, for: 'write' as const }));
      for (const { fd } of poll(waiting, 1000)) {
        expect(socketOutcome(fd)).toBe('connected');
        done.add(fd);
      }
    }
    expect(done.size).toBe(300);
    fds.forEach(closeWithReset);
    close(listener);
  });

  it('exchange UDP datagrams, and hear of a refusal when connected', () => {
    const server = b.run(() => udpSocket({ local: { address: '172.51.0.2', port: 53 } }));
    const client = a.run(() => udpSocket({ remote: { address: '172.51.0.2', port: 53 } }));
    expect(receiveDatagram(server)).toBe('pending');
    expect(sendDatagram(client, Buffer.from('question'))).toBe('connected');
    poll([{ fd: server, for: 'read' }], 2000);
    const question = receiveDatagram(server);
    if (typeof question === 'string') throw new Error(question);
    expect(Buffer.from(question.data).toString()).toBe('question');
    expect(question.from).toEqual(localEndpoint(client));
    sendDatagram(server, Buffer.from('answer'), question.from);
    poll([{ fd: client, for: 'read' }], 2000);
    expect(receiveDatagram(client)).toMatchObject({ from: { address: '172.51.0.2', port: 53 } });
    close(server);
    sendDatagram(client, Buffer.from('again'));
    poll([{ fd: client, for: 'read' }], 2000);
    expect(receiveDatagram(client)).toBe('refused');
    close(client);
  });

  it.each([
    ['ICMP', '172.51.0.2'],
    ['ICMPv6', 'fd00:51::2'],
  ])('echo by %s', (_, address) => {
    const fd = a.run(() => icmpSocket(address));
    expect(sendEcho(fd, address, { id: 0x1234, sequence: 9 }, new Uint8Array(33))).toBe('connected');
    let echo: ReturnType<typeof receiveEcho> = 'pending';
    while (echo === 'pending' && poll([{ fd, for: 'read' }], 2000).length > 0) echo = receiveEcho(fd);
    expect(echo).toEqual({ id: 0x1234, sequence: 9, from: address });
    close(fd);
  });

  it('say which protocol the kernel lacks', () => {
    try {
      const listener = b.run(() => sctpListen('172.51.0.2', 7));
      const { fd } = a.run(() => sctpConnectStart({ address: '172.51.0.2', port: 7 }));
      expect(poll([{ fd, for: 'write' }], 2000)).toMatchObject([{ failed: false }]);
      close(fd);
      close(listener);
    } catch (error) {
      expect(error).toBeInstanceOf(SystemCallError);
      expect((error as SystemCallError).message).toMatch(
        /cannot open a SCTP socket: .*EPROTONOSUPPORT.*load module sctp/,
      );
    }
  });

  it('say what address cannot be taken', () => {
    expect(() => a.run(() => tcpListen('192.0.2.1', 80))).toThrow(
      /cannot bind to 192\.0\.2\.1:80: bind: .*EADDRNOTAVAIL/,
    );
    const fd = a.run(() => tcpListen('172.51.0.1', 80));
    expect(() => a.run(() => tcpListen('172.51.0.1', 80))).toThrow(/EADDRINUSE/);
    close(fd);
    expect(() => close(fd)).toThrow(/EBADF/);
    expect(() => tcpListen('172.51.0.1', 65536)).toThrow(RangeError);
  });

  it("write a namespace's own sysctls", () => {
    const before = readSysctl('net/ipv4/ping_group_range');
    writeSysctl('net/ipv4/ping_group_range', '0 4242', a);
    expect(readSysctl('net/ipv4/ping_group_range', a)).toBe('0\t4242');
    expect(readSysctl('net/ipv4/ping_group_range', b)).not.toBe('0\t4242');
    expect(readSysctl('net/ipv4/ping_group_range')).toBe(before);
    expect(() => writeSysctl('net/ipv4/no_such_thing', 1, a)).toThrow(
      /cannot set sysctl net\/ipv4\/no_such_thing to 1: open: no such file or directory \(ENOENT\)/,
    );
    expect(() => writeSysctl('net/ipv4/ip_forward', 'maybe', a)).toThrow(/EINVAL/);
  });
});

describe('an ICMP echo', () => {
  it('has the checksum that RFC 1071 asks for: summed with it, all ones', () => {
    const message = encodeEcho(4, { id: 0xbeef, sequence: 0x0102 }, Uint8Array.from([1, 2, 3]));
    expect(internetChecksum(message)).toBe(0);
    expect(internetChecksum(Uint8Array.from([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]))).toBe(0xffff - 0xddf2);
  });

  it('is found behind an IPv4 header with options, and a request is no reply', () => {
    const reply = encodeEcho(4, { id: 5, sequence: 6 }, new Uint8Array(0));
    reply[0] = 0;
    const packet = Uint8Array.from([0x46, ...Array<number>(23).fill(0), ...reply]);
    expect(decodeEchoReply(4, packet)).toEqual({ id: 5, sequence: 6 });
    packet[24] = 8;
    expect(decodeEchoReply(4, packet)).toBeNull();
    expect(decodeEchoReply(4, packet.subarray(0, 28))).toBeNull();
  });
});
