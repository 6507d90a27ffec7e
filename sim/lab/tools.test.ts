import { expect, it } from 'vitest';
import { MachineError } from './machine-error.ts';
import type { Plan } from '../plan/plan.ts';
import { requireTools, toolsNeeded } from './tools.ts';

it('names every missing tool at once, and the packages that have them', () => {
  try {
    requireTools(['iperf3', 'ping'], '/nonexistent');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(MachineError);
    expect((error as MachineError).message).toBe('iperf3, ping: not found on this machine (looked in /nonexistent)');
    expect((error as MachineError).help).toBe('install it: apt-get install iperf3 iputils-ping');
  }
});

const needed = (timeline: readonly unknown[], pcap = false, clock: 'real' | 'virtual' = 'real') =>
  toolsNeeded({ timeline } as unknown as Plan, { pcap }, clock);

it('needs iperf3 for bulk TCP, ping for flows that ask for round trips, tcpdump for captures, and nothing for probes', () => {
  const tcp = { protocol: 'TCP', ping: false };
  expect(needed([{ kind: 'probe', probes: [{}] }])).toEqual([]);
  expect(needed([{ kind: 'traffic', flows: [tcp] }])).toEqual(['iperf3']);
  expect(needed([{ kind: 'traffic', flows: [{ ...tcp, protocol: 'UDP' }] }])).toEqual([]);
  expect(needed([{ kind: 'traffic', flows: [tcp, { ...tcp, ping: true }] }], true)).toEqual([
    'iperf3',
    'ping',
    'tcpdump',
  ]);
});

it('makes all traffic without them under a virtual clock', () => {
  expect(needed([{ kind: 'traffic', flows: [{ protocol: 'TCP', ping: true }] }], false, 'virtual')).toEqual([]);
});
