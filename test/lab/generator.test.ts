import { beforeAll, describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '../../dataplane/policy/network-policy.ts';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { umlVirtualKernel } from '../../sim/kernel/uml/uml.ts';
import type { FlowPlan } from '../../sim/plan/plan.ts';
import { skipped } from '../report/skipped.ts';
import { flowOf, planOf, podOf } from './plans.ts';
import { cannotRun, runInUml } from './run-in-uml.ts';
import type { LabRun } from './run-in-uml.ts';
import { notBuilt } from '../kernel/not-built.ts';

const NOTHING_OUT: NetworkPolicy = {
  namespace: 'default',
  name: 'nothing-out',
  position: null,
  policyTypes: ['egress'],
  egress: [],
  ingress: [],
  podSelector: { matchLabels: { app: 'a' }, matchExpressions: [] },
};

const ONLY_PORT_80: NetworkPolicy = {
  namespace: 'default',
  name: 'only-port-80',
  position: null,
  policyTypes: ['ingress'],
  egress: [],
  ingress: [
    {
      index: 0,
      position: null,
      peers: [],
      ports: (['TCP', 'UDP'] as const).map((protocol) => ({ protocol, port: 80, endPort: null })),
    },
  ],
  podSelector: { matchLabels: { app: 'b' }, matchExpressions: [] },
};

const A = podOf(1, 'a', 'n1', { limits: { ingressBps: null, egressBps: 50e6 } });
const B = podOf(2, 'b', 'n2', { limits: { ingressBps: 50e6, egressBps: null } });

/** Short of a whole second on purpose: iperf3 could not. */
const HALF = { durationNs: 500e6 };
const FLOWS: readonly Partial<FlowPlan>[] = [
  { ...HALF, streams: 4 },
  { ...HALF, protocol: 'UDP', offeredBps: 2e6, datagramBytes: 500, streams: 2 },
  { ...HALF, protocol: 'UDP', offeredBps: 12e6, datagramBytes: 1000 },
  { ...HALF, requests: { everyNs: 5e6, bytes: 200, replyBytes: 3000 }, offeredBps: 320e3, ping: true },
  { ...HALF, ecn: true, congestion: 'reno', offeredBps: 8e6, streams: 2 },
  { ...HALF, protocol: 'UDP', offeredBps: 1e6, datagramBytes: 500, fromAddress: 'fd00::1', toAddress: 'fd00::2' },
  { ...HALF, congestion: 'nosuch' },
  HALF,
];

const reason = cannotRun ?? notBuilt;

describe.skipIf(reason)(`our own traffic, under a virtual clock${skipped(reason)}`, () => {
  let run: LabRun;
  beforeAll(async () => {
    const v6 = (parts: Partial<FlowPlan>): Partial<FlowPlan> => {
      const address = (pod: typeof A) =>
        pod.interfaces[0]?.addresses.find((one) => one.includes(':'))?.split('/')[0] ?? '';
      return parts.fromAddress === undefined ? parts : { ...parts, fromAddress: address(A), toAddress: address(B) };
    };
    const traffic = FLOWS.map((parts, i) => ({
      kind: 'traffic' as const,
      flows: [flowOf(i + 1, A, B, v6(parts))],
      expect: [],
    }));
    const toOnePort = [
      flowOf(9, A, B, { ...HALF, port: 80, streams: 2 }),
      flowOf(10, A, B, { ...HALF, port: 80 }),
      flowOf(11, A, B, { ...HALF, port: 80, protocol: 'UDP', offeredBps: 1e6, datagramBytes: 500, streams: 2 }),
      flowOf(12, A, B, { ...HALF, port: 80, protocol: 'UDP', offeredBps: 1e6, datagramBytes: 500 }),
    ];
    const fresh = { requests: { everyNs: 10e6, bytes: 20_000, replyBytes: 3000, connection: 'new' as const } };
    const connecting = [15, 16].map((id) => flowOf(id, A, B, { ...HALF, ...fresh, streams: 2, port: 80 }));
    const volume = { bytes: 300_001, wireBytes: 313_729 };
    const volumes = [
      flowOf(13, A, B, { durationNs: 10e9, volume, streams: 4, ping: true }),
      flowOf(14, A, B, { durationNs: 1e6, volume: { bytes: 1e9, wireBytes: 1.046e9 } }),
    ];
    const steps = [
      ...traffic.slice(0, -1),
      { kind: 'traffic' as const, flows: volumes, expect: [] },
      { kind: 'traffic' as const, flows: connecting, expect: [] },
      { kind: 'apply' as const, change: { applyPolicies: [ONLY_PORT_80] } },
      { kind: 'traffic' as const, flows: toOnePort, expect: [] },
      { kind: 'delete' as const, change: { deletePolicies: [ONLY_PORT_80] } },
      { kind: 'apply' as const, change: { applyPolicies: [NOTHING_OUT] } },
      ...traffic.slice(-1),
    ];
    run = await runInUml(planOf({ pods: [A, B], steps }), {}, undefined, umlVirtualKernel(builtUmlVirtual));
  });

  const end = (flowId: number) => run.of('flow-state').findLast((record) => record.flowId === flowId);
  const intervals = (flowId: number, side: 'sender' | 'receiver') =>
    run.of('flow').filter((record) => record.flowId === flowId && record.side === side);

  it('sends TCP over four streams, and every byte is in an interval and in a stream', () => {
    const totals = end(1)?.totals;
    expect(end(1)).toMatchObject({ state: 'finished' });
    expect(totals?.streams).toHaveLength(4);
    const received = totals?.streams?.map(({ receivedBytes }) => receivedBytes) ?? [];
    expect(Math.min(...received)).toBeGreaterThan(0);
    expect(received.reduce((a, b) => a + b, 0)).toBe(totals?.receivedBytes);
    expect(intervals(1, 'receiver').reduce((sum, { bytes }) => sum + bytes, 0)).toBe(totals?.receivedBytes);
    expect(totals?.sentBytes).toBeGreaterThanOrEqual(totals?.receivedBytes ?? 0);
  });

  it('numbers datagrams: all that were sent came, once, in order, few or many a second', () => {
    for (const [flowId, most] of [
      [2, 250],
      [3, 750],
    ] as const) {
      const { packets, ...rest } = end(flowId)?.totals ?? { packets: 0 };
      expect(packets, `flow ${flowId}`).toBe(most);
      expect(rest).toMatchObject({ lostPackets: 0, reorderedPackets: 0, duplicatePackets: 0 });
      expect(end(flowId)?.totals?.oneWayNs?.p50).toBeGreaterThan(0);
    }
  });

  it('asks every 5 ms and hears every answer', () => {
    const requests = run.of('request').filter(({ flowId }) => flowId === 4);
    expect(requests.filter(({ latencyNs }) => latencyNs === null)).toEqual([]);
    expect(requests.map(({ sequence }) => sequence)).toEqual(requests.map((_, i) => i + 1));
    expect(requests).toHaveLength(100);
    expect(end(4)?.totals?.receivedBytes).toBe(200 * requests.length);
  });

  it('measures round trips by echoes of its own, idle and under load', () => {
    const pings = run.of('ping');
    expect(pings.filter(({ phase }) => phase === 'idle').length).toBeGreaterThan(10);
    expect(pings.some(({ phase }) => phase === 'load')).toBe(true);
    expect(pings.filter(({ rttNs }) => rttNs === null)).toEqual([]);
  });

  it('chooses congestion control, asks for ECN and paces by the socket', () => {
    expect(end(5)).toMatchObject({ state: 'finished' });
    const { receivedBytes } = end(5)?.totals ?? { receivedBytes: 0 };
    // Half a second of 8 Mbit/s is 500 kB; TCP's first window goes out ahead of the pace.
    expect(receivedBytes).toBeGreaterThan(0);
    expect(receivedBytes).toBeLessThan(700e3);
    expect(end(7)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('congestion control nosuch') as string,
    });
  });

  it('speaks IPv6', () => {
    const { packets = 0, lostPackets = null } = end(6)?.totals ?? {};
    expect(packets).toBe(125);
    expect(lostPackets).toBe(0);
  });

  it('ends a flow that a policy denies at once, and says which', () => {
    expect(end(8)).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(
        /^denied: egress of default\/a isolated by default\/nothing-out, which allows no egress; TCP\/\d+ asked: timeout$/,
      ) as string,
    });
  });

  it('sends to the port that a flow names, several flows to one', () => {
    for (const flowId of [9, 10, 11, 12]) {
      expect(end(flowId), `flow ${flowId}`).toMatchObject({ state: 'finished' });
      expect(end(flowId)?.totals?.receivedBytes).toBeGreaterThan(0);
    }
    expect(end(12)?.totals?.lostPackets).toBe(0);
  });

  it('ends a volume with its last byte, and says when that was; or says that its time was over', () => {
    const { completedNs = 0, receivedBytes, durationNs = 0, streams } = end(13)?.totals ?? {};
    expect(receivedBytes).toBe(300_001);
    expect(streams?.map((stream) => stream.receivedBytes)).toEqual([75_001, 75_000, 75_000, 75_000]);
    // 313729 bytes of frames, at 50M at most; and its time of 10 s is not waited for.
    expect(completedNs).toBeGreaterThan(25e6);
    expect(completedNs).toBeLessThan(8e9);
    expect(durationNs).toBeGreaterThanOrEqual(completedNs);
    expect(run.of('ping').filter(({ flowId, phase }) => flowId === 13 && phase === 'load').length).toBeLessThan(160);
    expect(end(14)).toMatchObject({ state: 'finished' });
    expect(end(14)?.totals).not.toHaveProperty('completedNs');
    expect(run.of('note').some(({ message }) => /^flow 14: \d+ of its 1000000000 bytes arrived/.test(message))).toBe(
      true,
    );
  });

  it('makes a connection for each request, of two flows to one port, and says what that leaves behind', () => {
    for (const id of [15, 16]) {
      const asked = run.of('request').filter(({ flowId }) => flowId === id);
      expect(end(id), `flow ${id}`).toMatchObject({ state: 'finished' });
      expect(asked.length).toBeGreaterThan(0);
      expect(
        asked.every(({ connectNs, latencyNs }) => Number(connectNs) > 0 && Number(latencyNs) > Number(connectNs)),
      ).toBe(true);
      expect(asked.filter(({ latencyNs }) => latencyNs === null)).toEqual([]);
      expect(end(id)?.totals).toMatchObject({
        sentBytes: 20_000 * asked.length,
        receivedBytes: 20_000 * asked.length,
      });
    }
    expect(
      run.of('note').some(({ message }) => /connections of default\/a to TCP\/80 stay in TIME_WAIT/.test(message)),
    ).toBe(true);
  });

  it('needs neither iperf3 nor ping', () => {
    expect(Object.keys(run.of('run')[0]?.versions ?? {})).not.toContain('iperf3');
    expect(run.of('flow-state').filter(({ generator }) => generator === 'iperf3')).toEqual([]);
  });
});
