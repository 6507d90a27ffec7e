import { describe, expect, it } from 'vitest';
import { addressesOf, found, goodPlan, plan, pod, pool } from '../testdata/planning.ts';
import { spiderMultusConfig } from './testdata/spider-objects.ts';

const nets = [
  spiderMultusConfig('front', 'cniType: ipvlan, ipvlan: { master: [eth0], ippools: { ipv4: [front4] } }'),
  spiderMultusConfig('back', 'cniType: ipvlan, ipvlan: { master: [eth1], ippools: { ipv4: [back4] } }'),
  pool('front4', 'subnet: 10.9.0.0/16, ips: [10.9.0.10-10.9.0.20], gateway: 10.9.0.1'),
  pool('back4', 'subnet: 10.8.0.0/16, ips: [10.8.0.10-10.8.0.20]'),
];
const front = 'v1.multus-cni.io/default-network: kube-system/front';
const both = `${front}, k8s.v1.cni.cncf.io/networks: kube-system/back`;
const twoLegs = (ippools: string, on = both) =>
  plan(...nets, pod('two-legs', `${on}, ipam.spidernet.io/ippools: '${ippools}'`));

describe('annotation ippools', () => {
  it.each([
    ['by order', '[{"ipv4":["front4"]},{"ipv4":["back4"]}]'],
    ['by name', '[{"interface":"net1","ipv4":["back4"]},{"interface":"eth0","ipv4":["front4"]}]'],
    ['by name, as Go reads it', '[{"Interface":"eth0","IPv4":["front4"]},{"interface":"net1","ipv4":["back4"]}]'],
  ])('says %s which pools each interface has', (_, ippools) => {
    const { plan: made, diagnostics } = twoLegs(ippools);
    expect(diagnostics).toEqual([]);
    expect(addressesOf(made!)).toEqual(['10.9.0.10/16 10.8.0.10/16']);
  });

  it.each([
    ['names net1 alone', '[{"interface":"net1","ipv4":["back4"]}]', 'interface eth0 must be specified'],
    [
      'names eth0 twice',
      '[{"interface":"eth0","ipv4":["front4"]},{"interface":"eth0","ipv4":["front4"]}]',
      'duplicate interface eth0',
    ],
    [
      'names one and not the other',
      '[{"interface":"eth0","ipv4":["front4"]},{"ipv4":["back4"]}]',
      'NIC should be either all specified or all unspecified',
    ],
    [
      'names an interface that the pod has not',
      '[{"interface":"eth0","ipv4":["front4"]},{"interface":"net1","ipv4":["back4"]},{"interface":"net2","ipv4":["back4"]}]',
      "no matched multus object for NIC 'net2'",
    ],
    [
      'has an entry too many',
      '[{"ipv4":["front4"]},{"ipv4":["back4"]},{"ipv4":["back4"]}]',
      "no matched multus object for NIC '2'",
    ],
    ['has an entry too few', '[{"ipv4":["front4"]}]', 'no Interface net1 IP allocation found'],
    [
      'names a pool twice',
      '[{"ipv4":["front4","front4"]},{"ipv4":["back4"]}]',
      'duplicate IPPool front4 specified for NIC eth0',
    ],
  ])('is refused where it %s', (_, ippools, words) => {
    expect(found(twoLegs(ippools))).toEqual([expect.stringContaining(words)]);
  });

  it('is refused by order too where the pod has one interface and two entries', () => {
    const said = found(twoLegs('[{"ipv4":["front4"]},{"ipv4":["back4"]}]', front));
    expect(said).toEqual([expect.stringContaining("no matched multus object for NIC '1'")]);
  });
});

describe('one pool for two interfaces of a pod', () => {
  it('is refused: Spiderpool remembers the pod, not the interface', () => {
    expect(found(twoLegs('[{"ipv4":["front4"]},{"ipv4":["front4"]}]')).filter((said) => said.startsWith('E'))).toEqual([
      expect.stringMatching(/^E431 .* eth0 and net1 of default\/two-legs take from one pool, front4/),
    ]);
  });
});

describe('the pool that an address comes from', () => {
  const on = (annotations = front, ...pools: string[]) => plan(...nets, ...pools, pod('a', annotations));
  const listed = `${front}, ipam.spidernet.io/ippool: '{"ipv4":["front4","special"]}'`;
  const special = (affinity: string) => pool('special', `subnet: 10.7.0.0/16, ips: [10.7.0.7], ${affinity}`);

  it.each([
    'podAffinity: { matchLabels: { app: a } }',
    'nodeName: [node-1]',
    'nodeAffinity: { matchLabels: { kubernetes.io/hostname: node-1 } }',
    'namespaceName: [default]',
    'namespaceAffinity: { matchLabels: { kubernetes.io/metadata.name: default } }',
    'multusName: [front]',
  ])('is one with { %s } before one without, in whatever order they are written', (affinity) => {
    const { plan: made, diagnostics } = on(listed, special(affinity));
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    expect(addressesOf(made!)).toEqual(['10.7.0.7/16']);
  });

  it('is one for pods before one for nodes', () => {
    const wanted = `${front}, ipam.spidernet.io/ippool: '{"ipv4":["special","pods"]}'`;
    const pods = pool('pods', 'subnet: 10.6.0.0/16, ips: [10.6.0.6], podAffinity: { matchLabels: { app: a } }');
    expect(addressesOf(on(wanted, special('nodeName: [node-1]'), pods).plan!)).toEqual(['10.6.0.6/16']);
  });

  it('is the first written where nothing puts one before the other, and a warning says that Spiderpool takes any', () => {
    const made = on(listed, special('disable: false'));
    expect(addressesOf(made.plan!)).toEqual(['10.9.0.10/16']);
    expect(found(made)).toEqual([expect.stringMatching(/^W422 .* Spiderpool takes any of front4, special/)]);
  });

  it('needs no warning where all of them lead to the same network', () => {
    const alike = pool('special', 'subnet: 10.9.0.0/16, ips: [10.9.0.99], gateway: 10.9.0.1');
    expect(found(on(listed, alike))).toEqual([]);
  });

  it('gives no default route where its network wants none', () => {
    const config = (clean: boolean) => `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: nad, namespace: kube-system }
spec: { config: '{"cniVersion":"0.3.1","name":"nad","type":"ipvlan","master":"eth0","ipam":{"type":"spiderpool","default_ipv4_ippool":["front4"],"clean_gateway":${String(clean)}}}' }`;
    const routes = (clean: boolean) =>
      goodPlan(...nets, config(clean), pod('a', 'v1.multus-cni.io/default-network: nad')).pods[0]?.interfaces[0]
        ?.routes;
    expect(routes(true)).toEqual([]);
    expect(routes(false)).toEqual([{ to: '0.0.0.0/0', via: '10.9.0.1' }]);
  });
});

describe('annotations of Spiderpool', () => {
  it.each([
    ['ipam.spidernet.io/ippol: x', /^W420 .* annotation ipam.spidernet.io\/ippol has no effect/],
    ['ipam.spidernet.io/ippool-ip-number: "+1"', /^W420 .* pools that are made of a SpiderSubnet/],
    ['ipam.spidernet.io/ippool-reclaim: "true"', /^W420 .* pools that are made of a SpiderSubnet/],
    [`ipam.spidernet.io/default-ipv4-ippool: '["front4"]'`, /^W420 .* has no effect on a pod/],
    [
      `ipam.spidernet.io/ippool: '{"ipv4":["front4"],"cleangateway":true}'`,
      /^W420 .*`cleangateway` in annotation ipam.spidernet.io\/ippool/,
    ],
  ])('%s: one warning', (annotation, words) => {
    expect(found(plan(...nets, pod('a', `${front}, ${annotation}`)))).toEqual([expect.stringMatching(words)]);
  });

  it('default-route-nic is said where the pod has that interface, and changes nothing where it has one', () => {
    const asked = (on: string) => found(plan(...nets, pod('a', `${on}, ipam.spidernet.io/default-route-nic: net1`)));
    expect(asked(front)).toEqual([]);
    expect(asked(both)).toEqual([expect.stringMatching(/^W421 .* the default route stays at eth0/)]);
  });

  it('the gateway of the pool of another interface is said', () => {
    const routed = pool('routed', 'subnet: 10.5.0.0/16, gateway: 10.5.0.1, ips: [10.5.0.10]');
    const wanted = (clean: boolean) =>
      `${both}, ipam.spidernet.io/ippools: '[{"interface":"eth0","ipv4":["front4"]},{"interface":"net1","ipv4":["routed"],"cleangateway":${String(clean)}}]'`;
    expect(found(plan(...nets, routed, pod('a', wanted(false))))).toEqual([
      expect.stringMatching(/^W421 .* gateway 10\.5\.0\.1 of pool routed has no effect on net1/),
    ]);
    expect(found(plan(...nets, routed, pod('a', wanted(true))))).toEqual([]);
  });
});
