/** An ingress limit of 20M: a shaper beside a policer, in one run of virtual time. */
import type { Figure } from './figure.ts';
import { compareEngines } from './run-command.ts';

export async function ingress20M(): Promise<Figure[]> {
  const { flows } = await compareEngines('scenarios/pitfalls/policer-retransmits', 'uml-virtual', [
    'ipvlane',
    'policer',
  ]);
  const [ours, policer] = ['ipvlane', 'policer'].map((name) =>
    flows[0]?.by_engine.find(({ engine }) => engine === name),
  );
  const peer = (value: number | null | undefined) =>
    value == null ? null : ({ name: 'policer', value, source: 'measured' } as const);
  const error = (pct: number | null | undefined) => (pct == null ? null : Math.abs(pct));
  const retransmits = { value: ours?.retransmits ?? null, unit: '', bar: { most: 19 } };
  return [
    { what: 'ingress 20M: retransmits in 10 s', ...retransmits, peer: peer(policer?.retransmits) },
    {
      what: 'ingress 20M: retransmits in 10 s, beside what is published',
      ...retransmits,
      peer: { name: "Cilium's documentation", value: 2471, source: 'published' },
    },
    {
      what: 'ingress 20M: error, either way',
      value: error(ours?.error_pct),
      unit: '%',
      bar: { most: 0.5 },
      peer: peer(error(policer?.error_pct)),
    },
  ];
}
