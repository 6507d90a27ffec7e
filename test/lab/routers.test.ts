/** Hosts behind routers, in a kernel that forwards: who tells of what does not fit, and who counts it. */
import { describe, expect, it } from 'vitest';
import type { FlowPlan, HostPlan } from '../../sim/plan/plan.ts';
import { skipped } from '../report/skipped.ts';
import { flowOf, planOf, podOf } from './plans.ts';
import { cannotRun, runInUml } from './run-in-uml.ts';

const DEFAULTS = { '192.0.2.1': '0.0.0.0/0', 'fe80::1': '::/0', '172.51.0.1': '0.0.0.0/0' };
const route = (via: keyof typeof DEFAULTS) => ({ to: DEFAULTS[via], via });
const onLink = (to: string) => ({ to, via: null });

/** `edge` on the wire, `far` behind it over 1400 bytes, `outside` behind that. */
const HOSTS: readonly HostPlan[] = [
  { name: 'edge', router: true, addresses: ['172.51.0.1/16', 'fd00:51::f/64'], routes: [] },
  {
    name: 'far',
    router: true,
    mtu: 1400,
    addresses: ['192.0.2.1/32', '2001:db8:2::1/128'],
    routes: [route('172.51.0.1'), route('fe80::1')],
    portRoutes: [
      ...[onLink('192.0.2.1/32'), onLink('2001:db8:2::1/128')],
      ...[
        { to: '198.51.100.0/24', via: '192.0.2.1' },
        { to: '2001:db8:3::/64', via: 'fe80::2' },
      ],
    ],
  },
  {
    name: 'outside',
    addresses: ['198.51.100.10/24', '2001:db8:3::1/64'],
    routes: [route('192.0.2.1'), route('fe80::1')],
    portRoutes: [onLink('198.51.100.0/24'), onLink('2001:db8:3::/64')],
  },
];
const WIRE = {
  rateBps: 1e9,
  delayNs: 1e6,
  mtu: 1500,
  links: [
    { of: 'host:far', behind: 'host:edge', mtu: 1400 },
    { of: 'host:outside', behind: 'host:far', mtu: 1500 },
  ],
};

describe.skipIf(cannotRun)(`routers in user-mode Linux${skipped(cannotRun)}`, () => {
  it('tell senders of TCP and of UDP what fits, cut up what has no DF, and count what they drop', async () => {
    const pods = ['tcp4', 'tcp6', 'udp4', 'udp6', 'large'].map((name, i) => {
      const pod = podOf(i + 1, name, 'n1');
      const [nic] = pod.interfaces;
      if (nic === undefined) throw new Error('no interface');
      return { ...pod, interfaces: [{ ...nic, routes: [route('172.51.0.1'), { to: '::/0', via: 'fd00:51::f' }] }] };
    });
    const flows = pods.map((pod, i): FlowPlan => {
      const six = pod.name.endsWith('6');
      const udp = { protocol: 'UDP', offeredBps: 4e6, datagramBytes: pod.name === 'large' ? 4000 : 1400 } as const;
      return {
        ...flowOf(i + 1, pod, pod, { durationNs: 1e9, generator: 'ipvlane', ...(i < 2 ? { offeredBps: 4e6 } : udp) }),
        to: { kind: 'host', name: 'outside' },
        ...(six ? { fromAddress: `fd00:51::${i + 1}` } : {}),
        toAddress: six ? '2001:db8:3::1' : '198.51.100.10',
      };
    });
    const steps = flows.map((flow) => ({ kind: 'traffic', flows: [flow], expect: [] }) as const);
    const run = await runInUml(planOf({ pods, hosts: HOSTS, underlay: WIRE, steps }));
    expect(run.of('step').filter(({ state }) => state === 'failed')).toEqual([]);
    const [tcp4, tcp6, udp4, udp6, large] = run.of('flow-state').flatMap(({ totals }) => totals ?? []);
    for (const totals of [tcp4, tcp6, udp4, udp6, large]) expect(totals?.receivedBytes).toBeGreaterThan(1e5);
    const losses = run.of('loss').filter(({ reason }) => reason === 'MTU_EXCEEDED');
    expect(new Set(losses.map(({ where }) => where))).toEqual(new Set(['host:edge']));
    // Each of the four that send with DF is told once; fragments of the fifth are cut up again.
    expect(losses).toHaveLength(4);
    expect(large?.lostPackets).toBe(0);
  });

  it('and an engine’s queue on a NIC is refused where the link up is to have a delay', async () => {
    const pods = [podOf(1, 'a', 'n1', { limits: { ingressBps: null, egressBps: 10e6 } })];
    const links = [{ of: 'node:n1', up: { delayNs: 1e6 } }];
    const run = await runInUml(
      planOf({ pods, engine: 'master-only', underlay: { rateBps: 1e9, delayNs: 0, mtu: 1500, links } }),
    );
    expect(run.messages.filter(({ type }) => type === 'failure')).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          /link up of node:n1 ens192 would stand where the engine hangs its own queue/,
        ) as unknown,
      }),
    ]);
  });
});
