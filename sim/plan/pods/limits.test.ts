import { expect, it } from 'vitest';
import { found, network, onNetwork, plan, pod, scenario, seedPool } from '../testdata/planning.ts';

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

it('a limit at which one frame takes longer than the horizon is warned of, with the arithmetic', () => {
  const at = (value: string) => plan(pod('a', `kubernetes.io/egress-bandwidth: ${value}`)).diagnostics;
  expect(at('1k').filter(({ code }) => code === 'W415')).toMatchObject([
    {
      message: expect.stringMatching(
        /^at `1k` a frame of 1514 bytes takes 12\.112 s, longer than the 2 s .* the horizon becomes 1049 s/,
      ) as string,
      span: { line: 4 },
    },
  ]);
  // 1514 bytes in two seconds.
  expect(at('"6055"').map(({ code }) => code)).toContain('W415');
  expect(at('"6056"').map(({ code }) => code)).not.toContain('W415');
});

it.each([
  ['wire', ', which is charged 1538,', 6152],
  ['ip', ', which is charged 1500,', 6000],
])('where limits charge `%s` the arithmetic is of that', (charge, words, bps) => {
  const more = scenario(`dataplane: { charge: ${charge} }`);
  const at = (limit: number) =>
    plan(more, pod('a', `kubernetes.io/egress-bandwidth: "${limit}"`)).diagnostics.filter(
      ({ code }) => code === 'W415',
    );
  // So many bytes in two seconds.
  expect(at(bps - 1)).toMatchObject([
    { message: expect.stringContaining(`a frame of 1514 bytes${words} takes 2`) as string },
  ]);
  expect(at(bps)).toEqual([]);
  const annotate = `timeline: [ { annotate: { pod: a, annotations: { kubernetes.io/egress-bandwidth: "${bps - 1}" } } } ]`;
  const later = scenario(`nodes: [ { name: n1 } ]\ndataplane: { charge: ${charge} }\n${annotate}`);
  expect(plan(network, seedPool, pod('a', onNetwork), later).diagnostics.map(({ code }) => code)).toContain('W415');
});

it('both directions are told', () => {
  const planned = plan(pod('a', 'kubernetes.io/egress-bandwidth: "1", kubernetes.io/ingress-bandwidth: 2P'));
  expect(found(planned)).toHaveLength(2);
});
