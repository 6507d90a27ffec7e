import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../manifest/finding/memory-files.ts';
import { readManifests } from '../../manifest/read-manifests.ts';
import type { FlowPlan } from '../plan.ts';
import { found, goodPlan, network, onNetwork, plan, pod, scenario, seedPool } from '../testdata/planning.ts';
import { refusalsOf } from '../with-engine.ts';

const sends = pod('sends', `${onNetwork}, kubernetes.io/egress-bandwidth: 10M`);
const takes = pod('takes', `${onNetwork}, kubernetes.io/ingress-bandwidth: 5M`);
const cluster = [network, seedPool, sends, takes, pod('hears')] as const;
const machines = `nodes: [ { name: n1, interfaces: [ { name: ens192, addresses: [172.51.0.9/16] } ] }, { name: n2 } ]
hosts: [ { name: out, addresses: [172.51.200.1/16] }, { name: far, addresses: [172.52.200.1/16] } ]`;
const UDP = 'protocol: UDP, rate: 20M';
const lab = (timeline: string) => scenario(`${machines}\ntimeline:\n${timeline}`);
const line = (text: string) => lab(`- traffic: [ { ${text} } ]`);
const flowsOf = (text: string, more = cluster as readonly string[]): readonly FlowPlan[] => {
  const [step] = goodPlan(...more, line(text)).timeline;
  return step?.kind === 'traffic' ? step.flows : [];
};

describe('a line with a group', () => {
  it('is a flow for each who hears it, all of one stream', () => {
    const flows = flowsOf(`from: sends, to: [ hears, takes, "host:out" ], group: 239.1.1.1, ${UDP}`);
    const group = { address: '239.1.1.1', kind: 'multicast', id: 1, fromInterface: 'eth0', toInterface: 'eth0' };
    expect(flows.map((flow) => [flow.flowId, flow.to.name, flow.toAddress, flow.group])).toEqual([
      [1, 'hears', '172.51.0.100', group],
      [2, 'takes', '172.51.0.102', group],
      [3, 'out', '172.51.200.1', group],
    ]);
  });

  it('foretells each copy as if it were alone: the sender is charged once, each receiver its own', () => {
    const flows = flowsOf(`from: sends, to: [ hears, takes ], group: 239.1.1.1, ${UDP}`);
    expect(flows.map(({ configuredBps, share }) => [configuredBps, share?.bps, share?.at])).toEqual([
      [10e6, 10e6, 'egress of default/sends'],
      [5e6, 5e6, 'ingress of default/takes'],
    ]);
    // 1400 of 1442 bytes of a frame.
    expect(flows.map(({ predictedGoodputBps }) => predictedGoodputBps)).toEqual([
      Math.round((10e6 * 1400) / 1442),
      Math.round((5e6 * 1400) / 1442),
    ]);
  });

  it('takes the broadcast address of the subnet, and that of everybody', () => {
    for (const group of ['172.51.255.255', '255.255.255.255'])
      expect(flowsOf(`from: sends, to: hears, group: ${group}, ${UDP}`)).toMatchObject([
        { group: { address: group, kind: 'broadcast' } },
      ]);
  });

  it.each([
    [`from: sends, to: hears, group: 172.51.0.255, ${UDP}`, /^E423 .*172.51.0.255 is neither .* of 172.51.0.\d+\/16/],
    [`from: [ sends, takes ], to: hears, group: 239.1.1.1, ${UDP}`, /^E417 .*has one sender/],
    [`from: sends, to: [ hears, sends ], group: 239.1.1.1, ${UDP}`, /^E417 .*default\/sends is among those who hear/],
    [`from: sends, to: [ hears, hears ], group: 239.1.1.1, ${UDP}`, /^E417 .*named twice/],
    [`from: sends, to: "host:far", group: 239.1.1.1, ${UDP}`, /^E417 .*are not on one link/],
    [`from: sends, to: "node:n1", group: 239.1.1.1, ${UDP}`, /^E417 .*cannot reach each other/],
    [`from: sends, to: hears, group: 239.1.1.1, family: IPv6, ${UDP}`, /^E417 .*239.1.1.1 is an address of IPv4/],
    [`from: sends, to: hears, group: "ff05::1", ${UDP}`, /^E418 .*no IPv6 address in common/],
    [`from: sends, to: hears, group: 239.1.1.1, datagram: 1473, ${UDP}`, /^E417 .*packet of 1501 bytes does not fit/],
  ])('is refused: %s', (text, words) => {
    const pinned = pod('sends', `${onNetwork}, kubernetes.io/egress-bandwidth: 10M`, 'nodeName: n1');
    expect(found(plan(network, seedPool, pinned, takes, pod('hears'), line(text)))).toEqual([
      expect.stringMatching(words),
    ]);
  });

  it.each(['l3', 'l3s'])('is refused in mode %s, which hands on nothing to many', (mode) => {
    const routed = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: ipvlan-conf, namespace: kube-system }
spec:
  config: '{"cniVersion":"0.3.1","name":"n","plugins":[{"type":"ipvlan","master":"ens192","mode":"${mode}","ipam":{"type":"spiderpool","default_ipv4_ippool":["ens192-v4"]}}]}'`;
    const pods = [pod('a', onNetwork), pod('b', onNetwork)];
    const planned = plan(routed, seedPool, ...pods, line(`from: a, to: b, group: 239.1.1.1, ${UDP}`));
    expect(found(planned)).toEqual([expect.stringMatching(new RegExp(`^E422 .*default/a is in mode ${mode}`))]);
  });

  it('goes to no host behind a router', () => {
    const hosts = `hosts:
- { name: edge, router: true, addresses: [172.51.0.1/16] }
- { name: far, behind: edge, addresses: [198.51.100.10/24] }`;
    const nodes = 'nodes: [ { name: n1, interfaces: [ { name: ens192, addresses: [172.51.0.9/16] } ] } ]';
    const text = `from: "host:far", to: hears, group: 239.1.1.1, ${UDP}`;
    const planned = plan(...cluster, scenario(`${nodes}\n${hosts}\ntimeline:\n- traffic: [ { ${text} } ]`));
    expect(found(planned)).toEqual([expect.stringMatching(/^E417 .*host:far .* are not on one link/)]);
  });

  it.each([
    [`- traffic: [ { from: sends, to: hears, group: 239.1.1.1, ${UDP} }, { from: takes, to: hears } ]`, /is alone in/],
    [`- traffic: [ { from: sends, to: hears, group: 239.1.1.1, ${UDP} } ]\n  background: true`, /the background/],
    [
      `- traffic: [ { from: sends, to: [ hears, takes ], group: 239.1.1.1, ${UDP} } ]\n  expect: [ sum(wire_bps) > 1M ]`,
      /copies of one stream are not added up/,
    ],
  ])('stands alone, and its copies are not added up: %s', (timeline, words) => {
    expect(found(plan(...cluster, lab(timeline)))).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    ['from: sends, to: hears, group: 239.1.1.1', /^E203 only UDP/],
    [`from: sends, to: hears, group: 239.1.1.1, streams: 2, ${UDP}`, /^E201 a group is sent one stream/],
    [`from: sends, to: hears, group: 239.1.1.1, ping: true, ${UDP}`, /^E201 a group does not answer/],
    [`from: sends, to: hears, group: 239.1.1.1, port: dns, ${UDP}`, /^E201 a named port/],
    [`from: sends, to: hears, group: 239.1.1.1, generator: iperf3, ${UDP}`, /^E201 iperf3 does not send/],
    [`from: sends, to: hears, group: 224.0.0.1, ${UDP}`, /^E423 .*224.0.0.1.*belongs to protocols/],
  ])('cannot be said like this: %s', (text, words) => {
    const { diagnostics } = readManifests(['s.yaml'], memoryFiles({ 's.yaml': line(text) }));
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([expect.stringMatching(words)]);
  });

  it('is refused by an engine that makes all slaves of mode l3s', () => {
    const made = goodPlan(...cluster, line(`from: sends, to: hears, group: 239.1.1.1, ${UDP}`));
    expect(refusalsOf('l3s', made)).toMatchObject([{ message: expect.stringContaining('239.1.1.1') as string }]);
    expect(refusalsOf('htb', made)).toEqual([]);
  });
});

describe('a group under policies', () => {
  const policy = (name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name} }
spec: { podSelector: { matchLabels: { app: ${name} } }, ${spec} }`;
  const judged = (group: string, ...policies: readonly string[]) =>
    found(
      plan(
        ...[network, seedPool, pod('sends'), pod('hears'), ...policies],
        line(`from: sends, to: hears, group: ${group}, ${UDP}`),
      ),
    );
  const toGroups = policy(
    'sends',
    'policyTypes: [Egress], egress: [ { to: [ { ipBlock: { cidr: 239.1.0.0/16 } } ] } ]',
  );
  const toPods = policy('sends', 'policyTypes: [Egress], egress: [ { to: [ { podSelector: {} } ] } ]');

  it('is an address outside of the cluster to its sender', () => {
    expect(judged('239.1.1.1', toGroups)).toEqual([]);
    expect(judged('239.2.1.1', toGroups)).toEqual([expect.stringMatching(/^W440 .*egress of default\/sends/)]);
    expect(judged('239.1.1.1', toPods)).toEqual([expect.stringMatching(/^W440 .*egress of default\/sends/)]);
  });

  it('comes to each receiver from who sent it', () => {
    expect(judged('239.1.1.1', policy('hears', 'policyTypes: [Ingress]'))).toEqual([
      expect.stringMatching(/^W440 .*ingress of default\/hears/),
    ]);
    expect(
      judged('239.1.1.1', policy('hears', 'policyTypes: [Ingress], ingress: [ { from: [ { podSelector: {} } ] } ]')),
    ).toEqual([]);
  });
});
