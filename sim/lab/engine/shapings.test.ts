import { describe, expect, it } from 'vitest';
import { engineNames } from '../../../dataplane/bandwidth/engine.ts';
import { masterQueue, podShaping } from './shapings.ts';

const BOTH = { egressBps: 10e6, ingressBps: 20e6 };

describe('an engine', () => {
  it.each(engineNames)('%s hangs no limit on a pod without one', (engine) => {
    const { egress, ingress } = podShaping(engine, { egressBps: null, ingressBps: null });
    expect(egress).toMatchObject({ queue: [{ spec: { kind: 'fq' } }], police: null, paced: false });
    expect(ingress).toBeNull();
    expect(masterQueue(engine, [])?.some(({ spec }) => spec.kind !== 'fq') ?? false).toBe(false);
  });

  it('of ours paces both ways, each by its own rate', () => {
    const { egress, ingress } = podShaping('ipvlane', BOTH);
    expect([egress.paced, ingress?.paced]).toEqual([true, true]);
    expect(egress.queue).toMatchObject([{ parent: 'root', spec: { kind: 'fq' } }]);
  });

  it('of cilium-chaining without fq leaves ingress alone, and nothing waits for a departure time', () => {
    expect(podShaping('edt-no-fq', BOTH)).toEqual({ egress: { queue: [], police: null, paced: true }, ingress: null });
  });

  it('of the CNI plugin lets 2^32-1 bits burst: at 10M more than a second of anything', () => {
    const [{ spec } = {}] = podShaping('cni-bandwidth', BOTH).egress.queue;
    // 25 ms of 10 Mbit/s are 31,250 bytes.
    expect(spec).toEqual({ kind: 'tbf', rateBps: 10e6, burstBytes: 536_870_911, limitBytes: 536_870_911 + 31_250 });
  });

  it('of the CNI plugin has the buckets that it is told, each way its own', () => {
    const { egress, ingress } = podShaping('cni-bandwidth', BOTH, 'l2', { egressBits: 1_000_001, ingressBits: 80_000 });
    // 25 ms of 10 Mbit/s are 31,250 bytes, of 20 Mbit/s 62,500.
    const spec = (rateBps: number, burstBytes: number, ms25: number) => ({
      kind: 'tbf',
      rateBps,
      burstBytes,
      limitBytes: burstBytes + ms25,
    });
    expect([egress, ingress].map((one) => one?.queue.map((part) => part.spec))).toEqual([
      [spec(10e6, 125_000, 31_250)],
      [spec(20e6, 10_000, 62_500)],
    ]);
    const one = podShaping('cni-bandwidth', BOTH, 'l2', { egressBits: 80_000 });
    expect(one.ingress?.queue).toMatchObject([{ spec: { burstBytes: 536_870_911 } }]);
    expect(podShaping('htb', BOTH, 'l2', { egressBits: 80_000 })).toEqual(podShaping('htb', BOTH));
  });

  it('of HTB puts fq_codel below a class of the rate', () => {
    expect(podShaping('htb', BOTH).ingress?.queue.map((part) => part.spec)).toMatchObject([
      { kind: 'htb', defaultClass: 1 },
      { kind: 'htb', rateBps: 20e6 },
      { kind: 'fq_codel' },
    ]);
  });

  it('on the master shapes the sum of the limits there, and no pod by itself', () => {
    expect(masterQueue('master-only', [10e6, 20e6])).toMatchObject([{ spec: { kind: 'tbf', rateBps: 30e6 } }]);
    expect(podShaping('master-only', BOTH).ingress).toBeNull();
  });

  it('that takes bits for bytes is eight times too fast', () => {
    expect(podShaping('bits-as-bytes', BOTH).egress.queue).toMatchObject([{ spec: { rateBps: 80e6 } }]);
  });
});
