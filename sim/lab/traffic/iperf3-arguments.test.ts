import { describe, expect, it } from 'vitest';
import type { FlowPlan } from '../../plan/plan.ts';
import { clientArguments, serverArguments } from './iperf3-arguments.ts';

const FLOW: FlowPlan = {
  flowId: 3,
  from: { kind: 'pod', namespace: 'default', name: 'a' },
  to: { kind: 'pod', namespace: 'default', name: 'b' },
  fromAddress: '10.0.0.1',
  toAddress: '10.0.0.2',
  protocol: 'TCP',
  streams: 2,
  durationNs: 8e9,
  offeredBps: null,
  datagramBytes: null,
  ping: false,
  configuredBps: null,
  configuredBy: null,
  predictedGoodputBps: null,
};

function valueOf(argv: readonly string[], option: string): string | undefined {
  return argv.includes(option) ? argv[argv.indexOf(option) + 1] : undefined;
}

describe('iperf3’s arguments', () => {
  it('let TCP go as fast as it can when no rate is offered', () => {
    const argv = clientArguments(FLOW, 20_003);
    expect(argv).toContain('-J');
    expect([valueOf(argv, '-c'), valueOf(argv, '-B'), valueOf(argv, '-P'), valueOf(argv, '-t')]).toEqual([
      '10.0.0.2',
      '10.0.0.1',
      '2',
      '8',
    ]);
    expect(argv).not.toContain('--fq-rate');
    expect(argv).not.toContain('-b');
  });

  it('give TCP’s offered rate to the sockets, each its share', () => {
    expect(valueOf(clientArguments({ ...FLOW, offeredBps: 50e6 }, 1), '--fq-rate')).toBe('25000000');
  });

  it('hold a UDP rate in bursts of two ticks of 10 ms, and even them out by the frame rate on the socket', () => {
    const udp: FlowPlan = { ...FLOW, protocol: 'UDP', streams: 1, offeredBps: 56e6, datagramBytes: 1400 };
    const argv = clientArguments(udp, 1);
    // 56 Mbit/s are 5000 datagrams of 1400 bytes a second: 100 in 20 ms.
    expect(valueOf(argv, '-b')).toBe('56000000/100');
    // 42 bytes of headers around each, and 2 % to catch up: 56e6 * 1.02 * 1442 / 1400.
    expect(valueOf(argv, '--fq-rate')).toBe('58833600');
    expect(valueOf(argv, '-l')).toBe('1400');
  });

  it('refuse UDP without a rate', () => {
    expect(() => clientArguments({ ...FLOW, protocol: 'UDP' }, 1)).toThrow('a UDP flow needs a rate');
  });

  it('round a part of a second up, for iperf3 takes none', () => {
    expect(valueOf(clientArguments({ ...FLOW, durationNs: 1.2e9 }, 1), '-t')).toBe('2');
  });

  it('have the server serve one test on the receiver’s own address', () => {
    const argv = serverArguments(FLOW, 20_003);
    expect(argv).toContain('-1');
    expect([valueOf(argv, '-B'), valueOf(argv, '-p')]).toEqual(['10.0.0.2', '20003']);
  });
});
