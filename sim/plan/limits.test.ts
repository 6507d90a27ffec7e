import { expect, it } from 'vitest';
import { found, plan, pod } from './testdata/planning.ts';

it.each([
  ['"100"', 'bandwidth `100` is unreasonably small (< 1kbit)', 'write `100M`, say'],
  ['100m', 'bandwidth `100m` is unreasonably small (< 1kbit)', 'write `100M`, say'],
  ['2P', 'bandwidth `2P` is unreasonably large (> 1Pbit)', 'write less'],
  ['100Mbit', 'bandwidth `100Mbit` has a suffix that Kubernetes does not know', 'write bits per second'],
  ['"100 M"', 'bandwidth `100 M` is not a Kubernetes quantity', 'write bits per second'],
])('a bandwidth of %s is refused at its place, with what to write', (value, message, help) => {
  const planned = plan(pod('a', `kubernetes.io/egress-bandwidth: ${value}`));
  expect(planned.plan).toBeNull();
  expect(planned.diagnostics).toMatchObject([
    {
      code: 'E410',
      message: expect.stringContaining(message) as string,
      help: expect.stringContaining(help) as string,
      span: { line: 4 },
    },
  ]);
});

it('both directions are told', () => {
  const planned = plan(pod('a', 'kubernetes.io/egress-bandwidth: "1", kubernetes.io/ingress-bandwidth: 2P'));
  expect(found(planned)).toHaveLength(2);
});
