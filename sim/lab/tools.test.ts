import { expect, it } from 'vitest';
import { MachineError } from './machine-error.ts';
import { requireTools } from './tools.ts';

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
