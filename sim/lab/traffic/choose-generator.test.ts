import { expect, it } from 'vitest';
import type { FlowPlan } from '../../plan/plan.ts';
import { generatorOf } from './choose-generator.ts';

const tcp = { protocol: 'TCP' } as FlowPlan;
const udp = { protocol: 'UDP' } as FlowPlan;

it('leaves bulk TCP on the real clock to iperf3, and nothing else', () => {
  expect(generatorOf(tcp, 'real')).toBe('iperf3');
  expect(generatorOf(udp, 'real')).toBe('ipvlane');
  expect(generatorOf({ ...tcp, ecn: true }, 'real')).toBe('ipvlane');
  expect(generatorOf({ ...tcp, requests: { everyNs: 1e6, bytes: 1, replyBytes: 1 } }, 'real')).toBe('ipvlane');
});

it('does what a flow asks for', () => {
  expect(generatorOf({ ...udp, generator: 'iperf3' }, 'real')).toBe('iperf3');
  expect(generatorOf({ ...tcp, generator: 'ipvlane' }, 'real')).toBe('ipvlane');
});

it('lets nothing spin under a virtual clock', () => {
  expect(generatorOf({ ...tcp, generator: 'iperf3' }, 'virtual')).toBe('ipvlane');
});
