import { expect, it } from 'vitest';
import { flow, POD_A, POD_B } from '../../trace/fixtures/seed-plan.ts';
import type { FlowPlan, LimitOnWay } from '../plan.ts';
import { withShares } from './step-shares.ts';

const PAYLOAD = 1448 / 1514;
const egress = (of: string, bps: number): LimitOnWay => ({ at: `egress of ${of}`, by: 'egress', bps });
const wire = (bps: number): LimitOnWay => ({ at: 'wire to node:b/ens192', by: 'underlay', bps });

function bulk(flowId: number, limits: readonly LimitOnWay[], more: Partial<FlowPlan> = {}): FlowPlan {
  const configuredBps = Math.min(...limits.map(({ bps }) => bps));
  return {
    ...flow(flowId, POD_A, POD_B),
    limits,
    configuredBps,
    efficiency: PAYLOAD,
    predictedGoodputBps: configuredBps * PAYLOAD,
    ...more,
  };
}

const shown = (flows: readonly FlowPlan[]) =>
  withShares(flows).map(({ share, predictedGoodputBps }) => [share?.bps, share?.at, predictedGoodputBps]);

it('predicts two flows of one limit their share of it', () => {
  const limits = [egress(POD_A, 50e6)];
  const half = [25e6, `egress of ${POD_A}`, Math.round(25e6 * PAYLOAD)];
  expect(shown([bulk(1, limits), bulk(2, limits)])).toEqual([half, half]);
});

it('finds that a wire of 60M bounds limits of 80M and 40M', () => {
  const shares = shown([bulk(1, [egress('a80', 80e6), wire(60e6)]), bulk(2, [egress('a40', 40e6), wire(60e6)])]);
  const share = [30e6, wire(0).at, Math.round(30e6 * PAYLOAD)];
  expect(shares).toEqual([share, share]);
});

it('leaves a flow its offer, and the rest to the other', () => {
  const udp = {
    protocol: 'UDP',
    datagramBytes: 1400,
    offeredBps: 10e6,
    offeredWireBps: 10.3e6,
    predictedGoodputBps: 10e6,
  } as const;
  const [small, large] = shown([bulk(1, [egress(POD_A, 50e6)], udp), bulk(2, [egress(POD_A, 50e6)])]);
  expect(small).toEqual([10.3e6, null, 10e6]);
  expect(large).toEqual([39.7e6, `egress of ${POD_A}`, Math.round(39.7e6 * PAYLOAD)]);
});

it('foretells nothing for one flow where datagrams overload a wire', () => {
  const udp = { protocol: 'UDP', datagramBytes: 1400, offeredBps: 50e6, offeredWireBps: 51.5e6 } as const;
  const flows = [bulk(1, [wire(60e6)], udp), bulk(2, [wire(60e6)])];
  expect(shown(flows).map(([, , predicted]) => predicted)).toEqual(flows.map((one) => one.predictedGoodputBps));
});

it('leaves alone what nothing limits', () => {
  const free = { ...flow(1, POD_A, POD_B), limits: [], configuredBps: null, predictedGoodputBps: null };
  expect(withShares([free])).toEqual([free]);
});
