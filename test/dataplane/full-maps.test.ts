/** A map without room: what then happens to packets is counted and never lets one through that has no right to. */
import { afterEach, describe, expect, it } from 'vitest';
import { UDP, frame, udp } from '../../dataplane/bpf/frames.ts';
import { COUNTERS_A_POD, reservedDrops } from '../../dataplane/bpf/policy-map.ts';
import { policyOf } from './policy-of.ts';
import type { PolicyPod, PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import { LoadedPolicy } from './loaded-policy.ts';
import { whyNoDataplane } from './machine.ts';

const reason = whyNoDataplane();
const FLOWS = 2000;

function pod(endpointId: number): PolicyPod {
  const [addresses, ports] = [[`10.0.0.${endpointId}`], []];
  return { endpointId, namespace: 'default', name: `pod-${endpointId}`, labels: {}, addresses, ports, policed: true };
}

/** Each pod may ask for names, and nobody may ask it anything. */
const world: PolicyWorld = {
  namespaces: [{ name: 'default', labels: {} }],
  pods: [pod(1), pod(2), pod(3), pod(4)],
  policies: [
    policyOf('ask-names', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }],
    }),
  ],
};

describe.skipIf(reason)(`a full map${reason === null ? '' : ` (${reason})`}`, () => {
  let programs: LoadedPolicy | null = null;
  afterEach(() => programs?.[Symbol.dispose]());

  async function load(maxEntries: Readonly<Record<string, number>>, refuseWhenFull: string[] = []) {
    programs = await LoadedPolicy.load(4, { maxEntries, refuseWhenFull });
    programs.enforce(world);
    return programs;
  }

  const asked = (port: number) => frame({ from: '10.0.0.1', to: '192.0.2.1' }, UDP, udp(port, 53));
  const answer = (port: number) => frame({ from: '192.0.2.1', to: '10.0.0.1' }, UDP, udp(53, port));
  const ports = Array.from({ length: FLOWS }, (_, i) => 10_000 + i);

  it('of connections forgets the least used: their replies are denied and counted, those of others pass', async () => {
    const loaded = await load({ conntrack: 256 });
    const out = loaded.run(ports.map((port) => ({ endpointId: 1, way: 'egress', frame: asked(port) })));
    expect(out.every((passed) => passed)).toBe(true);
    const known = loaded.size('conntrack');
    expect(known).toBeLessThanOrEqual(256);
    const back = loaded.run(ports.map((port) => ({ endpointId: 1, way: 'ingress', frame: answer(port) })));
    const passed = back.filter(Boolean).length;
    expect(passed).toBe(known);
    // The last that asked is among those that are remembered.
    expect(back.at(-1)).toBe(true);
    expect(loaded.accounts().dropped).toEqual(new Map([['1 ingress POLICY_DENIED', FLOWS - known]]));
  });

  it('of connections that refuses drops and counts what is new, and keeps what it has', async () => {
    const loaded = await load({ conntrack: 256 }, ['conntrack']);
    const out = loaded.run(ports.map((port) => ({ endpointId: 1, way: 'egress', frame: asked(port) })));
    expect(out.filter(Boolean).length).toBe(256);
    expect(loaded.size('conntrack')).toBe(256);
    // Whoever was first is known for as long as he lives; the others get no answer either.
    const back = loaded.run(ports.map((port) => ({ endpointId: 1, way: 'ingress', frame: answer(port) })));
    expect(back).toEqual(out);
    expect(back[0]).toBe(true);
    const refused = new Map([
      ['1 egress CT_INSERT_FAILED', FLOWS - 256],
      ['1 ingress POLICY_DENIED', FLOWS - 256],
    ]);
    expect(loaded.accounts().dropped).toEqual(refused);
  });

  it('of connections lets the pod ask again', async () => {
    const loaded = await load({ conntrack: 256 });
    loaded.run(ports.map((port) => ({ endpointId: 1, way: 'egress', frame: asked(port) })));
    const exchange = [
      { endpointId: 1, way: 'egress', frame: asked(ports[0]!) },
      { endpointId: 1, way: 'ingress', frame: answer(ports[0]!) },
    ] as const;
    expect(loaded.run(exchange)).toEqual([true, true]);
  });

  it('of fragments drops the rest of what it forgot', async () => {
    const loaded = await load({ fragments: 64 });
    const part = (id: number, offset: number) =>
      frame(
        { from: '10.0.0.1', to: '192.0.2.1', fragment: { id, offset, more: offset === 0 } },
        UDP,
        offset === 0 ? udp(40000, 53) : [1],
      );
    const firsts = loaded.run(ports.map((id) => ({ endpointId: 1, way: 'egress', frame: part(id, 0) })));
    expect(firsts.every((passed) => passed)).toBe(true);
    const known = loaded.size('fragments');
    const rests = loaded.run(ports.map((id) => ({ endpointId: 1, way: 'egress', frame: part(id, 8) })));
    expect(rests.filter(Boolean).length).toBe(known);
    expect(loaded.accounts().dropped).toEqual(new Map([['1 egress FRAGMENT', FLOWS - known]]));
  });

  it('of counters or drops counts under endpoint 0, so that the sum is right', async () => {
    // Beside what is reserved, room for one pod, and of its drops for one kind.
    const counters = 2 * COUNTERS_A_POD;
    const loaded = await load({ counters, drops: reservedDrops().length + 1 });
    const denied = (endpointId: number) =>
      frame({ from: `10.0.0.${endpointId}`, to: '192.0.2.1' }, UDP, udp(40000, 54));
    const runs = [1, 2, 3, 4, 1, 2].map((id) => ({ endpointId: id, way: 'egress' as const, frame: denied(id) }));
    expect(loaded.run(runs).some((passed) => passed)).toBe(false);
    const { offeredPackets, dropped } = loaded.accounts();
    expect(offeredPackets).toBe(6);
    expect(dropped).toEqual(
      new Map([
        ['0 egress POLICY_DENIED', 4],
        ['1 egress POLICY_DENIED', 2],
      ]),
    );
  });
});
