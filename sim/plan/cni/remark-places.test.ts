import { expect, test } from 'vitest';
import { pod, plan, pool } from '../testdata/planning.ts';

const lab = (spec: string): string[] => [
  `apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderMultusConfig
metadata:
  name: ipvlan-conf
  namespace: kube-system
  annotations: { cni.spidernet.io/cniconfig-name: spidernet-chainer }
spec:
  cniType: ipvlan
${spec}`,
  pool('p4', 'subnet: 10.9.0.0/16, ips: [ 10.9.0.10-10.9.0.20 ], gateway: 10.9.0.1'),
  `apiVersion: v1
kind: Pod
metadata: { name: one, annotations: { v1.multus-cni.io/default-network: kube-system/ipvlan-conf } }
spec: { containers: [ { name: c, image: i } ] }`,
];
const placesOf = (code: string, spec: string) =>
  plan(...lab(spec)).diagnostics.flatMap((one) =>
    one.code === code ? [`${one.span?.line ?? 0} ${one.message.replace(/^network [^:]*: /, '').slice(0, 24)}`] : [],
  );
const ipvlan = '  ipvlan: { master: [ eth0 ], ippools: { ipv4: [ p4 ] } }';

test('a plugin that fails is pointed at, and not the first of its chain', () => {
  const chain = `  chainCNIJsonData:
  - '{"type":"cilium-cni"}'
  - '{"type":"bandwidth","ingressRate":20000000,"ingressBurst":20000000}'`;
  expect(
    placesOf(
      'E430',
      `${ipvlan}
${chain}`,
    ),
  ).toEqual(['12 plugin `bandwidth` fails']);
});

test('a setting of the coordinator is pointed at', () => {
  const coordinator = `  coordinator:
    mode: auto
    vethMTU: 1400
    policyRoutes: [ { dst: 10.10.0.0/16, gw: 10.9.0.1 } ]
    podDefaultRouteNIC: net1`;
  expect(
    placesOf(
      'W418',
      `${coordinator}
${ipvlan}`,
    ),
  ).toEqual(['11 coordinator: veth0 is no', '12 coordinator: `policyRout', '13 coordinator: the default']);
});

test.each([
  [
    'W418',
    '"type": "ipvlan", "master": "eth0", "colour": 1, "ipam": { "type": "spiderpool" }',
    [[8, 'network kube-system/x: `']],
  ],
  [
    'E430',
    '"type": "ipvlan",\n      "ipam": { "type": "host-local",\n        "subnet": "10.9.0.1/24" }',
    [[9, 'network kube-system/x: I']],
  ],
  [
    'E425',
    '"type": "ipvlan",\n      "mode": "l4", "ipam": { "type": "spiderpool" }',
    [[9, 'network kube-system/x: u']],
  ],
  ['W401', '"type": "ipvlan",\n      "ipam": { "type": "spiderpool" }', [[6, 'nothing will be limited ']]],
])('in the JSON of a NetworkAttachmentDefinition: %s %s', (code, plugin, places) => {
  const nad = `apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: x, namespace: kube-system }
spec:
  config: |
    { "name": "mine", "cniVersion": "0.3.1",
      "plugins": [ {
      ${plugin}
    } ] }`;
  const { diagnostics } = plan(
    nad,
    pool('p4', 'subnet: 10.9.0.0/16, ips: [ 10.9.0.10-10.9.0.20 ], default: true'),
    pod('one', 'v1.multus-cni.io/default-network: kube-system/x, kubernetes.io/egress-bandwidth: 10M'),
  );
  const found = diagnostics.filter((one) => one.code === code);
  expect(found.map(({ span, message }) => [span?.line, message.slice(0, 24)])).toEqual(places);
});
