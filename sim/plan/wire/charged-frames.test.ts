import { describe, expect, it } from 'vitest';
import { engineThatCannotCharge } from './charged-frames.ts';
import type { FlowPlan } from '../plan.ts';
import { found, goodPlan, network, onNetwork, plan, pod, scenario, seedPool } from '../testdata/planning.ts';

const pods = [network, seedPool, pod('a', `${onNetwork}, kubernetes.io/egress-bandwidth: 100M`), pod('b'), pod('c')];
const charging = (charge: string, flows: string, more = '') =>
  [
    ...pods,
    scenario(`nodes: [ { name: n1 } ]\ndataplane: { charge: ${charge} }${more}\ntimeline:\n- traffic: [ ${flows} ]`),
  ] as const;
const flowsOf = (...documents: readonly string[]): readonly FlowPlan[] =>
  goodPlan(...documents).timeline.flatMap((step) => (step.kind === 'traffic' ? step.flows : []));

describe('charge', () => {
  it.each([
    ['l2', 1514],
    ['wire', 1538],
    ['ip', 1500],
  ])('%s: a limit of 100M carries 1448 of each %d bytes', (charge, frame) => {
    const [flow] = flowsOf(...charging(charge, '{ from: a, to: b }'));
    expect(flow).toMatchObject({ configuredBps: 100e6, share: { bps: 100e6, at: 'egress of default/a' } });
    expect(flow!.predictedGoodputBps).toBe(Math.round((100e6 * 1448) / frame));
  });

  it('is what small and large datagrams have their shares in', () => {
    const udp = (datagram: number, to: string) =>
      `{ from: a, to: ${to}, protocol: UDP, rate: 90M, datagram: ${datagram} }`;
    const flows = flowsOf(...charging('wire', `${udp(100, 'b')}, ${udp(1472, 'c')}`));
    expect(flows.map(({ predictedGoodputBps }) => predictedGoodputBps)).toEqual([
      Math.round((50e6 * 100) / 166),
      Math.round((50e6 * 1472) / 1538),
    ]);
  });

  it('of an engine whose queues are the kernel’s is refused', () => {
    expect(found(plan(...charging('ip', '{ from: a, to: b }', '\nengine: htb')))).toEqual([
      expect.stringMatching(/^E422 \d+:24 `charge: ip`: what limits with engine htb are queues of the kernel/),
    ]);
    expect(engineThatCannotCharge('htb', 'l2')).toBeNull();
    expect(engineThatCannotCharge('edt', 'wire')).toBeNull();
  });

  it('beside a wire that is what bounds a flow is refused', () => {
    const hosts = '\nhosts: [ { name: h, addresses: [ 172.51.3.3/16 ] } ]\nunderlay: { rate: 100M }';
    const [one] = found(plan(...charging('wire', '{ from: b, to: "host:h" }', hosts)));
    expect(one).toMatch(
      /^E422 \d+:\d+ default\/b -> host:h: wire from \S+ bounds it, which counts frames as the kernel/,
    );
    // 100M of which a frame takes 1538 are 98.4M of the wire.
    expect(found(plan(...charging('wire', '{ from: a, to: "host:h" }', hosts)))).toEqual([]);
    // And 100.9M where it takes 1500.
    expect(found(plan(...charging('ip', '{ from: a, to: "host:h" }', hosts)))).toEqual([
      expect.stringMatching(/^E422 .* bounds it/),
    ]);
    const [last = '', ...others] = [...charging('ip', '{ from: a, to: b }')].reverse();
    expect(found(plan(...others, `${last}\n  - underlay: { rate: 1G }`))).toEqual([
      expect.stringMatching(/^E422 .* a wire that changes counts frames/),
    ]);
  });

  it('that pads what nothing counts beside frames that are not padded is refused', () => {
    const tiny = (datagram: number, more = '') =>
      `{ from: a, to: b, protocol: UDP, rate: 1M, datagram: ${datagram}${more} }`;
    const refused = (flows: string) => found(plan(...charging('wire', flows)));
    expect(refused(tiny(1))).toEqual([]);
    expect(refused(`${tiny(18)}, { from: c, to: b }`)).toEqual([]);
    expect(refused(`${tiny(17)}, { from: c, to: b }`)).toEqual([
      expect.stringMatching(/^E422 .* datagrams of 17 bytes are padded to frames of 60/),
    ]);
    expect(refused(tiny(1, ', ping: true'))).toEqual([expect.stringMatching(/^E422 /)]);
    // 1481 bytes of transport: the last is alone in a fragment.
    expect(refused(tiny(1473))).toEqual([expect.stringMatching(/^E422 .* ends in a fragment/)]);
    expect(refused(tiny(1533))).toEqual([]);
  });
});
