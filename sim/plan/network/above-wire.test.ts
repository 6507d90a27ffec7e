import { expect, it } from 'vitest';
import { found, plan, pod } from '../testdata/planning.ts';

const scenario = (rate: string): string => `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: wire }
spec:
  manifests: [ all.yaml ]
  underlay: { rate: ${rate} }`;

it('a limit above the wire is told at its place, and is no error', () => {
  const planned = plan(scenario('100M'), pod('a', 'kubernetes.io/egress-bandwidth: 200M'));
  expect(planned.plan).not.toBeNull();
  expect(found(planned)).toEqual([
    expect.stringMatching(/^W413 \d+:\d+ the wire is slower \(100 Mbit\/s\) than the limit of default\/a \(`200M`\)$/),
  ]);
});

it('a limit above the link of its node is told, that way alone', () => {
  const links = (way: string) => `100M, links: [ { of: "node:n1", ${way}: { rate: 10M } } ]`;
  const nodes = '\n  nodes: [ { name: n1, interfaces: [ { name: eth0 } ] } ]';
  const said = (way: string) =>
    found(
      plan(
        scenario(links(way)).replace('\n  underlay', `${nodes}\n  underlay`),
        pod('a', 'kubernetes.io/egress-bandwidth: 20M'),
      ),
    );
  expect(said('up')).toEqual([expect.stringMatching(/^W413 .* the wire is slower \(10 Mbit\/s\)/)]);
  expect(said('down')).toEqual([]);
});

it('a limit that the wire can just fill is none of its business', () => {
  expect(found(plan(scenario('100M'), pod('a', 'kubernetes.io/egress-bandwidth: 100M')))).toEqual([]);
});
