import { describe, expect, it } from 'vitest';
import { found, plan, pod, pool } from '../testdata/planning.ts';
import { spiderMultusConfig } from './testdata/spider-objects.ts';

const p4 = pool('p4', 'subnet: 10.9.0.0/16, ips: [10.9.0.10-10.9.0.20], gateway: 10.9.0.1');
const onIt = pod('one', 'v1.multus-cni.io/default-network: kube-system/both');
const ipvlan = 'ipvlan: { master: [eth0], ippools: { ipv4: [p4] } }';

/** What is said of it, without code, position and name. */
function refusals(spec: string, annotations = ''): string[] {
  const said = plan(spiderMultusConfig('both', spec, annotations), p4, onIt);
  return said.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message.replace(/^SpiderMultusConfig \S+: /, '')}`);
}

describe("a SpiderMultusConfig that Spiderpool's webhook refuses", () => {
  it.each([
    [
      'two types',
      `cniType: ipvlan, ${ipvlan}, macvlan: { master: [eth0] }`,
      'the cniType ipvlan only supports spec.ipvlanConfig, please remove other CNI configs',
    ],
    ['another type alone', 'cniType: ipvlan, macvlan: { master: [eth0] }', 'no spec.ipvlanConfig specified'],
    ['no type', ipvlan, 'the cniType custom only supports spec.customCniTypeConfig, please remove other CNI configs'],
    [
      'a custom configuration beside it',
      `cniType: ipvlan, ${ipvlan}, customCNI: ""`,
      'the cniType ipvlan only supports spec.ipvlanConfig, please remove other CNI configs',
    ],
    [
      'matchMasterSubnet',
      'cniType: ipvlan, ipvlan: { master: [eth0], ippools: { ipv4: [p4], matchMasterSubnet: true } }',
      'MatchMasterSubnet feature is not supported for ipvlan',
    ],
    ['no master', 'cniType: ipvlan, ipvlan: { master: [] }', "master can't be empty"],
    [
      'two masters without a bond',
      'cniType: ipvlan, ipvlan: { master: [a, b] }',
      'the bond property is nil with multiple Interfaces',
    ],
    [
      'a bond without a name',
      'cniType: ipvlan, ipvlan: { master: [a, b], bond: { name: "", mode: 1 } }',
      "bond name can't be empty",
    ],
    [
      'a VLAN number with vlanMode auto',
      'cniType: vlan, vlan: { master: [eth1], vlanID: 4, vlanMode: auto }',
      'vlanId must not be specified when vlanMode is auto',
    ],
    ['no resource of SR-IOV', 'cniType: sriov, sriov: {}', 'no spec.sriovConfig[resourceName] specified'],
    [
      'rates the wrong way round',
      'cniType: sriov, sriov: { resourceName: a/b, minTxRateMbps: 2, maxTxRateMbps: 1 }',
      'minTxRateMbps must be less than maxTxRateMbps',
    ],
    ['no resource of InfiniBand', 'cniType: ib-sriov, ibsriov: {}', 'no spec.ibsriovConfig[resourceName] specified'],
    ['no master of IPoIB', 'cniType: ipoib, ipoib: {}', 'no spec.ipoibConfig[master] specified'],
    [
      'a VLAN tag of OVS',
      'cniType: ovs, ovs: { bridge: b, vlan: 5000 }',
      'invalid vlanId 5000, please make sure vlanId in range [0,4094]',
    ],
    [
      'a trunk of OVS',
      'cniType: ovs, ovs: { bridge: b, trunk: [ { minID: 5, maxID: 4 } ] }',
      'minID is greater than maxID in trunk parameter',
    ],
    ['custom text that is not JSON', 'cniType: custom, customCNI: "{"', "customCniConfig isn't a valid JSON encoding"],
  ])('has %s', (_, spec, message) => {
    expect(refusals(spec)).toEqual([`E420 ${message}`]);
  });

  it.each([
    ['podMACPrefix: "zz:1"', 'podMACPrefix: `zz:1` is not a valid MAC prefix'],
    ['podMACPrefix: "0b:1c"', 'podMACPrefix: `0b:1c` is not a unicast MAC: the lowest bit of the first byte must be 0'],
    ['txQueueLen: -1', "txQueueLen can't be less than 0"],
    ['vethLinkAddress: nowhere', 'vethLinkAddress is an invalid IP address'],
    ['podRPFilter: 7', 'podRPFilter: unsupported value 7: supported values: "0", "1", "2"'],
    ['hijackCIDR: [not-a-cidr]', 'hijackCIDR: `not-a-cidr` is neither an IP address nor a CIDR'],
    ['hijackCIDR: [10.0.0.0/33]', 'hijackCIDR: `10.0.0.0/33` is neither an IP address nor a CIDR'],
    ['policyRoutes: [ { dst: x, gw: 10.9.0.1 } ]', 'policyRoutes: `x` is neither an IP address nor a CIDR'],
    ['policyRoutes: [ { dst: 10.8.0.0/16, gw: x } ]', 'gw is an invalid IP address'],
    ['policyRoutes: [ { dst: 10.8.0.0/16, gw: "fd00::1" } ]', 'dst and gw must use the same IP family'],
    ['vethMTU: 0', 'vethMTU must be greater than 0'],
  ])('has a coordinator with %s', (coordinator, message) => {
    expect(refusals(`cniType: ipvlan, coordinator: { ${coordinator} }, ${ipvlan}`)).toEqual([`E420 ${message}`]);
  });

  it.each([
    ['multus.spidernet.io/cni-version: "1.1.0"', 'unsupported CNI version 1.1.0'],
    ['multus.spidernet.io/cr-name: Both', /^E420 invalid custom net-attach-def resource name/],
    ['cni.spidernet.io/rdma-resource-inject: a', 'rdmaResourceName can not empty'],
  ])('has annotation %s', (annotation, message) => {
    const said = refusals(`cniType: ipvlan, ${ipvlan}`, annotation);
    expect(said[0]).toMatch(typeof message === 'string' ? `E420 ${message}` : message);
  });

  it('makes a network that another makes already', () => {
    const twice = [
      spiderMultusConfig('one', `cniType: ipvlan, ${ipvlan}`, 'multus.spidernet.io/cr-name: both'),
      spiderMultusConfig('both', `cniType: ipvlan, ${ipvlan}`),
    ];
    expect(found(plan(...twice, p4, onIt))).toEqual([
      expect.stringMatching(
        /^E420 .* the net-attach-def kube-system\/both already exists and is managed by SpiderMultusConfig kube-system\/one$/,
      ),
    ]);
  });
});

describe('a SpiderMultusConfig that it takes', () => {
  it.each([
    ['a VLAN by the VLAN plugin', 'cniType: vlan, vlan: { master: [eth1], vlanID: 42 }'],
    ['a VLAN without a number', 'cniType: vlan, vlan: { master: [eth1], vlanMode: auto, mtu: 1400 }'],
    ['a device of SR-IOV', 'cniType: sriov, sriov: { resourceName: a/b, ippools: { matchMasterSubnet: true } }'],
    ['nothing', ''],
    [
      'a MAC prefix on macvlan',
      'cniType: macvlan, coordinator: { podMACPrefix: "0a:1b" }, macvlan: { master: [eth0] }',
    ],
    ['a negative podRPFilter', `cniType: ipvlan, coordinator: { podRPFilter: -1 }, ${ipvlan}`],
  ])('may hold %s, where no pod is on it', (_, spec) => {
    expect(found(plan(spiderMultusConfig('both', spec), p4, pod('one', 'a: b')))).toEqual([]);
  });

  it('is a network that is not modelled where a pod is on it', () => {
    const vlan = spiderMultusConfig('both', 'cniType: vlan, vlan: { master: [eth1], vlanID: 42 }');
    expect(found(plan(vlan, onIt))).toEqual([
      expect.stringMatching(/^E411 .* network kube-system\/both: cniType vlan is not modelled$/),
    ]);
  });
});
