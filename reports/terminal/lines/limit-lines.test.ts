import { expect, test } from 'vitest';
import type { Check, FlowResult } from '../../../sim/measure/result.ts';
import { limitLines } from './limit-lines.ts';

const flow = (of: string, direction: 'egress' | 'ingress', parts: Partial<FlowResult> = {}): FlowResult =>
  ({
    step: 'limits hold',
    from: `${of}-0`,
    to: 'default/peer',
    configured_bps: 10e6,
    wire_bps: 9.99e6,
    measures: { of, direction, limit_bps: 10e6, replicas: 1 },
    ...parts,
  }) as FlowResult;

test('each limit is a line with what was measured, those of one workload together, aligned', () => {
  const flows = [
    flow('alpha', 'egress'),
    flow('beta-long', 'egress', {
      measures: { of: 'beta-long', direction: 'egress', limit_bps: 10e6, replicas: 3 },
    }),
    flow('alpha', 'ingress', { wire_bps: 10.02e6 }),
  ];
  expect(limitLines({ flows, checks: [] })).toEqual([
    'alpha      egress 10M   measured 9.99M   (−0.10 %)',
    'alpha      ingress 10M  measured 10.02M  (+0.20 %)',
    'beta-long  egress 10M   measured 9.99M   (−0.10 %)  1 of 3 pods',
  ]);
});

test('what bound it instead, why it failed and why it was not measured stand at the end', () => {
  const denied = flow('shop/c', 'egress', { wire_bps: null, from: 'shop/c-0' });
  const check = (from: string, status: Check['status'], reason: string | null) =>
    ({ step: 'limits hold', name: `${from} -> default/peer: error_pct within 3`, status, reason }) as Check;
  const lines = limitLines({
    flows: [
      flow('shop/a', 'egress', { configured_bps: 5e6, wire_bps: 5e6 }),
      flow('shop/b', 'egress', { wire_bps: 20e6 }),
      denied,
    ],
    checks: [
      check('shop/a-0', 'pass', null),
      check('shop/b-0', 'fail', '100 % is not <= 3 %'),
      check('shop/c-0', 'fail', 'denied: by x'),
    ],
    unmeasured: [{ of: 'web/d', direction: 'ingress', limit_bps: 1e6, why: 'no peer is allowed' }],
  });
  expect(lines).toEqual(
    [
      'shop/a  egress 10M  measured 5M   (0.00 %)  its peer or the wire leaves only 5M',
      'shop/b  egress 10M  measured 20M  (+100.0 %)  100 % is not <= 3 %'.replace('(+100.0 %)', '(+100.0 %)'),
      'shop/c  egress 10M  not measured: denied: by x',
      'web/d   ingress 1M  not measured: no peer is allowed',
    ].map(
      (line) =>
        expect.stringMatching(
          new RegExp(`^${line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ +/g, ' +')}$`),
        ) as string,
    ),
  );
});

test('a run that was to measure none has no line', () => {
  expect(limitLines({ flows: [], checks: [] })).toEqual([]);
});
