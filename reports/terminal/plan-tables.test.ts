import { describe, expect, it } from 'vitest';
import { seedPlan } from '../../sim/trace/fixtures/seed-plan.ts';
import { planTables } from './plan-tables.ts';

const plan = seedPlan();
const linesOf = (width: number): readonly string[] => planTables(plan, width).flatMap(({ lines }) => lines);

describe('the tables of a plan', () => {
  it('have a line a pod where there is room', () => {
    const pods = planTables(plan, 200).find(({ title }) => title === 'pods');
    expect(pods?.lines).toHaveLength(1 + plan.pods.length);
    expect(pods?.lines[0]).toMatch(/^POD +IP +NODE +MASTER +INGRESS +EGRESS +POLICED +NETWORK$/);
  });

  it('count one pod and one probe as one', () => {
    const [pod] = plan.pods.map(({ namespace, name }) => ({ kind: 'pod', namespace, name }) as const);
    const probe = {
      probeId: 1,
      from: pod!,
      to: pod!,
      fromAddress: '',
      toAddress: '',
      protocol: 'ICMP',
      port: 0,
    } as const;
    const place = { index: 0, position: null, timeoutNs: 1e9 };
    const timeline = [
      { ...place, kind: 'wait', name: 'wait', pods: [pod!] },
      { ...place, kind: 'probe', name: 'probe', probes: [{ ...probe, expect: 'allowed' }] },
    ] as unknown as typeof plan.timeline;
    const lines = planTables({ ...plan, timeline }, 200)
      .find(({ title }) => title === 'timeline')
      ?.lines.join('\n');
    expect(lines).toContain('1 pod, at most 1 s');
    expect(lines).toContain('1 probe, 1 s for an answer');
  });

  it('keep within their columns, and leave nothing out', () => {
    expect(linesOf(78).filter((line) => line.length > 78)).toEqual([]);
    const words = (width: number): string[] =>
      linesOf(width)
        .join(' ')
        .split(/[\s,]+/);
    const missing = words(200).filter((word) => /^[a-z0-9/.:[\]-]+$/.test(word) && !words(78).includes(word));
    expect(missing).toEqual([]);
  });
});
