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

it('needs iperf3 for flows, ping for flows that ask for round trips, tcpdump for captures, and nothing for probes', () => {
  const needed = (timeline: readonly unknown[], pcap = false) => toolsNeeded({ timeline } as unknown as Plan, { pcap });
  expect(needed([{ kind: 'probe', probes: [{}] }])).toEqual([]);
  expect(needed([{ kind: 'traffic', flows: [{ ping: false }] }])).toEqual(['iperf3']);
  expect(needed([{ kind: 'traffic', flows: [{ ping: false }, { ping: true }] }], true)).toEqual([
    'iperf3',
    'ping',
    'tcpdump',
  ]);
});
