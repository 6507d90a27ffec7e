import { describe, expect, test } from 'vitest';
import { seedPlan } from '../trace/fixtures/seed-plan.ts';
import { agentCommand } from './command.ts';

const start = {
  type: 'start',
  plan: seedPlan(),
  options: { showCommands: false, pcap: false, hold: false, samplingIntervalMs: 100 },
  kernel: { kind: 'uml', clock: 'virtual' },
};

describe('what an agent is told', () => {
  test.each([
    start,
    {
      ...start,
      more: true,
      then: [{ type: 'ask', id: 1, mode: 'wire', from: ['default/a'], targets: [], timeoutNs: 1 }],
    },
    { type: 'exec', id: 1, party: 'default/a', argv: ['true'], env: {}, terminal: null },
    { type: 'change', id: 1, what: 'delete default/a', change: { deletePods: [{ namespace: 'default', name: 'a' }] } },
    { type: 'stop' },
  ])('is taken as it is: $type', (command) => {
    expect(agentCommand(command)).toBe(command);
  });

  test.each([
    [{ ...start, plan: { ...seedPlan(), engine: 'hopes' } }, 'not a command: plan.engine: '],
    [{ ...start, plan: { ...seedPlan(), pods: [{}] } }, 'not a command: plan.pods.0.namespace: '],
    [{ ...start, options: {} }, 'not a command: options.showCommands: '],
    [{ type: 'change', id: 1, what: 'x', change: { deletePods: 'all' } }, 'not a command: change.deletePods: '],
    [{ type: 'dance' }, 'not a command: type: '],
    ['start', 'not a command: '],
  ])('is refused with its place: %#', (message, words) => {
    expect(() => agentCommand(message)).toThrow(words);
  });
});
